/**
 * Tools of an article's reader: larger letters, remembered on this device; print; the device's own sheet for sharing.
 * Each is shown only where it works.
 */

const REMEMBERED = "lantoa.text-size";

/**
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
function shown(selector) {
  const element = document.querySelector(selector);
  if (!(element instanceof HTMLElement)) return null;
  element.hidden = false;
  return element;
}

/** @returns {string} */
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "1";
  } catch {
    return "1"; // a browser that keeps nothing
  }
}

/** @param {string} size */
function remember(size) {
  try {
    localStorage.setItem(REMEMBERED, size);
  } catch {
    // it holds for this page alone
  }
}

const sizes = shown("[data-text-size]");

/** @param {string} size */
function setSize(size) {
  document.documentElement.dataset.textStep = size;
  for (const button of sizes?.querySelectorAll("button") ?? []) {
    button.setAttribute("aria-pressed", String(button.value === size));
  }
}

sizes?.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  setSize(button.value);
  remember(button.value);
});
if (sizes) setSize(remembered());

shown("[data-print]")?.addEventListener("click", () => window.print());

if (typeof navigator.share === "function") {
  const share = shown("[data-share]");
  share?.addEventListener("click", () => {
    const { share: url, title } = share.dataset;
    void navigator.share({ url, title }).catch(() => {}); // the reader closed the sheet
  });
}
