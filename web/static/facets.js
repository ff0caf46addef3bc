// Facet values work like checkboxes; further values and those looked for appear in their panel instead of on a page of their own.
(() => {
  "use strict";

  const PAUSE = 200; // milliseconds without a key before the server is asked
  const status = document.getElementById("status");

  /** Fetch a page as a parsed document. */
  function page(address) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.addEventListener("load", () => (request.status === 200 && request.responseXML ? resolve(request.responseXML) : reject(new Error(String(request.status)))));
      request.addEventListener("error", () => reject(new Error("network")));
      request.open("GET", address);
      request.responseType = "document";
      request.send();
    });
  }

  function checkboxes(within) {
    for (const link of within.querySelectorAll("a.value:not([role])")) {
      link.setAttribute("role", "checkbox");
      link.setAttribute("aria-checked", String(link.hasAttribute("aria-current")));
      link.removeAttribute("aria-current");
    }
  }

  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("a[role=checkbox]");
    if (link && event.key === " ") {
      event.preventDefault();
      link.click();
    }
  });

  const kept = new Map(); // what was unfolded or looked for in each panel, for when it is drawn anew

  /** One panel: its first values, and what takes their place for a while. */
  function panel(section) {
    const name = section.getAttribute("aria-labelledby");
    const list = section.querySelector("ul.values");
    const more = section.querySelector(".more a");
    const form = section.querySelector("form.find");
    if (!list || !more) return;
    const first = [...list.childNodes];
    const label = [...more.childNodes].map((node) => node.cloneNode(true));
    const begin = more.href;
    let next = begin;
    let whole = false;
    let turn = 0; // counts what is asked for, so that an answer to an earlier question is known

    function fill(rows) {
      const key = list.contains(document.activeElement) && document.activeElement.dataset.key;
      list.replaceChildren(...rows);
      checkboxes(list);
      if (key) list.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
    }
    function rowsOf(found) {
      return [...found.querySelectorAll("#values ul.values > li")].map((row) => document.adoptNode(row));
    }
    function expanded(is) {
      more.setAttribute("aria-expanded", String(is));
    }

    more.setAttribute("role", "button");
    list.id = `values-${name}`;
    more.setAttribute("aria-controls", list.id);
    expanded(false);

    function folded() {
      more.replaceChildren(...label);
      next = begin;
      whole = false;
      expanded(false);
    }
    function fewer() {
      turn++;
      fill(first);
      folded();
      more.hidden = false;
      kept.delete(name);
    }
    async function unfold() {
      const mine = ++turn;
      const found = await page(next);
      if (mine !== turn) return;
      const rows = rowsOf(found);
      fill(next === begin ? rows : [...list.childNodes, ...rows]);
      const further = found.querySelector(".pages a[rel=next]");
      whole = !further;
      if (further) next = further.href;
      more.textContent = further ? found.querySelector("#values").dataset.more : more.dataset.fewer;
      expanded(true);
      kept.set(name, "");
    }
    more.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (whole) fewer();
      else unfold().catch(() => location.assign(next));
    });
    more.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        more.click();
      }
    });

    /** Show the values with what stands in the box; further ones of them are on the page that Enter opens. */
    async function find() {
      const mine = ++turn;
      const url = new URL(form.action);
      url.search = new URLSearchParams(new FormData(form)).toString();
      try {
        const found = await page(url.href);
        if (mine !== turn) return "";
        const rows = rowsOf(found);
        const said = found.querySelector("#values h2").textContent.trim();
        if (rows.length) fill(rows);
        else {
          const nothing = document.createElement("li");
          nothing.className = "quiet";
          nothing.textContent = said;
          fill([nothing]);
        }
        folded();
        more.hidden = true;
        kept.set(name, form.find.value);
        return said;
      } catch {
        // The form itself still works: Enter opens the page of values.
        return "";
      }
    }
    let timer = 0;
    form?.find.addEventListener("input", () => {
      clearTimeout(timer);
      turn++;
      if (!form.find.value.trim()) return fewer();
      timer = setTimeout(async () => {
        status.textContent = (await find()) || status.textContent;
      }, PAUSE);
    });

    if (!kept.has(name)) return;
    if (kept.get(name) && form) {
      form.find.value = kept.get(name);
      find();
    } else unfold().catch(() => fewer());
  }

  function prepare() {
    checkboxes(document);
    for (const section of document.querySelectorAll(".facet")) panel(section);
  }
  document.addEventListener("dateline:shown", prepare);
  prepare();
})();
