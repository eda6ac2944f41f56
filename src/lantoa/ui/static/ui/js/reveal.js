import { text } from "./texts.js";

/**
 * Gives every password box a button that shows what was typed, and hides it again before the form is sent.
 * @param {Document} root
 */
export function watchPasswords(root) {
  for (const box of root.querySelectorAll("input[type=password]")) add(/** @type {HTMLInputElement} */ (box));
}

/** @param {HTMLInputElement} box */
function add(box) {
  const group = document.createElement("div");
  group.className = "reveal";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small reveal-button";
  button.setAttribute("aria-controls", box.id);
  box.replaceWith(group);
  group.append(box, button);

  /** @param {boolean} shown */
  const show = (shown) => {
    box.type = shown ? "text" : "password";
    box.spellcheck = false;
    button.textContent = text(shown ? "passwordHide" : "passwordShow");
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => show(box.type === "password"));
  box.form?.addEventListener("submit", () => show(false));
  show(false);
}
