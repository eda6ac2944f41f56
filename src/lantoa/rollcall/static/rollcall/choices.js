/** The sheet from below: every choice for one person. */
import { button, part } from "./page.js";

/** @typedef {import("./types.js").Status} Status */

export class Choices {
  /** @param {(id: number, value: Status | "", reason: string) => void} choose */
  constructor(choose) {
    this.sheet = part("#choices");
    this.choose = choose;
    this.id = 0;
    /** @type {Element | null} */
    this.before = null;
    for (const choice of this.sheet.querySelectorAll("[data-value]")) {
      if (!(choice instanceof HTMLElement)) continue;
      choice.addEventListener("click", () => {
        this.close();
        this.choose(this.id, /** @type {Status | ""} */ (choice.dataset.value ?? ""), choice.dataset.reason ?? "");
      });
    }
    button("[data-leave]", this.sheet).addEventListener("click", () => this.close());
    this.sheet.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /**
   * @param {number} id
   * @param {string} name
   * @param {string} value that counts now
   * @param {string} reason
   */
  open(id, name, value, reason) {
    this.id = id;
    this.before = document.activeElement;
    part("#choices-name").textContent = name;
    for (const choice of this.sheet.querySelectorAll("[data-value]")) {
      if (!(choice instanceof HTMLElement)) continue;
      const chosen = choice.dataset.value === value && (choice.dataset.reason ?? "") === reason;
      choice.setAttribute("aria-pressed", String(chosen));
    }
    this.sheet.hidden = false;
    button("[data-value]", this.sheet).focus();
  }

  close() {
    this.sheet.hidden = true;
    if (this.before instanceof HTMLElement) this.before.focus();
  }
}
