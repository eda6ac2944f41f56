/**
 * The lists of people as the server signed them: sealed on the phone, verified whenever they are opened. A list whose time is
 * over by the phone's clock stays sealed; it is wiped once that is certain, for such a clock may be set right again.
 */
import { ask } from "./api.js";
import { certainNow, heard, trueNow } from "./clock.js";
import { database, recall, remember, writing } from "./database.js";
import { isSigned, seal, unseal, utf8 } from "./keys.js";
import { tokenOf } from "./phone.js";

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
  const { bytes, signature } = await ask("POST", `sites/${siteId}/roster`, { token: await tokenOf(phone), body: {} });
  const text = new TextDecoder().decode(bytes);
  const roster = await verified(phone, text, signature);
  /** @type {KeptRoster} */
  const kept = {
    roster_id: roster.roster_id,
    site_id: roster.site_id,
    issued_at: roster.issued_at,
    expires_at: roster.expires_at,
    sealed: await seal(JSON.stringify({ text, signature })),
  };
  await writing(["rosters"], async (transaction) => {
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
  const own = all.filter((one) => one.site_id === siteId).sort((one, other) => (one.issued_at < other.issued_at ? 1 : -1));
  if (own.length === 0) return null;
  const { text, signature } = await original(own[0]);
  return verified(phone, text, signature);
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
 * @returns {Promise<Set<string>>} those that were still on the phone
 */
export async function offerRosters(phone, ids) {
  const kept = (await allRosters()).filter((one) => ids.has(one.roster_id));
  for (const one of kept) {
    const { text, signature } = await original(one);
    const body = { document: text, signature };
    await ask("PUT", `rosters/${one.roster_id}`, { token: await tokenOf(phone), body });
  }
  return new Set(kept.map((one) => one.roster_id));
}

/** Wipe the lists whose time is over for certain. */
export async function wipeExpired() {
  const now = await certainNow();
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

/**
 * @param {Phone} phone
 * @param {string} text
 * @param {string} signature
 * @returns {Promise<Roster>}
 */
async function verified(phone, text, signature) {
  if (!(await isSigned(phone.public_key, utf8(text), signature))) throw new Forged();
  return JSON.parse(text);
}
