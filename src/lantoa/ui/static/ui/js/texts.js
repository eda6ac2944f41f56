/**
 * A sentence of the interface in the reader's language, from the page's `#ui-texts`.
 * @param {string} name in camel case: `draftFound` for `data-draft-found`
 * @returns {string}
 */
export function text(name) {
  return document.getElementById("ui-texts")?.dataset[name] ?? "";
}
