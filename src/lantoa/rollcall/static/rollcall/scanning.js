/** Cards before the camera: each marks its person present, by the list's own hashes. */
import { Camera } from "./camera.js";
import { base64url, fromBase64url, sha256, utf8 } from "./keys.js";
import { button, part, text, warn } from "./page.js";

/** @typedef {import("./roll.js").Roll} Roll */

const CARD = /LT1:[A-Z2-7]+:[A-Z2-7]+/;
const HASH = 5;
const AGAIN = 3000;

export class Scanning {
  /** @param {Roll} roll */
  constructor(roll) {
    this.sheet = part("#scanner");
    this.roll = roll;
    this.last = "";
    this.video = /** @type {HTMLVideoElement} */ (part("video", this.sheet));
    this.camera = new Camera(this.video);
    button("#roll [data-scan]").addEventListener("click", () => this.open());
    button("[data-leave]", this.sheet).addEventListener("click", () => this.close());
  }

  async open() {
    this.last = "";
    this.sheet.hidden = this.video.hidden = false;
    this.say(text("aim"));
    warn(part("[data-wrong]", this.sheet), "");
    button("[data-leave]", this.sheet).focus();
    await this.camera.start(
      (code) => this.take(code),
      (sentence) => this.fail(sentence),
    );
  }

  /** @param {string} sentence why nothing can be read */
  fail(sentence) {
    this.video.hidden = true;
    this.say(text(sentence));
  }

  close() {
    this.camera.stop();
    this.sheet.hidden = true;
  }

  /**
   * A card that stays before the camera is one scan.
   * @param {string} code
   */
  async take(code) {
    const card = CARD.exec(code)?.[0] ?? "";
    if (!card || card === this.last) return;
    this.last = card;
    const id = await this.holder(card);
    if (id === null) return this.say(text("unknownCard"));
    const name = this.roll.nameOf(id);
    const value = this.roll.states.get(id)?.value;
    if (value === "present" || value === "late") return this.say(text("scannedAgain", { name }));
    this.say("");
    if (await this.roll.mark(id, "present", "", card)) return this.say(text("scanned", { name }));
    setTimeout(() => this.forget(card), AGAIN);
  }

  /**
   * A card whose mark was not written is taken once more.
   * @param {string} card
   */
  forget(card) {
    if (this.last === card) this.last = "";
  }

  /**
   * @param {string} card
   * @returns {Promise<number | null>} whose card it is on this list
   */
  async holder(card) {
    const { roster } = this.roll;
    if (!roster) return null;
    const text = utf8(card);
    const salt = fromBase64url(roster.salt);
    const both = new Uint8Array(salt.length + text.length);
    both.set(salt);
    both.set(text, salt.length);
    const hash = base64url((await sha256(both)).slice(0, HASH));
    const own = roster.people.find((line) => line[4] === hash);
    const other = roster.other_cards?.find(([, card]) => card === hash);
    return (own ?? other)?.[0] ?? null;
  }

  /** @param {string} words */
  say(words) {
    part("[data-said]", this.sheet).textContent = words;
    if (words) navigator.vibrate?.(60);
  }
}
