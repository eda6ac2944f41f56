/**
 * The lists of people as the server signed them: sealed on the phone, verified whenever they are opened. A list whose time is
 * over by the phone's clock stays sealed; it is wiped where that clock is believed, for another may be set right again.
 */
import { ask, Refused } from "./api.js";
import { believedNow, heard, trueNow } from "./clock.js";
import { database, recall, remember, writing } from "./database.js";
import { isSigned, seal, unseal, utf8 } from "./keys.js";
import { isGenuine, tokenOf } from "./phone.js";
import { next } from "./queue.js";

/** @typedef {import("./types.js").KeptRoster} KeptRoster */
/** @typedef {import("./types.js").Phone} Phone */
/** @typedef {import("./types.js").Roster} Roster */
/** @typedef {import("./types.js").SiteRow} SiteRow */

/** A list that the server did not sign, or not in this form. */
export class Forged extends Error {}

/**
 * Get the list of a site and keep it.
 * @param {Phone} phone
 * @param {number} siteId
 * @returns {Promise<Roster>} raises Unreachable, Refused, Forged, NotKept
 */
export async function fetchRoster(phone, siteId) {
  const answer = await ask("POST", `sites/${siteId}/roster`, { token: await tokenOf(phone), body: {} });
  if (!(await isGenuine(phone, answer))) throw new Forged();
  const { json: roster, signature } = answer;
  const text = new TextDecoder().decode(answer.bytes);
  /** @type {KeptRoster} */
  const kept = {
    roster_id: roster.roster_id,
    site_id: roster.site_id,
    issued_at: roster.issued_at,
    expires_at: roster.expires_at,
    sealed: await seal(JSON.stringify({ text, signature })),
  };
  await writing(["meta", "rosters"], async (transaction) => {
    kept.order = await next(transaction, "next_order");
    await transaction.objectStore("rosters").put(kept);
  });
  await heard(roster.issued_at);
  return roster;
}

/**
 * The newest list of a site that is on the phone.
 * @param {Phone} phone
 * @param {number} siteId
 * @returns {Promise<Roster | null>} null where there is none; raises Forged
 */
export async function openRoster(phone, siteId) {
  const all = await keptRosters();
  const [newest] = all.filter((one) => one.site_id === siteId).sort((one, other) => orderOf(other) - orderOf(one));
  if (!newest) return null;
  const { text, signature } = await original(newest);
  for (const key of [phone.public_key, phone.former_key]) {
    if (key && (await isSigned(key, utf8(text), signature))) return { ...JSON.parse(text), order: orderOf(newest) };
  }
  throw new Forged();
}

/**
 * @param {KeptRoster} kept
 * @returns {number}
 */
function orderOf({ order }) {
  return order ?? 0;
}

/** @returns {Promise<KeptRoster[]>} those whose time is not over */
export async function keptRosters() {
  const now = await trueNow();
  return (await allRosters()).filter((one) => now < Date.parse(one.expires_at));
}

/** @returns {Promise<KeptRoster[]>} */
async function allRosters() {
  return (await database()).getAll("rosters");
}

/**
 * @param {number} siteId
 * @returns {Promise<boolean>} whether a list of the site is here that the phone's clock keeps from being opened
 */
export async function isSealed(siteId) {
  return (await allRosters()).some((one) => one.site_id === siteId);
}

/**
 * Tell a restored server the lists that it gave out and no longer knows.
 * @param {Phone} phone
 * @param {Set<string>} ids
 * @returns {Promise<Set<string>>} those that were still on the phone, and that the server takes as its own
 */
export async function offerRosters(phone, ids) {
  const known = new Set();
  for (const one of (await allRosters()).filter(({ roster_id }) => ids.has(roster_id))) {
    const { text, signature } = await original(one);
    const body = { document: text, signature };
    try {
      await ask("PUT", `rosters/${one.roster_id}`, { token: await tokenOf(phone), body });
      known.add(one.roster_id);
    } catch (error) {
      // It was signed with a key that the server has no longer.
      if (!(error instanceof Refused && error.code === "wrong_roster")) throw error;
    }
  }
  return known;
}

/** Wipe the lists whose time is over by a clock that is believed. */
export async function wipeExpired() {
  const now = await believedNow();
  const over = (await allRosters()).filter((one) => Date.parse(one.expires_at) <= now);
  if (over.length === 0) return;
  await writing(["rosters"], async (transaction) => {
    for (const one of over) await transaction.objectStore("rosters").delete(one.roster_id);
  });
}

/**
 * Ask which sites there are and keep their names and times.
 * @param {Phone} phone
 * @returns {Promise<SiteRow[]>}
 */
export async function fetchSites(phone) {
  const { json } = await ask("GET", "sites", { token: await tokenOf(phone) });
  await remember("sites", json.sites);
  return json.sites;
}

/** @returns {Promise<SiteRow[]>} as they were last heard of */
export async function keptSites() {
  return (await recall("sites")) ?? [];
}

/**
 * @param {KeptRoster} kept
 * @returns {Promise<{text: string, signature: string}>}
 */
async function original(kept) {
  try {
    return JSON.parse(await unseal(kept.sealed));
  } catch (error) {
    throw new Forged(String(error));
  }
}
