/**
 * Tell the site that its page is read, once somebody sees it: not while it is fetched beforehand or lies behind another
 * tab. A page that comes back from the browser's memory is read again. The figures on it are those of the moment in which
 * it was made: newer ones are asked for, and where none come these stay, with their moment.
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
  void refresh(address.replace(/\.gif(\?.*)?$/, ".json")).catch(() => {});
}

/**
 * Write the newest figures into the page.
 * @param {string} place
 */
async function refresh(place) {
  const shown = document.querySelectorAll("[data-figure]");
  const moment = document.querySelector("time[data-counted-at]");
  if (!shown.length || !(moment instanceof HTMLTimeElement)) return;
  const answer = await fetch(place);
  if (!answer.ok) return;
  /** @type {Record<string, number | string>} */
  const figures = await answer.json();
  const written = new Intl.NumberFormat("vi-VN");
  for (const each of shown) {
    const figure = each instanceof HTMLElement ? figures[each.dataset.figure ?? ""] : undefined;
    if (typeof figure === "number") each.textContent = written.format(figure);
  }
  const counted = String(figures.counted_at);
  const [day, hour] = counted.split("T");
  moment.dateTime = counted;
  moment.textContent = `${day.split("-").reverse().join("/")} ${hour.slice(0, 5)}`;
}

document.addEventListener("visibilitychange", tell);
document.addEventListener("prerenderingchange", tell);
window.addEventListener("pageshow", (event) => {
  isDue = isDue || event.persisted;
  tell();
});
tell();
