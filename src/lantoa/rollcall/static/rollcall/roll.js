/** The roll of one site: one tap a person. A mark is shown when it lies on the phone, and not before. */
import { filterByWords } from "../ui/js/fold.js";
import { Choices } from "./choices.js";
import { alert, box, button, copyOf, part, text, title, when } from "./page.js";
import { ownPhone } from "./phone.js";
import { append, eventsOf } from "./queue.js";
import { openRoster } from "./rosters.js";
import { after, counted, statesOf } from "./states.js";

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
    this.closed = false;
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

  /** Read the queue again: after receipts, or marks of another tab. */
  async refresh() {
    if (!this.roster) return;
    const items = await eventsOf(this.roster.site_id);
    if (!this.roster) return;
    this.states = statesOf(this.roster, items);
    this.closed = this.roster.closed || items.some((item) => item.kind === "closing" && item.standing !== "refused");
    for (const [id] of this.lines) this.draw(id);
    this.drawAll();
    const closings = items.filter((item) => item.kind === "closing");
    const refused = closings.filter((item) => item.standing === "refused").pop();
    if (this.roster.closed) alert(text("closedRoll"));
    else if (this.closed) alert(text("closingWaits"));
    else alert(refused ? text("notTaken", { message: refused.message ?? "" }) : "");
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
   * A tap says that somebody is there, or takes back what was marked here; over another's mark it asks.
   * @param {number} id
   */
  tap(id) {
    const state = this.states.get(id);
    if (!state || state.value === "excluded") return;
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
   * @param {{remember?: boolean, card?: string}} [options]
   * @returns {Promise<boolean>} whether it was written
   */
  async mark(id, value, reason, { remember = true, card } = {}) {
    const roster = this.roster;
    const before = this.states.get(id);
    if (!roster || !before || (value === before.value && reason === before.reason)) return false;
    /** @type {Mark} */
    const body = {
      person_id: id,
      status: value || "retracted",
      method: card ? "scan" : "tick",
      reason,
      wall_time: new Date().toISOString(),
      monotonic_ms: Math.round(performance.now()),
      roster_id: roster.roster_id,
      ...(card ? { card } : {}),
    };
    try {
      const item = await append({ session_id: roster.session_id, site_id: roster.site_id, kind: "mark", body });
      this.states.set(id, after(this.states.get(id) ?? before, item, body, roster));
    } catch (error) {
      this.host.failed(error);
      return false;
    }
    if (remember) this.undoable.push({ id, ...(before.own ? valueOf(before) : { value: "", reason: "" }) });
    this.draw(id);
    this.drawAll();
    this.host.marked();
    return true;
  }

  async undo() {
    const last = this.undoable.pop();
    if (!last) return;
    const written = await this.mark(last.id, last.value, last.reason, { remember: false });
    if (!written) this.undoable.push(last);
    this.drawAll();
    this.lines.get(last.id)?.scrollIntoView({ block: "center" });
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
