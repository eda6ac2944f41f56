/**
 * Shows the panel of a confirmation (details[data-confirm]) as a modal dialog instead of in place.
 * @param {Document} root
 */
export function watchConfirmations(root) {
  root.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const summary = event.target.closest("details[data-confirm] > summary");
    if (summary instanceof HTMLElement) {
      event.preventDefault();
      openDialog(/** @type {HTMLDetailsElement} */ (summary.parentElement), summary);
    }
    if (event.target.closest("[data-confirm-close]")) event.target.closest("dialog")?.close();
  });
}

/**
 * @param {HTMLDetailsElement} details
 * @param {HTMLElement} opener
 */
function openDialog(details, opener) {
  const panel = details.querySelector(".confirm-panel");
  if (!panel) return;
  const title = panel.querySelector(".confirm-title");
  const dialog = document.createElement("dialog");
  dialog.className = "confirm-dialog";
  if (title) {
    title.id ||= `confirm-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    dialog.setAttribute("aria-labelledby", title.id);
  }
  for (const button of panel.querySelectorAll("[data-confirm-close]")) button.removeAttribute("hidden");
  dialog.append(panel);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    details.append(panel);
    dialog.remove();
    opener.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.showModal();
}
