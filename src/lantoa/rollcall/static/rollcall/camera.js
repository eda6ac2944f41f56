/** QR codes before the camera, read by the browser itself where it can, else by a reader that comes when it is needed. */
import { part } from "./page.js";

const EACH = 150;

/** @typedef {import("./types.js").Detector} Detector */

/** @returns {Promise<Detector>} */
async function detector() {
  const native = /** @type {any} */ (globalThis).BarcodeDetector;
  const formats = native ? await native.getSupportedFormats().catch(() => []) : [];
  if (formats.includes("qr_code")) return new native({ formats: ["qr_code"] });
  const { ownDetector } = await import("./detector.js");
  return ownDetector(part("#app").dataset.wasm ?? "");
}

export class Camera {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.video = video;
    this.timer = 0;
    this.turn = 0;
  }

  /**
   * @param {(text: string) => void} found called for every code that is seen, again and again while it is
   * @param {(message: string) => void} failed
   */
  async start(found, failed) {
    this.stop();
    const turn = ++this.turn;
    try {
      const reader = await detector();
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (turn !== this.turn) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.video.srcObject = stream;
      await this.video.play();
      this.look(reader, turn, found);
    } catch (error) {
      this.stop();
      failed(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * @param {Detector} reader
   * @param {number} turn
   * @param {(text: string) => void} found
   */
  async look(reader, turn, found) {
    if (turn !== this.turn) return;
    const codes = await reader.detect(this.video).catch(() => []);
    if (turn !== this.turn) return;
    for (const { rawValue } of codes) found(rawValue);
    this.timer = window.setTimeout(() => this.look(reader, turn, found), EACH);
  }

  stop() {
    this.turn += 1;
    window.clearTimeout(this.timer);
    const stream = /** @type {MediaStream | null} */ (this.video.srcObject);
    for (const track of stream?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
  }
}
