/** What this browser is to the server: setting it up, its token, and its end. */
import { ask, Refused } from "./api.js";
import { heard } from "./clock.js";
import { recall, remember, writing } from "./database.js";
import { drawToken, hex, seal, sha256, unseal, utf8 } from "./keys.js";
import { beginNumbers } from "./queue.js";

/** @typedef {import("./types.js").Phone} Phone */

const RENEWED_IN_THE_LAST = 60 * 86_400_000;

/** @returns {Promise<Phone | undefined>} undefined before the phone is set up */
export async function ownPhone() {
  return recall("phone");
}

/**
 * @param {Phone} phone
 * @returns {Promise<string>}
 */
export async function tokenOf(phone) {
  return unseal(phone.token);
}

/** @param {string} token */
async function digest(token) {
  return hex(await sha256(utf8(token)));
}

/**
 * Redeem a code. The token is kept before the server hears of it, so that a lost answer costs a repetition only.
 * @param {string} code
 * @param {string} label the name of the phone in the list of phones
 * @param {string} client the page's version
 * @returns {Promise<Phone>} raises Unreachable, Refused, NotKept
 */
export async function setUp(code, label, client) {
  const begun = await recall("setting_up");
  const token = begun?.code === code ? await unseal(begun.token) : drawToken();
  const sealed = await seal(token);
  await remember("setting_up", { code, token: sealed });
  const { json } = await ask("POST", "devices", { body: { code, token_sha256: await digest(token), label, client } });
  await heard(json.server_time);
  return writing(["meta", "events"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    const before = /** @type {Phone | undefined} */ (await meta.get("phone"));
    /** @type {Phone} */
    const phone = {
      device_id: json.device_id,
      token: sealed,
      expires_at: json.expires_at,
      user: json.user,
      unit: json.unit,
      public_key: json.public_key,
      server_epoch: json.server_epoch,
      revoked: false,
    };
    await meta.put(phone, "phone");
    await meta.delete("setting_up");
    await meta.delete("renewing"); // it was begun by the phone that this one was before
    const restored = before !== undefined && before.server_epoch !== phone.server_epoch;
    if (restored || before?.device_id !== phone.device_id) await beginNumbers(transaction, restored);
    return phone;
  });
}

/**
 * Renew the token in its last 60 days. As with the first one, the new one is kept before it is told.
 * @param {Phone} phone
 * @param {string} serverTime by which its end is judged
 * @returns {Promise<Phone>}
 */
export async function renewed(phone, serverTime) {
  const left = Date.parse(phone.expires_at) - Date.parse(serverTime);
  const begun = await recall("renewing");
  if (left > RENEWED_IN_THE_LAST && !begun) return phone;
  const sealed = begun ?? (await seal(drawToken()));
  await remember("renewing", sealed);
  const body = { token_sha256: await digest(await unseal(sealed)) };
  let answer;
  try {
    answer = await ask("PUT", "devices/self/token", { token: await tokenOf(phone), body });
  } catch (error) {
    // The server took the new token the last time, and its answer was lost.
    const taken = error instanceof Refused && error.code === "unknown_device" && begun;
    if (!taken) throw error;
    answer = await ask("PUT", "devices/self/token", { token: await unseal(sealed), body });
  }
  const newer = { ...phone, token: sealed, expires_at: answer.json.expires_at };
  await writing(["meta"], async (transaction) => {
    await transaction.objectStore("meta").put(newer, "phone");
    await transaction.objectStore("meta").delete("renewing");
  });
  return newer;
}

/**
 * Note something new about the phone.
 * @param {Partial<Phone>} news
 */
export async function note(news) {
  await writing(["meta"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    const phone = await meta.get("phone");
    if (phone) await meta.put({ ...phone, ...news }, "phone");
  });
}

/** The phone was revoked: its lists go at once, its marks stay. */
export async function wipeRevoked() {
  await writing(["meta", "rosters"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    await transaction.objectStore("rosters").clear();
    await meta.delete("sites");
    const phone = await meta.get("phone");
    if (phone) await meta.put({ ...phone, revoked: true }, "phone");
  });
}
