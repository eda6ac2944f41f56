/**
 * `text` without case, diacritics or repeated blanks, `đ` as `d`: what a search compares.
 * @param {string} text
 * @returns {string}
 */
export function foldVietnamese(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * Shows only those of `items` whose text contains every word of `words`, whatever their diacritics.
 * @param {Iterable<HTMLElement>} items
 * @param {string} words
 * @returns {number} how many are shown
 */
export function filterByWords(items, words) {
  const wanted = foldVietnamese(words).split(" ");
  let shown = 0;
  for (const item of items) {
    item.dataset.folded ??= foldVietnamese(item.dataset.search ?? item.textContent ?? "");
    const matches = wanted.every((word) => item.dataset.folded?.includes(word));
    item.hidden = !matches;
    if (matches) shown += 1;
  }
  return shown;
}
