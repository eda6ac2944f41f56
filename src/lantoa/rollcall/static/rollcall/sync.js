/** Sends the queue. Only a signed receipt changes how an event stands; whatever else happens, it goes on waiting. */
import { ask, oneByOne, Refused, Troubled, Unreachable } from "./api.js";
import { batchOf, bySite, packed, rosterIds } from "./batches.js";
import { heard, silence, trueNow } from "./clock.js";
import { sendAside, sendCarried } from "./parcel.js";
import { askSigned, learnKey, note, ownPhone, recorderIn, renewed, tokenOf, wipeRevoked } from "./phone.js";
import { offerAgain, purge, receive, standings, waiting } from "./queue.js";
import { fetchRoster, offerRosters, wipeExpired } from "./rosters.js";

/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Phone} Phone */
/** @typedef {import("./types.js").Receipts} Receipts */

/**
 * How a run ended: `done`; `offline`, `trouble` (of the server) and `busy` try again by themselves; `revoked`, `ended` (the token) and `barred` (its
 * user) need the phone to be set up anew; `server` is what the server would not take for a reason that it gives.
 * @typedef {"done" | "offline" | "trouble" | "busy" | "revoked" | "ended" | "barred" | "server"} Ending
 */

/** After so long without a word of the server a phone on which nothing waits asks how things stand. */
const SILENCE = 15 * 60_000;
/** @type {Record<string, Ending>} what a refusal of the phone itself means */
const OVER = {
  device_revoked: "revoked",
  no_token: "ended",
  unknown_device: "ended",
  token_expired: "ended",
  not_permitted: "barred",
};

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
    let failure = await sendAll(current, client);
    failure = (await sendAside(current, client)) ?? failure;
    failure = (await sendCarried(current)) ?? failure;
    if ((await silence()) > SILENCE) await greet(current);
    if (current.server_epoch !== phone.server_epoch) failure = await sendAll(current, client);
    return failure ? await ending(failure, phone) : { ending: "done", message: "" };
  } catch (error) {
    return await ending(error, phone);
  }
}

/**
 * @param {Phone} phone
 * @param {string} client
 */
async function sendAll(phone, client) {
  return oneByOne(bySite(await waiting()), async (parts) => {
    for (const items of parts) await sendBatch(phone, items, client);
  });
}

/**
 * @param {Phone} phone
 * @param {Item[]} items
 * @param {string} client
 */
async function sendBatch(phone, items, client) {
  /** @param {Item[]} those */
  const deliver = async (those) => {
    return askSigned(phone, "batches", await packed(batchOf(phone, those, await standings(), client)));
  };
  let answer;
  try {
    answer = await deliver(items);
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "unknown_roster") throw error;
    answer = await deliver(await withKnownLists(phone, items));
  }
  await take(phone, answer);
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
  await purge(json.server_time);
  await learnKey(phone, json.public_key);
  const recorder = phone.recorder ?? recorderIn(json);
  await note(phone, { user: json.user, unit: json.unit, expires_at: json.expires_at, ended: false, recorder });
  if (json.server_epoch !== phone.server_epoch) await follow(phone, json.server_epoch);
}

/**
 * The server was restored from a backup: offer all that is kept again.
 * @param {Phone} phone
 * @param {string} epoch
 */
async function follow(phone, epoch) {
  await offerAgain();
  await note(phone, { server_epoch: epoch });
  phone.server_epoch = epoch;
}

/**
 * @param {unknown} error
 * @param {Phone} phone that asked
 * @returns {Promise<{ending: Ending, message: string}>} raises whatever is neither the network's nor the server's
 */
export async function ending(error, phone) {
  if (error instanceof Troubled) return { ending: "trouble", message: "" };
  if (error instanceof Unreachable) return { ending: "offline", message: "" };
  if (!(error instanceof Refused)) throw error;
  const over = OVER[error.code];
  if (!over) return { ending: error.status === 429 ? "busy" : "server", message: error.message };
  if ((await ownPhone())?.device_id !== phone.device_id) return { ending: "done", message: "" };
  if (over === "revoked") await wipeRevoked(phone);
  else await note(phone, { ended: true });
  return { ending: over, message: error.message };
}
