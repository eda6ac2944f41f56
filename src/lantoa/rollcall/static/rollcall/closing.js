/** Closing a roll: an event like the others, with what the phone showed when it was closed. */
import { trueNow } from "./clock.js";
import { alert, box, button, part, text, warn } from "./page.js";
import { append } from "./queue.js";
import { counted, hashOf } from "./states.js";

/** @typedef {import("./types.js").Closing} ClosingBody */
/** @typedef {import("./roll.js").Roll} Roll */
/** @typedef {import("./states.js").State} State */

export class Closing {
  /**
   * @param {Roll} roll
   * @param {{closed: () => void, failed: (error: unknown) => void}} host
   */
  constructor(roll, host) {
    this.sheet = part("#closing");
    this.form = /** @type {HTMLFormElement} */ (part("form", this.sheet));
    this.roll = roll;
    this.host = host;
    this.busy = false;
    button("#roll [data-close]").addEventListener("click", () => this.open());
    button("[data-leave]", this.form).addEventListener("click", () => this.leave());
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.leave();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.closeOnce().catch(host.failed);
    });
  }

  /** A roll that is closed says so, and is not closed again. */
  open() {
    if (this.roll.closed) return part("#roll [data-standing]").scrollIntoView({ block: "center" });
    const counts = counted(this.roll.states.values());
    const facts = { ...counts, attended: counts.present + counts.late, missed: counts.excused + counts.absent };
    this.form.reset();
    part("[data-figures]", this.form).textContent = text("count", facts);
    const rest = part("[data-rest]", this.form);
    rest.hidden = counts.unmarked === 0;
    part("span", rest).textContent = text("rest", { people: counts.unmarked });
    this.say("");
    this.sheet.hidden = false;
    box("#guests").focus();
  }

  leave() {
    this.sheet.hidden = true;
    button("#roll [data-close]").focus();
  }

  /** A second tap, while the first is written down, closes nothing. */
  async closeOnce() {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.close();
    } finally {
      this.busy = false;
    }
  }

  async close() {
    await this.roll.refresh();
    const { closed, roster, states } = this.roll;
    if (!roster) return;
    if (closed) return this.leave();
    const absentRest = box("[name=absent_rest]", this.form).checked;
    const { unmarked } = counted(states.values());
    if ((await trueNow()) < Date.parse(roster.starts_at)) return this.say(text("beforeStart"));
    if (unmarked > 0 && !absentRest) return this.say(text("unmarked", { people: unmarked }));
    const shown = absentRest ? withRestAbsent(states) : states;
    const { present, late, excused, absent } = counted(shown.values());
    /** @type {ClosingBody} */
    const body = {
      roster_id: roster.roster_id,
      wall_time: new Date().toISOString(),
      counts: { present, late, excused, absent },
      states_sha256: await hashOf(shown),
      absent_rest: absentRest,
      guests: Number(box("#guests").value) || 0,
      guests_note: box("#guests-note").value.trim(),
    };
    await append({ session_id: roster.session_id, site_id: roster.site_id, kind: "closing", body });
    alert("");
    this.leave();
    await this.roll.refresh();
    this.host.closed();
  }

  /** @param {string} words */
  say(words) {
    warn(part("[data-wrong]", this.form), words);
  }
}

/**
 * @param {Map<number, State>} states
 * @returns {Map<number, State>}
 */
export function withRestAbsent(states) {
  /** @type {Map<number, State>} */
  const all = new Map();
  for (const [id, state] of states) all.set(id, state.value ? state : { ...state, value: "absent" });
  return all;
}
