/** Events as the server wants them: at most 200 of one site at a time. */
import { drawId, utf8 } from "./keys.js";
import { gzip } from "./packing.js";

/** @typedef {import("./types.js").Closing} Closing */
/** @typedef {import("./types.js").Former} Former */
/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {import("./types.js").Phone} Phone */

const MOST = 200;

/**
 * @param {Item[]} items in order
 * @returns {Item[][][]} by site, in parts of which none is longer than the server takes
 */
export function bySite(items) {
  /** @type {Map<number, Item[][]>} */
  const sites = new Map();
  for (const item of items) {
    const parts = sites.get(item.site_id) ?? [[]];
    sites.set(item.site_id, parts);
    if (parts[parts.length - 1].length === MOST) parts.push([]);
    parts[parts.length - 1].push(item);
  }
  return [...sites.values()];
}

/**
 * @param {Phone | Former} phone
 * @param {Item[]} items of one site
 * @param {{waiting: number, refused: number}} standings of the whole queue
 * @param {string} client the page's version
 */
export function batchOf(phone, items, standings, client) {
  const [{ session_id, site_id }] = items;
  return {
    batch_id: drawId(),
    sent_at: new Date().toISOString(),
    server_epoch: phone.server_epoch,
    waiting: standings.waiting,
    refused: standings.refused,
    client,
    session_id,
    site_id,
    events: items.filter((item) => item.kind === "mark").map(payload),
    closings: items.filter((item) => item.kind === "closing").map(payload),
  };
}

/** @param {Item} item */
function payload(item) {
  return { event_id: item.event_id, seq: item.seq, ...item.body };
}

/**
 * @param {Item[]} items
 * @returns {Set<string>} the lists by which they were marked
 */
export function rosterIds(items) {
  return new Set(items.map((item) => item.body.roster_id));
}

/**
 * @param {unknown} value
 * @returns {Promise<Uint8Array>} its JSON, compressed
 */
export async function packed(value) {
  return gzip(utf8(JSON.stringify(value)));
}
