// Results and counts change in place: a link or form that leads to another search fetches that page and puts its parts where the old ones are.
// Without this file the browser loads the whole page; whatever goes wrong here ends in that, too.
(() => {
  "use strict";

  const PARTS = [".filters", "#results"];
  const status = document.getElementById("status");
  const search = new URL(document.querySelector(".box").action).pathname;
  const named = (url) => url.pathname + url.search;
  let asked = null;
  let here = named(location); // the search that the address names, whether or not it has been fetched yet

  /** What has the focus, in words that find the same thing in another page. */
  function mark(element) {
    if (!element || element === document.body) return null;
    // What excludes a value is not in the next page, but the value is.
    if (element.matches(".exclude")) return mark(element.closest("li, tr").querySelector("[data-key]"));
    if (element.dataset.key) return `[data-key="${CSS.escape(element.dataset.key)}"]`;
    if (element.id) return `#${CSS.escape(element.id)}`;
    return null;
  }

  /** Put the parts of a fetched page in place, and keep what the reader has opened. */
  function show(page) {
    const open = [...document.querySelectorAll(".columns details[open][id]")].map((details) => details.id);
    for (const part of PARTS) {
      const now = document.querySelector(part);
      const next = page.querySelector(part);
      now.replaceChildren(...[...next.childNodes].map((node) => document.adoptNode(node)));
    }
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    document.title = page.title;

    const box = document.querySelector(".box");
    const next = page.querySelector(".box");
    for (const kept of box.querySelectorAll("input[type=hidden]")) kept.remove();
    for (const kept of next.querySelectorAll("input[type=hidden]")) box.append(document.adoptNode(kept));
    // What has been typed and not yet sent stays.
    if (box.q.value === box.q.defaultValue) box.q.value = next.q.value;
    box.q.defaultValue = next.q.value;
    const feed = document.querySelector("link[rel=alternate]");
    if (feed) feed.href = page.querySelector("link[rel=alternate]").href;

    const warnings = [...document.querySelectorAll(".notice.warning, .notice.error")].map((notice) => notice.textContent.trim());
    status.textContent = [document.querySelector("h1").textContent.trim(), ...warnings].join(". ");
    document.dispatchEvent(new CustomEvent("dateline:shown"));
  }

  /** Go to another search. `top` takes the reader to its first result, otherwise the page stays where it is. */
  function go(address, { push = true, top = false, scroll = null, from = document.activeElement } = {}) {
    asked?.abort();
    const request = new XMLHttpRequest();
    asked = request;
    const leave = () => (push ? location.assign(address) : location.reload());
    const results = document.getElementById("results");
    const slow = setTimeout(() => {
      document.body.classList.add("waiting");
      results.setAttribute("aria-busy", "true");
    }, 150);
    const slower = setTimeout(() => (status.textContent = status.dataset.waiting), 1000);
    const focus = mark(from) ?? mark(document.activeElement); // a bar that is chosen by key leaves it where the keys are
    request.addEventListener("loadend", () => {
      clearTimeout(slow);
      clearTimeout(slower);
      if (asked !== request) return;
      document.body.classList.remove("waiting");
      results.removeAttribute("aria-busy");
    });
    request.addEventListener("error", leave);
    request.addEventListener("load", () => {
      const page = request.responseXML;
      if (request.status !== 200 || !page || !PARTS.every((part) => page.querySelector(part))) return leave();
      const next = named(new URL(address));
      if (push && next !== here) {
        history.replaceState({ scroll: scrollY }, "");
        history.pushState(null, "", address);
      }
      here = next;
      const top0 = focus && document.querySelector(focus)?.getBoundingClientRect().top;
      show(page);
      const again = focus && document.querySelector(focus);
      if (top) document.getElementById("results").focus({ preventScroll: true });
      else if (again) again.focus({ preventScroll: true });
      else if (document.activeElement === document.body) document.getElementById("results").focus({ preventScroll: true });
      if (top) scrollTo(0, 0);
      else if (scroll !== null) scrollTo(0, scroll);
      // What was clicked stays under the pointer, so that a second click takes it back and hits nothing else.
      else if (again) scrollBy({ top: again.getBoundingClientRect().top - top0, behavior: "instant" });
    });
    // A parsed document, so that no text of ours ever becomes markup by a script.
    request.open("GET", address);
    request.responseType = "document";
    request.send();
  }

  const ours = (url) => url.origin === location.origin && url.pathname === search;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    // A link in a drawing has an object for its address.
    const url = new URL(link.getAttribute("href"), location.href);
    if (!link.closest(".columns") || link.hasAttribute("download") || link.rel === "bookmark" || !ours(url)) return;
    event.preventDefault();
    // Not every browser gives the focus to a link that is clicked.
    go(url.href, { top: Boolean(link.closest(".foot, .sort")), from: link });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches(".box, .range")) return;
    const url = new URL(form.action);
    if (!ours(url)) return;
    event.preventDefault();
    url.search = new URLSearchParams(new FormData(form)).toString();
    go(url.href, { top: form.matches(".box") });
    if (form.matches(".box")) form.q.blur();
  });

  document.addEventListener("dateline:go", (event) => go(event.detail));
  addEventListener("popstate", (event) => {
    // A jump within the page (#results) is not another search.
    if (!ours(location) || named(location) === here) return;
    here = named(location);
    go(location.href, { push: false, scroll: event.state?.scroll ?? null });
  });
})();
