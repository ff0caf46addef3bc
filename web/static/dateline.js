// Quicker by keyboard. Nothing on the page depends on this file: every link and form works without it.
(() => {
  "use strict";

  const box = document.getElementById("q");
  const help = document.querySelector(".help");
  const links = [...document.querySelectorAll(".hit h2 a")];
  const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

  /** Move the focus by `step` headlines, from the one that has it or holds what has it. */
  function move(step) {
    const here = document.activeElement.closest(".hit");
    const at = here ? links.findIndex((link) => here.contains(link)) : step > 0 ? -1 : links.length;
    const target = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    if (target) {
      target.focus();
      target.closest(".hit").scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      const back = document.getElementById("back");
      if (typing(document.activeElement)) document.activeElement.blur();
      else if (back) back.click();
      return;
    }
    if (typing(document.activeElement)) return;
    if (event.key === "/" && box) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "?" && help) {
      help.open = !help.open;
      help.scrollIntoView({ block: "nearest" });
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
  });

  // An empty field says nothing: leave it out of the address.
  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("formdata", ({ formData }) => {
      for (const [name, value] of [...formData]) if (!value.trim()) formData.delete(name);
    });
  }
})();
