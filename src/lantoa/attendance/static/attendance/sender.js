/** Sends what waits, one batch at a time, until the server has confirmed each mark. */

const BATCH = 200;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;
/** Once the server has said no it is not asked as often as one that does not answer. */
const LONGEST_AFTER_NO = 600000;
const PATIENCE = 20000;

/** @typedef {{event_id: string, outcome: string, code: string, message: string}} Receipt */
/** @typedef {"idle" | "sending" | "offline" | "signed-out" | "server"} Condition */

export class Sender {
  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {{url: string, token: string, onChange: () => void, onReceipt: (receipt: Receipt) => void}} options
   */
  constructor(outbox, options) {
    this.outbox = outbox;
    this.options = options;
    /** @type {Condition} */
    this.condition = "idle";
    this.message = "";
    this.sent = 0;
    this.pause = FIRST_PAUSE;
    this.busy = false;
    this.timer = 0;
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.flush();
    });
  }

  /** Send now; while a batch is under way the rest follows it. */
  async flush() {
    if (this.busy) return;
    const events = this.outbox.waiting().slice(0, BATCH);
    if (events.length === 0) {
      if (this.condition !== "idle") this.become("idle");
      return;
    }
    this.busy = true;
    window.clearTimeout(this.timer);
    if (this.condition !== "offline") this.become("sending");
    const done = await this.send(events);
    this.busy = false;
    if (done) {
      this.pause = FIRST_PAUSE;
      this.become(this.outbox.waiting().length > 0 ? "sending" : "idle");
      this.flush();
    } else {
      this.timer = window.setTimeout(() => this.flush(), this.pause * (0.75 + Math.random() / 2));
      this.pause = Math.min(this.pause * 2, this.condition === "server" ? LONGEST_AFTER_NO : LONGEST_PAUSE);
    }
  }

  /**
   * @param {import("./outbox.js").RollEvent[]} events
   * @returns {Promise<boolean>} whether the server answered with receipts
   */
  async send(events) {
    const limit = new AbortController();
    const timer = window.setTimeout(() => limit.abort(), PATIENCE);
    try {
      const response = await fetch(this.options.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.options.token },
        body: JSON.stringify({ events }),
        credentials: "same-origin",
        signal: limit.signal,
      });
      return await this.read(response);
    } catch {
      this.become("offline");
      return false;
    } finally {
      window.clearTimeout(timer);
    }
  }

  /** @param {Response} response */
  async read(response) {
    const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (!isJson) {
      this.become(response.redirected || response.status === 403 ? "signed-out" : "offline");
      return false;
    }
    const answer = await response.json();
    if (!response.ok) {
      this.message = answer.message ?? "";
      this.become("server");
      return false;
    }
    for (const receipt of /** @type {Receipt[]} */ (answer.receipts)) this.take(receipt);
    return true;
  }

  /** @param {Receipt} receipt */
  take(receipt) {
    if (receipt.outcome === "refused") {
      const event = this.outbox.all().find((one) => one.event_id === receipt.event_id);
      if (event) this.outbox.put({ ...event, problem: receipt.message });
    } else {
      this.outbox.remove(receipt.event_id);
      this.sent += 1;
    }
    this.options.onReceipt(receipt);
  }

  /** @param {Condition} condition */
  become(condition) {
    this.condition = condition;
    this.options.onChange();
  }
}
