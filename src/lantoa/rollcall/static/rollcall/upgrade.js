/** The page on the phone and its newer version: it takes over between two rolls, never during one. */
import { part } from "./page.js";

/** @type {ServiceWorkerRegistration | null} */
let registration = null;
let kept = false;

/** Let the service worker keep the page; without one it works as long as it stays open. What failed is begun again. */
export async function keepPage() {
  const workers = /** @type {ServiceWorkerContainer | undefined} */ (navigator.serviceWorker);
  if (!workers) return;
  const address = part("#app").dataset.worker ?? "";
  const plain = () => workers.register(address).catch(() => null);
  registration = await ("SyncManager" in window
    ? workers.register(`${address}?module`, { type: "module" }).catch(plain)
    : plain());
}

/** @returns {boolean} whether the page opens without a network: a worker is active only once it has kept all of it */
export function pageIsKept() {
  return kept || Boolean(navigator.serviceWorker?.controller);
}

/** @param {() => void} told called once the page is kept */
export function whenKept(told) {
  navigator.serviceWorker?.ready.then(() => {
    kept = true;
    told();
  });
}

/** @param {() => void} work called once the worker keeps what this page fetches; never without one */
export function whenControlled(work) {
  const workers = /** @type {ServiceWorkerContainer | undefined} */ (navigator.serviceWorker);
  if (workers?.controller) work();
  else workers?.addEventListener("controllerchange", work, { once: true });
}

/** Ask the browser to send what waits as soon as there is a network, even when no page is open by then. */
export function askForSync() {
  const sync = /** @type {any} */ (registration)?.sync;
  sync?.register("queue").catch(() => undefined);
}

/** Call it where nothing can be interrupted: a newer version that has arrived is opened. */
export function takeNewerPage() {
  const waiting = registration?.waiting;
  if (!waiting || !navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("take over");
}
