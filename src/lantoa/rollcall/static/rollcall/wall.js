/**
 * Draws the code of a wall and changes it with the time, by the server's clock at first and without a network from then on, as
 * long as nobody sets the clock of this machine.
 */

import { ServerTime } from "./server-time.js";
import { correction, generate } from "./vendor/lean-qr.js";

const QUIET = 4;

const wall = document.querySelector("[data-wall]");
if (wall instanceof HTMLElement) void show(wall);

/** @param {HTMLElement} wall */
async function show(wall) {
  const data = wall.dataset;
  const length = Number(data.step) * 1000;
  const time = new ServerTime(Number(data.now), (sure) => doubt(wall, !sure));
  const unsafe = wall.querySelector("[data-wall-unsafe]");
  if (!window.crypto?.subtle) {
    if (unsafe instanceof HTMLElement) unsafe.hidden = false;
    return;
  }
  const key = await crypto.subtle.importKey("raw", bytesOf(data.key ?? ""), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const left = wall.querySelector("[data-wall-left]");
  let drawn = -1;

  async function tick() {
    const now = time.now();
    const step = Math.floor(now / length);
    if (left instanceof HTMLProgressElement) left.value = (length - (now % length)) / 1000;
    if (step === drawn) return;
    drawn = step;
    const code = await codeOf(key, step);
    draw(wall, `${data.address}${data.site}/${step}/${code}`, code);
  }

  await tick();
  setInterval(() => void tick(), 250);
  offerWholeScreen(wall);
  stayAwake();
}

/**
 * @param {HTMLElement} wall
 * @param {boolean} isDoubtful
 */
function doubt(wall, isDoubtful) {
  const place = wall.querySelector("[data-wall-doubt]");
  if (place instanceof HTMLElement) place.hidden = !isDoubtful;
}

/**
 * The six digits of a step: the first 32 bits of HMAC-SHA-256 over its number, modulo a million.
 * @param {CryptoKey} key
 * @param {number} step
 */
async function codeOf(key, step) {
  const message = new DataView(new ArrayBuffer(8));
  message.setUint32(0, Math.floor(step / 2 ** 32));
  message.setUint32(4, step >>> 0);
  const digest = await crypto.subtle.sign("HMAC", key, message.buffer);
  return String(new DataView(digest).getUint32(0) % 1e6).padStart(6, "0");
}

/**
 * @param {HTMLElement} wall
 * @param {string} text
 * @param {string} code
 */
function draw(wall, text, code) {
  const qr = generate(text, { minCorrectionLevel: correction.M });
  const side = qr.size + 2 * QUIET;
  let path = "";
  for (let y = 0; y < qr.size; y++)
    for (let x = 0; x < qr.size; x++) if (qr.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  wall.querySelector("[data-wall-qr]")?.setAttribute("viewBox", `0 0 ${side} ${side}`);
  wall.querySelector("[data-wall-qr] path")?.setAttribute("d", path);
  const typed = wall.querySelector("[data-wall-code]");
  if (typed) typed.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** @param {HTMLElement} wall */
function offerWholeScreen(wall) {
  const button = wall.querySelector("[data-wall-full]");
  if (!(button instanceof HTMLElement) || !document.fullscreenEnabled) return;
  button.hidden = false;
  button.addEventListener("click", () => void (document.fullscreenElement ? document.exitFullscreen() : wall.requestFullscreen()));
}

/** Keeps the screen lit where the browser can; the lock ends whenever the page is hidden. */
function stayAwake() {
  if (!("wakeLock" in navigator)) return;
  const ask = () => document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => undefined);
  document.addEventListener("visibilitychange", ask);
  void ask();
}

/** @param {string} hex */
function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
