/** Pieces of the page that every view uses: its parts, its sentences, its alert. */

const texts = document.getElementById("texts");

/**
 * @param {string} name in camel case: `notKept` for `data-not-kept`
 * @param {Record<string, string | number>} [values] for what stands in braces
 * @returns {string} a sentence in the reader's language
 */
export function text(name, values = {}) {
  const sentence = texts?.dataset[name] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (_whole, key) => String(values[key] ?? ""));
}

/**
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement} the one that the template promises
 */
export function part(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/**
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLInputElement}
 */
export function box(selector, within = document) {
  return /** @type {HTMLInputElement} */ (part(selector, within));
}

/**
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLButtonElement}
 */
export function button(selector, within = document) {
  return /** @type {HTMLButtonElement} */ (part(selector, within));
}

/**
 * @param {string} id of a template
 * @returns {HTMLElement} a new copy of its one element
 */
export function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (part(`#${id}`));
  return /** @type {HTMLElement} */ (template.content.cloneNode(true).firstChild);
}

/**
 * Say it above the page, and in the sheet that lies over it.
 * @param {string} words empty takes it away
 */
export function alert(words) {
  for (const place of document.querySelectorAll("#alert, .sheet:not([hidden]) [data-wrong]")) {
    if (place instanceof HTMLElement) warn(place, words);
  }
}

/**
 * @param {HTMLElement} place
 * @param {string} words empty takes it away
 */
export function warn(place, words) {
  place.textContent = words;
  place.hidden = !words;
  if (words) place.scrollIntoView({ block: "nearest" });
}

/**
 * @param {string} heading
 * @param {string} lead
 */
export function title(heading, lead) {
  part("#heading").textContent = heading;
  part("#lead").textContent = lead;
}

const CLOCK = new Intl.DateTimeFormat("vi", { hour: "2-digit", minute: "2-digit", hour12: false });
const DAY = new Intl.DateTimeFormat("vi", { day: "2-digit", month: "2-digit", year: "numeric" });

/**
 * @param {string} moment
 * @returns {string} `07:30 26/11/2026`
 */
export function when(moment) {
  const date = new Date(moment);
  return `${CLOCK.format(date)} ${DAY.format(date)}`;
}
