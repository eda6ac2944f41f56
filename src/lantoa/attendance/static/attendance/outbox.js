/**
 * Marks that the server has not confirmed. Each is written to the device before it is shown, under a key of its own, so
 * that two tabs never overwrite each other, and is taken away only for a receipt.
 */

/** @typedef {{event_id: string, entry: number, value: string, wall_time: string, problem?: string}} RollEvent */

export class Outbox {
  /** @param {string} scope user and site: another user of this browser has another outbox */
  constructor(scope) {
    this.prefix = `rollcall:${scope}:`;
    /** @type {Map<string, RollEvent>} what the browser refused to keep */
    this.volatile = new Map();
  }

  /** @returns {boolean} whether everything that waits is kept on the device */
  get kept() {
    return this.volatile.size === 0;
  }

  /** @param {RollEvent} event */
  put(event) {
    try {
      localStorage.setItem(this.prefix + event.event_id, JSON.stringify(event));
      this.volatile.delete(event.event_id);
    } catch {
      this.volatile.set(event.event_id, event);
    }
  }

  /** @param {string} eventId */
  remove(eventId) {
    this.volatile.delete(eventId);
    try {
      localStorage.removeItem(this.prefix + eventId);
    } catch {
      return;
    }
  }

  /** @returns {RollEvent[]} everything that is here, in the order in which it was marked */
  all() {
    const found = new Map(this.volatile);
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(this.prefix)) continue;
        const event = JSON.parse(localStorage.getItem(key) ?? "null");
        if (event) found.set(event.event_id, event);
      }
    } catch {
      return [...found.values()];
    }
    return [...found.values()].sort((one, other) => (one.event_id < other.event_id ? -1 : 1));
  }

  /** @returns {RollEvent[]} what still has to be sent */
  waiting() {
    return this.all().filter((event) => !event.problem);
  }

  /** @returns {RollEvent[]} what the server did not take: kept until the person is marked anew */
  refused() {
    return this.all().filter((event) => event.problem);
  }
}
