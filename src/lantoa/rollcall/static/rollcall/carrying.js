/** The view by which marks leave this phone without a network, and those of another come in. */
import { generate } from "./vendor/lean-qr.js";
import { Camera } from "./camera.js";
import { alert, box, button, part, text, title } from "./page.js";
import { carried, carry, keep, ownParcel, Series, seriesOf } from "./parcel.js";
import { aside, standings } from "./queue.js";

/** @typedef {import("./parcel.js").Carried} Carried */
/** @typedef {import("./parcel.js").Parcel} Parcel */

const EACH = 1200;

export class Carrying {
  /**
   * @param {string} client the page's version
   * @param {{taken: () => void, failed: (error: unknown) => void}} host
   */
  constructor(client, host) {
    this.section = part("#carrying");
    this.client = client;
    this.host = host;
    this.timer = 0;
    this.camera = new Camera(/** @type {HTMLVideoElement} */ (part("video", this.section)));
    this.series = new Series();
    /** @param {string} selector @param {() => Promise<void>} work */
    const on = (selector, work) => {
      button(selector, this.section).addEventListener("click", () => work().catch(host.failed));
    };
    on("[data-save]", () => this.save());
    on("[data-show]", () => this.showCodes());
    on("[data-stop]", async () => this.stopCodes());
    on("[data-read]", () => this.read());
    on("[data-enough]", async () => this.stopReading());
    box("[data-file]", this.section).addEventListener("change", () => this.takeFile().catch(host.failed));
  }

  async show() {
    title(text("heading"), "");
    await this.draw(); // before it shows, so that no button moves away under a finger
    this.section.hidden = false;
  }

  hide() {
    this.section.hidden = true;
    this.stopCodes();
    this.stopReading();
  }

  async draw() {
    const { waiting } = await standings();
    part("[data-waiting]", this.section).textContent = waiting ? text("waits", { waiting }) : text("nothingWaits");
    button("[data-save]", this.section).disabled = button("[data-show]", this.section).disabled = waiting === 0;
    const others = (await aside()).map(([{ user, unit }, items]) => {
      return lineOf(text("parcelAside", { user, unit, marks: items.length }));
    });
    const parcels = (await carried()).map((one) => this.lineOf(one));
    part("[data-parcels]", this.section).replaceChildren(...others, ...parcels);
  }

  /**
   * What became of a parcel; as long as the server has not taken it, it may be sent again or go on as a file.
   * @param {Carried} one
   */
  lineOf(one) {
    const words = { waiting: "parcelKept", sent: one.doubtful ? "parcelDoubtful" : "parcelSent", refused: "parcelRefused" };
    const facts = { file: one.name, message: one.message, marks: one.marks ?? 0, doubtful: one.doubtful ?? 0 };
    const line = lineOf(text(words[one.standing], facts));
    /** @param {string} name @param {() => Promise<void>} work */
    const offer = (name, work) => {
      const step = document.createElement("button");
      step.type = "button";
      step.className = "button";
      step.textContent = text(name, facts);
      step.addEventListener("click", () => work().catch(this.host.failed));
      line.append(step);
    };
    if (one.standing === "refused") offer("sendAgain", () => this.sendAgain(one));
    if (one.standing !== "sent") offer("saveParcel", async () => save(one.parcel));
    return line;
  }

  /** @param {Carried} one */
  async sendAgain(one) {
    await keep({ ...one, standing: "waiting" });
    await this.draw();
    this.host.taken();
  }

  async save() {
    const parcel = await ownParcel(this.client);
    if (parcel) save(parcel);
  }

  /** Show one code after the other, round and round, until the other phone has them all. */
  async showCodes() {
    const parcel = await ownParcel(this.client);
    if (!parcel) return;
    const codes = await seriesOf(parcel);
    const canvas = /** @type {HTMLCanvasElement} */ (part("canvas", this.section));
    let at = 0;
    const draw = () => {
      generate(codes[at]).toCanvas(canvas, { pad: 4 });
      part("[data-part]", this.section).textContent = text("part", { index: at + 1, count: codes.length });
      at = (at + 1) % codes.length;
    };
    part("[data-series]", this.section).hidden = false;
    draw();
    window.clearInterval(this.timer);
    this.timer = window.setInterval(draw, EACH);
    canvas.scrollIntoView({ block: "center" });
  }

  stopCodes() {
    window.clearInterval(this.timer);
    part("[data-series]", this.section).hidden = true;
  }

  async read() {
    this.series = new Series();
    part("[data-reading]", this.section).hidden = false;
    this.say("parts", { index: 0, count: "…" });
    await this.camera.start(
      (code) => this.takeCode(code).catch(this.host.failed),
      (sentence) => this.say(sentence, {}),
    );
  }

  /** @param {string} code */
  async takeCode(code) {
    if (!this.series.take(code)) return;
    const { parts, count, name } = this.series;
    this.say("parts", { index: parts.size, count });
    if (!this.series.whole) return;
    const file = await this.series.text().catch(() => "");
    this.stopReading();
    await this.take(file, name);
  }

  stopReading() {
    this.camera.stop();
    part("[data-reading]", this.section).hidden = true;
  }

  async takeFile() {
    const input = box("[data-file]", this.section);
    const file = input.files?.[0];
    if (file) await this.take(await file.text(), file.name);
    input.value = "";
  }

  /**
   * @param {string} content
   * @param {string} name
   */
  async take(content, name) {
    alert("");
    if (!(await carry(content, name))) return alert(text("parcelUnreadable"));
    await this.draw();
    this.host.taken();
  }

  /**
   * @param {string} name
   * @param {Record<string, string | number>} values
   */
  say(name, values) {
    part("[data-said]", this.section).textContent = text(name, values);
  }
}

/**
 * @param {string} words
 * @returns {HTMLElement}
 */
function lineOf(words) {
  const line = document.createElement("li");
  line.textContent = words;
  return line;
}

/** @param {Parcel} parcel */
function save(parcel) {
  const day = new Date().toISOString().slice(0, 16).replace(/\D/g, "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(parcel)], { type: "application/json" }));
  link.download = `diem-danh-${day}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
