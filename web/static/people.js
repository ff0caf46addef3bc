// In the picture of people: who is pointed at stands out with their lines, everything else steps back.
(() => {
  "use strict";

  const picture = document.querySelector(".picture");
  if (!picture) return;
  const dots = [...picture.querySelectorAll("[data-person]")];
  const lines = [...picture.querySelectorAll("[data-one]")];

  function light(persons, touches) {
    const near = new Set(persons);
    for (const line of lines) {
      const on = touches(line.dataset);
      line.classList.toggle("lit", on);
      if (on && persons.length === 1) near.add(line.dataset.one).add(line.dataset.other);
    }
    for (const dot of dots) dot.classList.toggle("lit", near.has(dot.dataset.person));
    picture.classList.toggle("lighting", persons.length > 0);
  }

  picture.addEventListener("pointerover", (event) => {
    const link = event.target.closest("a");
    if (link?.dataset.person) {
      const { person } = link.dataset;
      light([person], ({ one, other }) => one === person || other === person);
    } else if (link?.dataset.one) {
      light([link.dataset.one, link.dataset.other], ({ one, other }) => one === link.dataset.one && other === link.dataset.other);
    } else light([], () => false);
  });
  picture.addEventListener("pointerleave", () => light([], () => false));
})();
