/**
 * Marks that the server has not confirmed. Each is written to the device before it is shown, under a key of its own, so
 * that two tabs never overwrite each other, and is taken away only for a receipt.
 */

/**
 * `order` numbers what waits: the clock, from which the ids are drawn, may be set back between two marks. Marks of earlier
 * pages have none.
 * @typedef {{event_id: string, order?: number, entry: number, value: string, wall_time: string, problem?: string}} RollEvent
 */

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
    const found = new Map([...this.stored(), ...this.volatile.values()].map((event) => [event.event_id, event]));
    return [...found.values()].sort(byOrder);
  }

  /** @returns {RollEvent[]} what the device keeps */
  stored() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
      return keys.map((key) => JSON.parse(localStorage.getItem(key) ?? "null")).filter(Boolean);
    } catch {
      return [];
    }
  }

  /** @returns {number} the number of the next mark: after those of every tab that still wait */
  next() {
    return Math.max(0, ...this.all().map(({ order }) => order ?? 0)) + 1;
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

/**
 * @param {RollEvent} one
 * @param {RollEvent} other
 */
function byOrder(one, other) {
  return (one.order ?? 0) - (other.order ?? 0) || (one.event_id < other.event_id ? -1 : 1);
}
