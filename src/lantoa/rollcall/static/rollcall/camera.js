/** QR codes before the camera, read by the browser itself where it can, else by a reader that comes when it is needed. */
import { part } from "./page.js";

const EACH = 150;

/** @typedef {import("./types.js").Detector} Detector */

/** What is said of a camera that can't be used, by the name of the error. */
const WHY = { NotAllowedError: "cameraForbidden", NotFoundError: "cameraMissing", TypeError: "readerMissing" };

/** @returns {Promise<Detector | null>} the browser's own reader, null where it has none for QR codes */
async function nativeDetector() {
  const native = /** @type {any} */ (globalThis).BarcodeDetector;
  const formats = native ? await native.getSupportedFormats().catch(() => []) : [];
  return formats.includes("qr_code") ? new native({ formats: ["qr_code"] }) : null;
}

/** @returns {Promise<Detector>} raises TypeError where it has to be fetched and there is no network */
async function detector() {
  const native = await nativeDetector();
  if (native) return native;
  const { ownDetector } = await import("./detector.js");
  return ownDetector(addressOfReader());
}

/** Fetch what reads codes while there is a network, where the browser needs it: the service worker keeps it. */
export async function takeReaderAlong() {
  if (await nativeDetector()) return;
  await import("./detector.js");
  await fetch(addressOfReader());
}

function addressOfReader() {
  return part("[data-wasm]").dataset.wasm ?? "";
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
   * @param {(sentence: string) => void} failed with the name of a sentence
   */
  async start(found, failed) {
    this.stop();
    const turn = ++this.turn;
    try {
      if (!navigator.mediaDevices) throw new DOMException("no camera", "NotFoundError");
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
      const name = error instanceof Error ? error.name : "";
      failed(WHY[/** @type {keyof typeof WHY} */ (name)] ?? "cameraMissing");
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
