// From match to match in an article. Without this file each match has links to its neighbours, which show once one has jumped to it.
(() => {
  "use strict";

  const bar = document.querySelector(".matches[data-count]");
  const marks = [...document.querySelectorAll("mark[id]")];
  if (!bar || !marks.length) return;
  document.body.classList.add("stepping");
  const count = bar.querySelector(".count");
  const whole = count.textContent;
  const status = document.getElementById("status");
  let at = marks.findIndex((mark) => `#${mark.id}` === location.hash);

  function step(by) {
    at = at < 0 ? (by > 0 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length;
    // In place of the entry in the history, so that going back leads to the results at once.
    location.replace(`#${marks[at].id}`);
    marks[at].scrollIntoView({ block: "center" });
    count.textContent = `${(at + 1).toLocaleString("en")} / ${whole}`;
    status.textContent = count.textContent;
  }

  bar.querySelector("a")?.remove();
  for (const [name, by] of [["previous", -1], ["next", 1]]) {
    const button = bar.querySelector(`.${name}`);
    button.hidden = false;
    button.addEventListener("click", () => {
      // A jump takes the focus to the match, from where a key goes on reading; who presses the button may want to press it again.
      const pressed = document.activeElement === button;
      step(by);
      if (pressed) button.focus({ preventScroll: true });
    });
  }
})();
