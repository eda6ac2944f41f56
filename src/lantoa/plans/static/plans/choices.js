/** Narrows long lists of boxes while one types; the boxes themselves need no script. */
import { filterByWords } from "../ui/js/fold.js";

for (const list of document.querySelectorAll("[data-choices]")) {
  const search = list.querySelector("[data-choices-search]");
  const items = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-choice]"));
  if (!(search instanceof HTMLInputElement) || items.length < 8) continue;
  search.hidden = false;
  search.addEventListener("input", () => filterByWords(items, search.value));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
