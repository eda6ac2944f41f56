/** Making this browser a phone that takes rolls. */
import { Refused, Troubled, Unreachable } from "./api.js";
import { alert, box, button, part, text, title } from "./page.js";
import { become, ownPhone, phoneOf, redeem } from "./phone.js";
import { recorderOf, standings } from "./queue.js";
import { inTurn } from "./sync.js";

/** @typedef {import("./types.js").Phone} Phone */

const CODE = /[#&]code=([^&\s]+)/;

/** @returns {string} a code in the page's address, which then no longer shows it; empty without one */
export function codeOfAddress() {
  const code = CODE.exec(location.hash)?.[1] ?? "";
  if (code) history.replaceState(null, "", location.pathname);
  return decodeURIComponent(code);
}

/** @returns {string} a first idea of a name for this phone */
function ownLabel() {
  const system = /Android|iPhone|iPad|Windows|Macintosh|CrOS|Linux/.exec(navigator.userAgent)?.[0] ?? text("phone");
  const browser = /Firefox|Edg|OPR|SamsungBrowser|Chrome|Safari/.exec(navigator.userAgent)?.[0] ?? "";
  return `${system} ${browser.replace("Edg", "Edge")}`.trim();
}

export class SettingUp {
  /**
   * @param {string} client the page's version
   * @param {() => void} done
   */
  constructor(client, done) {
    this.section = part("#setting-up");
    this.client = client;
    this.done = done;
    this.unit = "";
    this.busy = false;
    const form = part("[data-code-form]", this.section);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = box("#code").value.trim();
      this.once(() => this.redeem(CODE.exec(typed)?.[1] ?? typed));
    });
    button("[data-signed-in]", this.section).addEventListener("click", () => this.once(() => this.askCode(this.unit)));
    /** @type {Phone | null} what the phone becomes if its holder says so */
    this.offered = null;
    button("[data-go-on]", this.section).addEventListener("click", () => this.once(() => this.goOn()));
  }

  /**
   * A second press while the first is under way would make another phone.
   * @param {() => Promise<void>} work
   */
  async once(work) {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } finally {
      this.busy = false;
    }
  }

  /**
   * @param {string} why the name of a sentence; empty for none
   * @param {string} [unit] the number of the unit whose roll is wanted
   */
  show(why, unit = "") {
    this.unit = unit;
    title(text("heading"), "");
    part("[data-why]", this.section).textContent = why && text(why);
    box("#label").value ||= ownLabel();
    part("[data-units]", this.section).replaceChildren();
    part("[data-others]", this.section).hidden = true;
    this.section.hidden = false;
  }

  /**
   * Get a code by the sign-in of this browser, and redeem it.
   * @param {string} unit
   */
  async askCode(unit) {
    alert("");
    const answer = await this.fromSession(unit);
    if (!answer) return;
    if (answer.units) this.offer(answer.units);
    else if (answer.code) await this.redeem(answer.code);
    else alert(answer.message ?? "");
  }

  /**
   * @param {string} unit
   * @returns {Promise<{code?: string, units?: [number, string][], message?: string} | null>}
   */
  async fromSession(unit) {
    const token = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
    try {
      const response = await fetch(part("#app").dataset.setUp ?? "", {
        method: "POST",
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        body: new URLSearchParams(unit ? { unit } : {}),
        credentials: "same-origin",
        redirect: "manual",
      });
      const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
      if (isJson) return await response.json();
      part("[data-sign-in]", this.section).hidden = false;
      alert(text("notSignedIn"));
    } catch {
      alert(text("unreachable"));
    }
    return null;
  }

  /** @param {[number, string][]} units */
  offer(units) {
    const question = document.createElement("p");
    question.textContent = text("chooseUnit");
    const choices = units.map(([id, name]) => {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.className = "button";
      choice.textContent = name;
      choice.addEventListener("click", () => this.once(() => this.askCode(String(id))));
      return choice;
    });
    part("[data-units]", this.section).replaceChildren(question, ...choices);
    choices[0].focus();
  }

  /**
   * Redeem a code. Where marks of another user or unit wait, first say what becomes of them.
   * @param {string} code
   */
  async redeem(code) {
    await this.attempt(async () => {
      const device = await inTurn(() => redeem(code, box("#label").value || ownLabel(), this.client));
      const phone = phoneOf(device);
      const before = await ownPhone();
      const { waiting } = await standings();
      if (!before || recorderOf(before) === recorderOf(phone) || waiting === 0) return this.finish(phone);
      this.offered = phone;
      const facts = { waiting, user: before.user, unit: before.unit };
      part("[data-others-words]", this.section).textContent = text("othersWait", facts);
      button("[data-go-on]", this.section).textContent = text("goOn", { user: phone.user, unit: phone.unit });
      part("[data-others]", this.section).hidden = false;
      button("[data-go-on]", this.section).focus();
    });
  }

  async goOn() {
    const phone = this.offered;
    if (phone) await this.attempt(() => this.finish(phone));
  }

  /** @param {() => Promise<void>} work */
  async attempt(work) {
    alert("");
    try {
      await work();
    } catch (error) {
      if (error instanceof Refused) alert(error.message);
      else if (error instanceof Troubled) alert(text("trouble"));
      else if (error instanceof Unreachable) alert(text("unreachable"));
      else alert(text("notKept"));
    }
  }

  /** @param {Phone} phone */
  async finish(phone) {
    await inTurn(() => become(phone));
    navigator.storage?.persist?.().catch(() => undefined);
    this.offered = null;
    box("#code").value = "";
    this.section.hidden = true;
    this.done();
  }
}
