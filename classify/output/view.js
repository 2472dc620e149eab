"use strict";
// Hovering or focusing an outline shows its article, and the other way round.
const wide = matchMedia("(min-width: 60rem)");
function show(event) {
  const found = event.target.closest ? event.target.closest("[data-article]") : null;
  const number = found ? found.dataset.article : "";
  for (const item of document.querySelectorAll(".on")) {
    if (item.dataset.article !== number) item.classList.remove("on");
  }
  if (!found || found.classList.contains("on")) return;
  for (const item of document.querySelectorAll(`[data-article="${number}"]`)) item.classList.add("on");
  const text = document.getElementById("a" + number);
  if (wide.matches && found.closest(".sheet")) text.scrollIntoView({ block: "nearest" });
}
for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, show);
