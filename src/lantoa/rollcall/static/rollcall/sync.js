/** Sends the queue. Only a signed receipt changes how an event stands; whatever else happens, it goes on waiting. */
import { ask, Refused, Unreachable } from "./api.js";
import { batchOf, divided, packed, rosterIds } from "./batches.js";
import { heard, silence, trueNow } from "./clock.js";
import { isSigned } from "./keys.js";
import { sendCarried } from "./parcel.js";
import { note, ownPhone, renewed, tokenOf, wipeRevoked } from "./phone.js";
import { offerAgain, purge, receive, standings, waiting } from "./queue.js";
import { fetchRoster, offerRosters, wipeExpired } from "./rosters.js";

/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Phone} Phone */
/** @typedef {import("./types.js").Receipts} Receipts */

/**
 * How a run ended: `done`; `offline` and `busy` try again by themselves; `revoked` and `ended` (the token) need the
 * phone to be set up anew; `server` is what the server would not take for a reason that it gives.
 * @typedef {"done" | "offline" | "busy" | "revoked" | "ended" | "server"} Ending
 */

/** After so long without a word of the server a phone on which nothing waits asks how things stand. */
const SILENCE = 15 * 60_000;
const ENDED = new Set(["no_token", "unknown_device", "token_expired"]);

/** @type {Promise<unknown>} */
let turn = Promise.resolve();

/**
 * Talk to the server by turns, so that nothing is asked with a token that is being renewed. The pages of one browser take
 * turns among them where the browser knows how.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inTurn(work) {
  const locks = /** @type {LockManager | undefined} */ (navigator.locks);
  const next = turn.then(() => (locks ? locks.request("lantoa-rollcall", work) : work()));
  turn = next.catch(() => undefined);
  return next;
}

/**
 * Send everything that waits.
 * @param {string} client the page's version
 * @returns {Promise<{ending: Ending, message: string}>} raises NotKept
 */
export function send(client) {
  return inTurn(() => run(client));
}

/**
 * @param {string} client
 * @returns {Promise<{ending: Ending, message: string}>}
 */
async function run(client) {
  await wipeExpired();
  const phone = await ownPhone();
  if (!phone) return { ending: "done", message: "" };
  if (phone.revoked) return { ending: "revoked", message: "" };
  try {
    const current = await renewed({ ...phone }, new Date(await trueNow()).toISOString());
    const ended = await sendAll(current, client);
    await sendCarried(current);
    if ((await silence()) > SILENCE) await greet(current);
    return current.server_epoch === phone.server_epoch ? ended : await sendAll(current, client);
  } catch (error) {
    return await ending(error);
  }
}

/**
 * A site whose batch the server does not take holds up no other.
 * @param {Phone} phone
 * @param {string} client
 * @returns {Promise<{ending: Ending, message: string}>}
 */
async function sendAll(phone, client) {
  /** @type {Refused | null} */
  let refusal = null;
  /** @type {Set<number>} */
  const stuck = new Set();
  for (const items of divided(await waiting())) {
    if (stuck.has(items[0].site_id)) continue;
    try {
      await sendBatch(phone, items, client);
    } catch (error) {
      const ofThisSite = error instanceof Refused && error.status !== 401 && error.status !== 429;
      if (!ofThisSite) throw error;
      refusal = error;
      stuck.add(items[0].site_id);
    }
  }
  return refusal ? { ending: "server", message: refusal.message } : { ending: "done", message: "" };
}

/**
 * @param {Phone} phone
 * @param {Item[]} items
 * @param {string} client
 */
async function sendBatch(phone, items, client) {
  const token = await tokenOf(phone);
  const body = await packed(batchOf(phone, items, await standings(), client));
  let answer;
  try {
    answer = await ask("POST", "batches", { token, packed: body });
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "unknown_roster") throw error;
    const known = await withKnownLists(phone, items);
    answer = await ask("POST", "batches", { token, packed: await packed(batchOf(phone, known, await standings(), client)) });
  }
  if (!(await isSigned(phone.public_key, answer.bytes, answer.signature))) throw new Unreachable("unsigned");
  await take(phone, /** @type {Receipts} */ (answer.json));
}

/**
 * A restored server no longer knows a list: it is told those that are still here. Of one that was wiped meanwhile another
 * of the same site takes the place, for what was marked stays the same.
 * @param {Phone} phone
 * @param {Item[]} items of one site
 * @returns {Promise<Item[]>}
 */
async function withKnownLists(phone, items) {
  const known = await offerRosters(phone, rosterIds(items));
  if (items.every((item) => known.has(item.body.roster_id))) return items;
  const { roster_id } = await fetchRoster(phone, items[0].site_id);
  return items.map((item) => (known.has(item.body.roster_id) ? item : { ...item, body: { ...item.body, roster_id } }));
}

/**
 * @param {Phone} phone
 * @param {Receipts} answer whose signature was verified
 */
async function take(phone, answer) {
  await heard(answer.server_time);
  await receive(answer.receipts, answer.server_time);
  if (answer.server_epoch !== phone.server_epoch) await follow(phone, answer.server_epoch);
  await purge(answer.server_time);
}

/**
 * Ask the server what the phone is to it: also whether it was revoked, and whether the server was restored.
 * @param {Phone} phone
 */
export async function greet(phone) {
  const { json } = await ask("GET", "devices/self", { token: await tokenOf(phone) });
  await heard(json.server_time);
  await note({ user: json.user, unit: json.unit, expires_at: json.expires_at, ended: false });
  if (json.server_epoch !== phone.server_epoch) await follow(phone, json.server_epoch);
}

/**
 * The server was restored from a backup: offer all that is kept again.
 * @param {Phone} phone
 * @param {string} epoch
 */
async function follow(phone, epoch) {
  await offerAgain();
  await note({ server_epoch: epoch });
  phone.server_epoch = epoch;
}

/**
 * @param {unknown} error
 * @returns {Promise<{ending: Ending, message: string}>} raises whatever is neither the network's nor the server's
 */
export async function ending(error) {
  if (error instanceof Unreachable) return { ending: "offline", message: "" };
  if (!(error instanceof Refused)) throw error;
  if (error.code === "device_revoked") {
    await wipeRevoked();
    return { ending: "revoked", message: error.message };
  }
  if (ENDED.has(error.code)) return { ending: "ended", message: error.message };
  return { ending: error.status === 429 ? "busy" : "server", message: error.message };
}
