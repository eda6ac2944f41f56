/** The server's time on the page of a wall, also when somebody sets the clock of the machine. */

const JUMP = 2000;
const AGAIN = 15000;

/**
 * The server's time by the clock of this machine. Where that has jumped, the server is asked anew. Until it answers, a clock that
 * went back is held by how long the page has run; one that went ahead is believed, since a machine that slept is ahead too.
 */
export class ServerTime {
  /**
   * @param {number} now milliseconds
   * @param {(sure: boolean) => void} told called whenever that changes
   */
  constructor(now, told) {
    this.told = told;
    this.timer = 0;
    this.ahead = 0;
    this.apart = 0;
    this.set(now);
  }

  /** @param {number} now */
  set(now) {
    this.ahead = now - Date.now();
    this.apart = Date.now() - performance.now();
  }

  now() {
    const jump = Date.now() - performance.now() - this.apart;
    if (Math.abs(jump) > JUMP) {
      if (jump < 0) this.ahead -= jump;
      this.apart += jump;
      void this.ask();
    }
    return Date.now() + this.ahead;
  }

  async ask() {
    window.clearTimeout(this.timer);
    const now = await serverNow();
    if (now) this.set(now);
    else this.timer = window.setTimeout(() => void this.ask(), AGAIN);
    this.told(Boolean(now));
  }
}

/** @returns {Promise<number>} what time it is by this page as the server gives it now, 0 without an answer */
async function serverNow() {
  try {
    const response = await fetch(location.href, { cache: "no-store", headers: { "X-Background": "1" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const wall = page.querySelector("[data-wall]");
    return wall instanceof HTMLElement ? Number(wall.dataset.now) : 0;
  } catch {
    return 0;
  }
}
