import { text } from "./texts.js";

/**
 * Keeps what is typed into a form (form[data-draft]) in this tab until it is sent, offers it again when the page comes
 * back without it, and asks before a page with unsent text is left (not where the session has ended:
 * the page must go). Files, passwords and hidden fields are never kept.
 * @param {Document} root
 */
export function watchDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) watch(/** @type {HTMLFormElement} */ (form));
}

/** @param {HTMLFormElement} form */
function watch(form) {
  const key = `draft:${location.pathname}:${form.dataset.draft}`;
  const initial = read(form);
  const returned = form.querySelector("[data-error-summary]") !== null;
  const stored = sessionStorage.getItem(key);
  let sending = false;
  if (stored && stored !== initial && !returned) offer(form, key, stored);
  form.addEventListener("input", () => sessionStorage.setItem(key, read(form)));
  form.addEventListener("submit", () => {
    sending = true;
    sessionStorage.removeItem(key);
  });
  window.addEventListener("pageshow", () => (sending = false));
  window.addEventListener("lantoa:signed-out", () => (sending = true));
  window.addEventListener("beforeunload", (event) => {
    if (!sending && read(form) !== initial) event.preventDefault();
  });
}

/**
 * @param {HTMLFormElement} form
 * @returns {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]}
 */
function controls(form) {
  const all = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  return all.filter((one) => one.name && !["hidden", "file", "password", "submit", "button"].includes(one.type));
}

/**
 * @param {HTMLFormElement} form
 * @returns {string} what stands in the form, as JSON
 */
function read(form) {
  return JSON.stringify(
    controls(form).map((one) => {
      if (one instanceof HTMLInputElement && ["checkbox", "radio"].includes(one.type)) return one.checked;
      if (one instanceof HTMLSelectElement) return [...one.selectedOptions].map((option) => option.value);
      return one.value;
    }),
  );
}

/**
 * @param {HTMLFormElement} form
 * @param {string} stored
 */
function write(form, stored) {
  const values = JSON.parse(stored);
  controls(form).forEach((one, index) => {
    const value = values[index];
    if (one instanceof HTMLInputElement && typeof value === "boolean") one.checked = value;
    else if (one instanceof HTMLSelectElement && Array.isArray(value))
      for (const option of one.options) option.selected = value.includes(option.value);
    else if (typeof value === "string") one.value = value;
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 * @param {string} stored
 */
function offer(form, key, stored) {
  const notice = document.createElement("div");
  notice.className = "notice notice-info draft-notice";
  notice.setAttribute("role", "status");
  const words = document.createElement("p");
  words.className = "notice-body";
  words.textContent = text("draftFound");
  const restore = button(text("draftRestore"), () => {
    write(form, stored);
    notice.remove();
  });
  const discard = button(text("draftDiscard"), () => {
    sessionStorage.removeItem(key);
    notice.remove();
  });
  notice.append(words, restore, discard);
  form.prepend(notice);
}

/**
 * @param {string} words
 * @param {() => void} act
 */
function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-small";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}
