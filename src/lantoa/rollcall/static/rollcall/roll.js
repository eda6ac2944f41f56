/** The roll of one site: one tap a person. A mark is shown when it lies on the phone, and not before. */
import { filterByWords } from "../ui/js/fold.js";
import { Choices } from "./choices.js";
import { alert, box, button, copyOf, part, text, title, warn, when } from "./page.js";
import { ownPhone } from "./phone.js";
import { append, eventsOf } from "./queue.js";
import { openRoster } from "./rosters.js";
import { after, counted, statesOf } from "./states.js";

/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {import("./types.js").Roster} Roster */
/** @typedef {import("./types.js").Status} Status */
/** @typedef {import("./states.js").State} State */

export class Roll {
  /** @param {{marked: () => void, failed: (error: unknown) => void}} host */
  constructor(host) {
    this.section = part("#roll");
    this.host = host;
    /** @type {Roster | null} */
    this.roster = null;
    /** @type {Map<number, State>} */
    this.states = new Map();
    /** @type {Map<number, HTMLElement>} */
    this.lines = new Map();
    /** @type {{id: number, value: Status | "", reason: string}[]} */
    this.undoable = [];
    /** @type {Set<number>} whose mark is being written down */
    this.written = new Set();
    this.closed = false;
    /** @type {Promise<unknown>} */
    this.turn = Promise.resolve();
    this.choices = new Choices((id, value, reason) => this.mark(id, value, reason));
    box("[data-search]", this.section).addEventListener("input", () => this.narrow());
    box("[data-only]", this.section).addEventListener("change", () => this.narrow());
    button("[data-undo]", this.section).addEventListener("click", () => this.undo());
  }

  /**
   * @param {number} siteId
   * @returns {Promise<boolean>} whether its list is on the phone; raises Forged, NotKept
   */
  async show(siteId) {
    const phone = await ownPhone();
    this.roster = phone ? await openRoster(phone, siteId) : null;
    if (!this.roster) return false;
    const { site, title: session, starts_at } = this.roster;
    title(site, `${session}, ${when(starts_at)}`);
    this.undoable = [];
    this.lines.clear();
    for (const line of this.roster.people) this.lines.set(line[0], this.lineOf(line));
    part("[data-lines]", this.section).replaceChildren(...this.lines.values());
    box("[data-search]", this.section).value = "";
    box("[data-only]", this.section).checked = false;
    await this.refresh();
    this.section.hidden = false;
    return true;
  }

  hide() {
    this.section.hidden = true;
    this.choices.sheet.hidden = true;
    this.roster = null;
    this.lines.clear();
    part("[data-lines]", this.section).replaceChildren();
  }

  /**
   * One thing after the other, so that each mark is judged by what the one before left, and no reading forgets a mark that
   * was written meanwhile.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  inTurn(work) {
    const next = this.turn.then(work);
    this.turn = next.catch(() => undefined);
    return next;
  }

  /** Read the queue again: after receipts, or marks of another tab. */
  refresh() {
    return this.inTurn(() => this.read());
  }

  async read() {
    if (!this.roster) return;
    const items = await eventsOf(this.roster.site_id);
    if (!this.roster) return;
    this.states = statesOf(this.roster, items);
    for (const [id] of this.lines) this.draw(id);
    this.drawAll();
    this.say(this.standing(this.roster, items));
  }

  /**
   * @param {Roster} roster
   * @param {Item[]} items
   * @returns {string} what became of the roll as a whole
   */
  standing(roster, items) {
    const closings = items.filter(({ kind }) => kind === "closing");
    const sent = closings.some(({ standing }) => standing === "sent");
    const waits = closings.some(({ standing }) => standing === "waiting");
    this.closed = roster.closed || sent || waits;
    if (roster.closed || sent) return text("closedRoll");
    if (waits) return text("closingWaits");
    const refused = closings.pop();
    return refused ? text("notTaken", { message: refused.message ?? "" }) : "";
  }

  /** @param {string} words */
  say(words) {
    const place = part("[data-standing]", this.section);
    place.classList.toggle("is-problem", !this.closed);
    if (words !== place.textContent) warn(place, words);
  }

  /** @param {Line} line */
  lineOf([id, name, hint]) {
    const element = copyOf("line");
    part(".name", element).textContent = name;
    part(".hint", element).textContent = hint;
    element.dataset.search = `${name} ${hint}`;
    button(".tap", element).addEventListener("click", () => this.tap(id));
    const more = button(".more", element);
    more.setAttribute("aria-label", text("more", { name }));
    more.addEventListener("click", () => this.ask(id));
    return element;
  }

  /** @param {number} id */
  nameOf(id) {
    return this.roster?.people.find(([one]) => one === id)?.[1] ?? "";
  }

  /**
   * A tap says that somebody is there, or takes back what was marked here; over another's mark it asks. A second one
   * before the first is shown says nothing more.
   * @param {number} id
   */
  tap(id) {
    const state = this.states.get(id);
    if (!state || this.written.has(id) || state.value === "excluded") return;
    if (!state.value) this.mark(id, "present", "");
    else if (state.own) this.mark(id, "", "");
    else this.ask(id);
  }

  /** @param {number} id */
  ask(id) {
    const state = this.states.get(id);
    if (state) this.choices.open(id, this.nameOf(id), state.value, state.reason);
  }

  /**
   * Write the mark down, then show it.
   * @param {number} id
   * @param {Status | ""} value empty takes the mark back
   * @param {string} reason
   * @param {string} [card]
   * @returns {Promise<boolean>} whether it was written
   */
  async mark(id, value, reason, card) {
    const { roster } = this;
    if (!roster) return false;
    const body = bodyOf(roster, id, value, reason, card);
    this.written.add(id);
    return this.inTurn(async () => {
      const before = this.states.get(id);
      try {
        const written = await this.write(roster, body);
        if (!written || !before || this.roster !== roster) return written;
      } finally {
        this.written.delete(id);
      }
      this.undoable.push({ id, ...(before.own ? valueOf(before) : { value: "", reason: "" }) });
      this.drawAll();
      return true;
    });
  }

  /**
   * @param {Roster} roster
   * @param {Mark} body
   * @returns {Promise<boolean>} whether it was written; not where it says nothing new
   */
  async write(roster, body) {
    const id = body.person_id;
    const before = this.roster === roster ? this.states.get(id) : undefined;
    if (before && isSame(before, body)) return false;
    try {
      const item = await append({ session_id: roster.session_id, site_id: roster.site_id, kind: "mark", body });
      if (before && this.roster === roster) this.states.set(id, after(before, item, body, roster));
    } catch (error) {
      this.host.failed(error);
      return false;
    }
    alert("");
    this.draw(id);
    this.drawAll();
    this.host.marked();
    return true;
  }

  /** Take back the last mark that still counts; what another page took back meanwhile is passed over. */
  undo() {
    return this.inTurn(async () => {
      const { roster } = this;
      let last = this.undoable.pop();
      while (last && this.isUndone(last)) last = this.undoable.pop();
      if (!roster || !last) return this.drawAll();
      const written = await this.write(roster, bodyOf(roster, last.id, last.value, last.reason));
      if (!written) this.undoable.push(last);
      this.drawAll();
      this.lines.get(last.id)?.scrollIntoView({ block: "center" });
    });
  }

  /** @param {{id: number, value: Status | "", reason: string}} last */
  isUndone({ id, value, reason }) {
    const state = this.states.get(id);
    return !state || (value ? state.value === value && state.reason === reason : !state.own);
  }

  /** @param {number} id */
  draw(id) {
    const line = this.lines.get(id);
    const state = this.states.get(id);
    if (!line || !state) return;
    const { value, last } = state;
    line.className = `line is-${value || "none"}`;
    line.classList.toggle("is-waiting", last?.standing === "waiting");
    const sign = value === "excluded" ? "excused" : value || "none";
    line.querySelector("use")?.setAttribute("href", `#sign-${sign}`);
    const waits = last?.standing === "sent" && last.code === "late" ? ` (${text("lateChange")})` : "";
    part(".word", line).textContent = text(value || "none") + waits;
    const refused = last?.standing === "refused";
    part(".problem", line).textContent = refused ? text("notTaken", { message: last?.message ?? "" }) : "";
    const tap = button(".tap", line);
    tap.setAttribute("aria-pressed", String(value === "present" || value === "late"));
    tap.disabled = button(".more", line).disabled = value === "excluded";
  }

  drawAll() {
    const counts = counted(this.states.values());
    const facts = { ...counts, attended: counts.present + counts.late, missed: counts.excused + counts.absent };
    part("[data-count]", this.section).textContent = text("count", facts);
    const last = this.undoable[this.undoable.length - 1];
    const undo = button("[data-undo]", this.section);
    undo.disabled = !last;
    undo.setAttribute("aria-label", last ? text("undo", { name: this.nameOf(last.id) }) : text("undoNone"));
    this.narrow();
  }

  narrow() {
    const lines = [...this.lines.values()];
    filterByWords(lines, box("[data-search]", this.section).value);
    if (box("[data-only]", this.section).checked) {
      const current = document.activeElement?.closest(".line");
      for (const [id, line] of this.lines) if (this.states.get(id)?.value && line !== current) line.hidden = true;
    }
    part("[data-nothing]", this.section).hidden = lines.some((line) => !line.hidden);
  }
}

/**
 * @param {State} state
 * @returns {{value: Status | "", reason: string}}
 */
function valueOf({ value, reason }) {
  return { value: /** @type {Status | ""} */ (value), reason };
}

/**
 * @param {Roster} roster
 * @param {number} id
 * @param {Status | ""} value
 * @param {string} reason
 * @param {string} [card]
 * @returns {Mark}
 */
function bodyOf(roster, id, value, reason, card) {
  return {
    person_id: id,
    status: value || "retracted",
    method: card ? "scan" : "tick",
    reason,
    wall_time: new Date().toISOString(),
    monotonic_ms: Math.round(performance.now()),
    roster_id: roster.roster_id,
    ...(card ? { card } : {}),
  };
}

/**
 * @param {State} before
 * @param {Mark} body
 */
function isSame(before, { status, reason }) {
  return before.value === (status === "retracted" ? "" : status) && before.reason === reason;
}
