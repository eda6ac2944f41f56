/** What the phone shows of each person: what the list says, and over it what was marked here since it was given out. */
import { hex, sha256, utf8 } from "./keys.js";

/** @typedef {import("./types.js").Closing} Closing */
/** @typedef {import("./types.js").Counts} Counts */
/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {import("./types.js").Roster} Roster */

/**
 * @typedef {object} State
 * @property {string} value status, empty without one, `excluded` for whoever is exempt
 * @property {string} reason
 * @property {boolean} own whether it was marked on this phone
 * @property {Item | null} last the last event of this phone about the person
 */

/**
 * @param {Roster} roster
 * @param {Item[]} items the site's events, in order
 * @returns {Map<number, State>} by the person's number
 */
export function statesOf(roster, items) {
  /** @type {Map<number, State>} */
  const states = new Map();
  for (const [id, , , value] of roster.people) states.set(id, { value, reason: "", own: false, last: null });
  for (const item of items) {
    if (item.kind === "closing" && !isOlder(item, roster)) restAbsent(states, item);
    if (item.kind !== "mark") continue;
    const mark = /** @type {Mark} */ (item.body);
    const state = states.get(mark.person_id);
    if (state) states.set(mark.person_id, after(state, item, mark, roster));
  }
  return states;
}

/**
 * Whether the list tells what became of the event: it came after the receipt, by the phone's own count, for the server's clock
 * may be set back. What waits for an approval is on no list, nor is what was put aside.
 * @param {Item} item
 * @param {Roster} roster
 */
function isOlder({ standing, code, receipt_order = Infinity }, { order }) {
  return standing === "sent" && code !== "late" && receipt_order < order;
}

/**
 * @param {Roster} roster
 * @param {Mark} mark
 * @returns {string} what the list says of that person
 */
function listedIn(roster, mark) {
  return roster.people.find(([id]) => id === mark.person_id)?.[3] ?? "";
}

/**
 * A mark that the list knows counts as this phone's own while the list says the same; else somebody else has spoken since.
 * @param {Item} item
 * @param {Mark} mark
 * @param {Roster} roster
 * @returns {State}
 */
function known(item, mark, roster) {
  const value = listedIn(roster, mark);
  const own = value === mark.status;
  return { value, reason: own ? mark.reason : "", own, last: item };
}

/**
 * What a closing says of those without a mark.
 * @param {Map<number, State>} states
 * @param {Item} item
 */
function restAbsent(states, item) {
  if (item.standing === "refused" || !(/** @type {Closing} */ (item.body).absent_rest)) return;
  for (const [id, state] of states) if (!state.value) states.set(id, { ...state, value: "absent", last: item });
}

/**
 * A mark that was taken back leaves what others recorded. Where the list itself already held a mark of this phone,
 * nothing is left: whose it was the list does not say.
 * @param {State} before
 * @param {Item} item
 * @param {Mark} mark
 * @param {Roster} roster
 * @returns {State}
 */
export function after(before, item, mark, roster) {
  if (isOlder(item, roster)) return known(item, mark, roster);
  if (mark.status !== "retracted") return { value: mark.status, reason: mark.reason, own: true, last: item };
  const wasOurs = before.own && before.last !== null && isOlder(before.last, roster);
  return { value: wasOurs ? "" : listedIn(roster, mark), reason: "", own: false, last: item };
}

/**
 * @param {Iterable<State>} states
 * @returns {Counts & {unmarked: number, expected: number}} the exempt left out
 */
export function counted(states) {
  const counts = { present: 0, late: 0, excused: 0, absent: 0, unmarked: 0, expected: 0 };
  for (const { value } of states) {
    if (value === "excluded") continue;
    counts.expected += 1;
    counts[/** @type {keyof Counts | "unmarked"} */ (value || "unmarked")] += 1;
  }
  return counts;
}

/**
 * @param {Map<number, State>} states
 * @returns {Promise<string>} SHA-256, hex, over lines `person:status` in the order of numbers
 */
export async function hashOf(states) {
  const ids = [...states.keys()].sort((one, other) => one - other);
  const lines = ids.map((id) => `${id}:${states.get(id)?.value ?? ""}`);
  return hex(await sha256(utf8(lines.join("\n"))));
}
