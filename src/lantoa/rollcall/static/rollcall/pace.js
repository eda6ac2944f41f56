/** When to send: at once, on every reason to hope, and else again and again with growing pauses. */

const FIRST = 2_000;
const LONGEST = 300_000;

/**
 * @param {() => Promise<boolean>} send whether nothing is left to be tried again
 * @returns {() => void} call it when there is something to send
 */
export function keepSending(send) {
  let pause = FIRST;
  let timer = 0;
  let busy = false;
  let again = false;

  /** @param {boolean} hopeful whether there is a reason to begin with short pauses anew */
  async function go(hopeful) {
    if (hopeful) pause = FIRST;
    if (busy) {
      again = true;
      return;
    }
    window.clearTimeout(timer);
    busy = true;
    again = false;
    const done = await send().catch(() => false);
    busy = false;
    if (again) {
      go(false);
      return;
    }
    if (done) pause = FIRST;
    // Much of the pause is by chance, so that a thousand phones do not all come at once.
    timer = window.setTimeout(() => go(false), (done ? LONGEST : pause) * (0.5 + Math.random()));
    if (!done) pause = Math.min(pause * 2, LONGEST);
  }

  window.addEventListener("online", () => go(true));
  window.addEventListener("pageshow", () => go(true));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) go(true);
  });
  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data !== "sync") return;
    event.ports[0]?.postMessage("sends");
    go(true);
  });
  // While the server can't be reached, a mark more is no reason to try sooner.
  return () => {
    if (pause === FIRST || !timer) go(false);
  };
}
