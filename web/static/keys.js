// By keyboard alone. Nothing on the page depends on this file: every link and form works without it.
(() => {
  "use strict";

  const dialog = document.getElementById("keys");
  const enabled = document.getElementById("keys-on");
  const SWITCH = "dateline-keys";
  const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

  // Whoever speaks to the machine, or types by accident, can switch single keys off; the choice is kept in this browser.
  try {
    enabled.checked = localStorage.getItem(SWITCH) !== "off";
    enabled.addEventListener("change", () => localStorage.setItem(SWITCH, enabled.checked ? "on" : "off"));
  } catch {
    // Without storage the choice lasts as long as the page.
  }

  /** Move the focus by `step` headlines, from the one that has it or holds what has it. */
  function move(step) {
    const links = [...document.querySelectorAll(".hit h2 a")];
    const here = document.activeElement.closest(".hit");
    const at = here ? links.findIndex((link) => here.contains(link)) : step > 0 ? -1 : links.length;
    const target = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    if (target) {
      target.focus();
      target.closest(".hit").scrollIntoView({ block: "nearest" });
    }
  }

  function search() {
    const box = document.getElementById("q");
    if (box) {
      box.focus();
      box.select();
    }
  }

  function help() {
    dialog.showModal();
    dialog.querySelector("button").focus(); // by "autofocus" the button would claim the focus of the page when it arrives
  }

  const click = (selector) => document.querySelector(selector)?.click();
  const KEYS = {
    "/": search,
    j: () => move(1),
    k: () => move(-1),
    n: () => click(".matches .next"),
    p: () => click(".matches .previous"),
    "]": () => click(".pages a[rel=next]"),
    "[": () => click(".pages a[rel=prev]"),
    t: () => document.querySelector(".plot .handle")?.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
    if (event.key === "Escape") {
      if (typing(document.activeElement)) document.activeElement.blur();
      else click("#back");
      return;
    }
    if (typing(document.activeElement)) return;
    if (event.key === "?") {
      // The help always opens, so that keys that were switched off can be switched on again.
      event.preventDefault();
      help();
    } else if (enabled.checked && Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", help);
  }

  // An empty field says nothing: leave it out of the address.
  document.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (typeof value === "string" && !value.trim()) formData.delete(name);
  });
})();
