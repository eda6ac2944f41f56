/** Asks every twenty seconds how the sites stand, while somebody looks; the page itself and its link need no script. */

const EVERY = 20000;
const PATIENCE = 15000;

const board = document.querySelector("[data-board]");
const trouble = document.querySelector("[data-board-trouble]");
const time = document.querySelector("[data-board-time]");

let tag = "";
let busy = false;
let over = false;

/** Ask what is new. It counts as no use of the session, so that a board left open does not keep it alive. */
async function ask() {
  if (busy || over || document.hidden || !board) return;
  busy = true;
  try {
    const response = await fetch(window.location.href, {
      headers: { "HX-Request": "true", "X-Background": "1", ...(tag && { "If-None-Match": tag }) },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.redirected || response.status === 403 || response.status === 404) end();
    else if (response.status === 304) show();
    else if (response.ok) {
      tag = response.headers.get("ETag") ?? "";
      replace(await response.text());
      show();
    } else fail();
  } catch {
    fail();
  } finally {
    busy = false;
  }
}

/**
 * The new board in the place of the old one; whoever stood on a link still stands on it.
 * @param {string} html
 */
function replace(html) {
  const focused = document.activeElement;
  const address = focused instanceof HTMLAnchorElement && board?.contains(focused) ? focused.getAttribute("href") : null;
  board?.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  for (const link of board?.querySelectorAll("a") ?? []) {
    if (address && link.getAttribute("href") === address) {
      link.focus({ preventScroll: true });
      break;
    }
  }
}

function show() {
  say("");
  if (!(time instanceof HTMLTimeElement)) return;
  const now = new Date();
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString("vi-VN", { hour12: false, timeZone: time.dataset.zone });
}

function end() {
  over = true;
  if (trouble instanceof HTMLElement) say(trouble.dataset.over ?? "");
}

function fail() {
  if (trouble instanceof HTMLElement) say(trouble.dataset.failed ?? "");
}

/** @param {string} words */
function say(words) {
  if (trouble && trouble.textContent !== words) trouble.textContent = words;
}

window.setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
