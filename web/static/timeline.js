// The picture of dates under the hand: pointing reads a bar out, dragging marks several, and arrows do the same from the keyboard.
(() => {
  "use strict";

  const go = (address) => document.dispatchEvent(new CustomEvent("dateline:go", { detail: address }));

  function timeline(plot) {
    const svg = plot.querySelector(".bars");
    const handle = plot.querySelector(".handle"); // what a keyboard reaches: it lies over the drawing, and a pointer goes through it
    const brush = svg.querySelector(".brush");
    const readout = document.querySelector(".timeline .readout");
    const bars = [...svg.querySelectorAll("a")];
    const columns = bars.map((bar) => bar.querySelector(".column"));
    let anchor = null; // where marking began, as the number of a bar
    let end = 0;
    let dragged = false;

    const between = () => [Math.min(anchor, end), Math.max(anchor, end)];
    const names = (from, to) => (from === to ? bars[from].dataset.name : `${bars[from].dataset.name} – ${bars[to].dataset.name}`);
    function said(from, to) {
      let sum = 0;
      for (let at = from; at <= to; at++) sum += Number(bars[at].dataset.count);
      return `${names(from, to)}: ${sum.toLocaleString("en")}`;
    }
    function draw() {
      const [from, to] = between();
      const left = columns[from].x.baseVal.valueInSpecifiedUnits;
      const right = columns[to].x.baseVal.valueInSpecifiedUnits + columns[to].width.baseVal.valueInSpecifiedUnits;
      brush.setAttribute("x", `${left}%`);
      brush.setAttribute("width", `${right - left}%`);
      readout.textContent = said(from, to);
      handle.setAttribute("aria-valuenow", String(end + 1));
      handle.setAttribute("aria-valuetext", said(from, to));
    }
    function clear() {
      anchor = null;
      brush.setAttribute("width", "0");
      readout.textContent = "";
    }
    /** Narrow to what is marked: one bar by its own link, several as a range. */
    function narrow() {
      const [from, to] = between();
      if (from === to) return bars[from].dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      const url = new URL(plot.dataset.range, location.href);
      url.searchParams.append("date", `${bars[from].dataset.first}..${bars[to].dataset.last}`);
      go(url.href);
    }
    function at(event) {
      const box = svg.getBoundingClientRect();
      const place = ((event.clientX - box.left) / box.width) * 100;
      const found = columns.findLastIndex((column) => column.x.baseVal.valueInSpecifiedUnits <= place);
      return Math.max(0, found);
    }

    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      handle.blur(); // what the keyboard marked ends here, not when the focus follows the pointer
      anchor = end = at(event);
      dragged = false;
    });
    svg.addEventListener("pointermove", (event) => {
      const here = at(event);
      if (anchor === null || !event.buttons) {
        readout.textContent = said(here, here);
      } else if (here !== end) {
        // Only now, so that a click without dragging stays a click on the bar's link.
        svg.setPointerCapture(event.pointerId);
        end = here;
        dragged = true;
        draw();
      }
    });
    svg.addEventListener("pointerup", () => {
      if (dragged) narrow();
      else clear();
    });
    svg.addEventListener("pointercancel", clear);
    svg.addEventListener("pointerleave", () => {
      if (!dragged) clear();
    });
    svg.addEventListener("click", (event) => {
      // The click that ends a drag is none.
      if (event.isTrusted && dragged) event.preventDefault();
      dragged = false;
    }, true);
    svg.addEventListener("dragstart", (event) => event.preventDefault());

    handle.hidden = false;
    handle.setAttribute("aria-valuemin", "1");
    handle.setAttribute("aria-valuemax", String(bars.length));
    handle.setAttribute("aria-valuenow", String(bars.length));
    handle.setAttribute("aria-valuetext", said(0, bars.length - 1));
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -bars.length, End: bars.length };
      if (Object.hasOwn(steps, event.key)) {
        const start = anchor === null ? (steps[event.key] > 0 ? -1 : bars.length) : end;
        const next = Math.min(Math.max(start + steps[event.key], 0), bars.length - 1);
        if (anchor === null || !event.shiftKey) anchor = next;
        end = next;
        draw();
      } else if ((event.key === "Enter" || event.key === " ") && anchor !== null) narrow();
      else if (event.key === "Escape" && anchor !== null) clear();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    handle.addEventListener("blur", clear);
  }

  /** In the table of dates, go to what is chosen. */
  function reveal() {
    const table = document.querySelector(".dates[open] .scroll");
    const row = table?.querySelector("tr.selected");
    if (row) table.scrollTop = row.offsetTop - table.clientHeight / 2;
  }

  function prepare() {
    const plot = document.querySelector(".plot");
    if (plot) timeline(plot);
    reveal();
    document.querySelector(".dates")?.addEventListener("toggle", reveal);
  }
  document.addEventListener("dateline:shown", prepare);
  prepare();
})();
