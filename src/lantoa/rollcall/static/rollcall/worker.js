/*
 * Keeps the page on the phone, and sends what waits when the browser says that there is a network. The server writes
 * VERSION, SHELL, OLD_BROWSERS, SCANNER, STATIC and, for browsers that take modules here, `send` before these lines. A
 * version is kept whole or not at all; the one before it stays for pages that are still open.
 */
/* global VERSION, SHELL, OLD_BROWSERS, SCANNER, STATIC, send */

const PREFIX = "lantoa-rollcall-";
const CURRENT = PREFIX + VERSION;
const PAGE = self.registration.scope;
const PATIENCE = 3_000;

self.addEventListener("install", (event) => {
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldVersions().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === new URL(PAGE).pathname) event.respondWith(page(request));
  else if (address.pathname.startsWith(STATIC)) event.respondWith(file(request));
});

self.addEventListener("sync", (event) => {
  event.waitUntil(sendWaiting());
});

/** A page that is open and awake sends by itself. Without one a failure is thrown, so that the browser calls again. */
async function sendWaiting() {
  if ((await aPageSends()) || !send) return;
  const { ending } = await send(VERSION);
  if (["offline", "trouble", "busy"].includes(ending)) throw new Error(ending);
}

/** Whether a page answers the call to send: one may be frozen, and not every page below this address sends. */
async function aPageSends() {
  const pages = await self.clients.matchAll({ type: "window" });
  const answers = pages.map((page) => {
    const { port1, port2 } = new MessageChannel();
    page.postMessage("sync", [port2]);
    return new Promise((resolve) => {
      port1.onmessage = () => resolve(true);
    });
  });
  const silence = new Promise((resolve) => setTimeout(resolve, pages.length ? PATIENCE : 0, false));
  return Promise.race([...answers, silence]);
}

async function keep() {
  const files = typeof CompressionStream === "undefined" ? [...SHELL, ...OLD_BROWSERS] : SHELL;
  const cache = await caches.open(CURRENT);
  await cache.addAll([new Request(PAGE, { cache: "reload" }), ...files]);
  for (const address of SCANNER) {
    const kept = await caches.match(address, { ignoreVary: true });
    if (kept) await cache.put(address, kept);
  }
}

async function page(request) {
  const kept = await (await caches.open(CURRENT)).match(PAGE);
  return kept ?? fetch(request);
}

async function file(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CURRENT)).put(request, answer.clone());
  return answer;
}

async function forgetOldVersions() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CURRENT);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}
