/**
 * Stops a second submit of a form (form[data-once]) while the first is under way; a page that the browser brings back
 * from its cache can be sent again. The server holds the rule; this only spares it the question.
 * @param {Document} root
 */
export function watchSubmits(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setBusy(form, true);
  });
  window.addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll("form[data-once]")) release(/** @type {HTMLFormElement} */ (form));
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    if (event.target instanceof HTMLFormElement) release(event.target);
  });
}

/** @param {HTMLFormElement} form */
function release(form) {
  delete form.dataset.sent;
  setBusy(form, false);
}

/**
 * The buttons keep their names and values in what is sent: they are marked, not disabled.
 * @param {HTMLFormElement} form
 * @param {boolean} busy
 */
function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.classList.toggle("is-busy", busy);
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}
