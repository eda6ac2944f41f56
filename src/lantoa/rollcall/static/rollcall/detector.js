/** The reader of QR codes for browsers without one of their own. */
import { n as prepareZXingModule, t as BarcodeDetector } from "./vendor/barcode-detector.js";

/**
 * @param {string} wasm the address of its WebAssembly
 * @returns {import("./types.js").Detector}
 */
export function ownDetector(wasm) {
  prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasm : prefix + path) } });
  return new BarcodeDetector({ formats: ["qr_code"] });
}
