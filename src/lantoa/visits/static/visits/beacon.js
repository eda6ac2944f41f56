/**
 * Tell the site that its page is read, once somebody sees it: not while it is fetched beforehand or lies behind another
 * tab. A page that comes back from the browser's memory is read again.
 */

const place = document.querySelector("[data-visit]");
const address = place instanceof HTMLElement ? place.dataset.visit : undefined;

/** @type {boolean} */
let isDue = true;

function tell() {
  if (!address || !isDue || document.visibilityState !== "visible") return;
  isDue = false;
  if (!navigator.sendBeacon || !navigator.sendBeacon(address)) {
    void fetch(address, { method: "POST", keepalive: true }).catch(() => {});
  }
}

document.addEventListener("visibilitychange", tell);
document.addEventListener("prerenderingchange", tell);
window.addEventListener("pageshow", (event) => {
  isDue = isDue || event.persisted;
  tell();
});
tell();
