/** Fits allauth's scripts for passkeys and security keys to our pages: shows the button where the browser can use keys, and
 * says so where a key was not used. */

/** @type {any} */
const shared = globalThis;

for (const form of document.querySelectorAll("form[data-key]")) if (form instanceof HTMLFormElement) fit(form);

/** @param {HTMLFormElement} form */
function fit(form) {
  const button = form.querySelector("button");
  const answer = form.querySelector("input[name=answer]");
  if (!button || !answer) return;
  if (!shared.webauthnJSON?.supported()) return reveal(form, "[data-key-unknown]");
  button.hidden = false;
  button.addEventListener("click", () => hide(form, "[data-key-failed]"));
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    reveal(form, "[data-key-failed]");
  });
  const ids = { credential: answer.id, add: button.id, authenticate: button.id, data: "key-question" };
  const { addForm, authenticateForm } = shared.allauth.webauthn.forms;
  if (form.dataset.key === "add") addForm({ ids });
  else authenticateForm({ ids });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} selector
 */
function reveal(form, selector) {
  const note = form.querySelector(selector);
  if (note instanceof HTMLElement) note.hidden = false;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} selector
 */
function hide(form, selector) {
  const note = form.querySelector(selector);
  if (note instanceof HTMLElement) note.hidden = true;
}
