/** What this browser is to the server: setting it up, its token, and its end. */
import { ask, Refused, Troubled } from "./api.js";
import { heard } from "./clock.js";
import { recall, remember, writing } from "./database.js";
import { drawToken, hex, isSigned, seal, sha256, unseal, utf8 } from "./keys.js";
import { beginNumbers, offerParcels, recorderOf } from "./queue.js";

/** @typedef {import("./types.js").Phone} Phone */
/** @typedef {{token: import("./types.js").Sealed, json: any}} Device a new one, as the server answered for it */

const RENEWED_IN_THE_LAST = 60 * 86_400_000;

/** @returns {Promise<Phone | undefined>} undefined before the phone is set up */
export async function ownPhone() {
  return recall("phone");
}

/**
 * @param {{token: import("./types.js").Sealed}} phone
 * @returns {Promise<string>}
 */
export async function tokenOf({ token }) {
  return unseal(token);
}

/**
 * Whether the server signed an answer. One that has another key since tells it to whoever has the token, over the same
 * connection by which the first key came.
 * @param {Phone} phone who learns the key
 * @param {import("./api.js").Answer} answer
 * @returns {Promise<boolean>}
 */
export async function isGenuine(phone, { bytes, signature }) {
  if (await isSigned(phone.public_key, bytes, signature)) return true;
  const { json } = await ask("GET", "devices/self", { token: await tokenOf(phone) });
  return (await learnKey(phone, json.public_key)) && isSigned(phone.public_key, bytes, signature);
}

/**
 * @param {Phone} phone
 * @param {JsonWebKey} key of the server
 * @returns {Promise<boolean>} whether it is another than the phone knew
 */
export async function learnKey(phone, key) {
  const before = phone.public_key;
  if (key.x === before.x && key.y === before.y) return false;
  phone.public_key = key;
  phone.former_key = before;
  await note(phone, { public_key: key, former_key: before });
  return true;
}

/**
 * @param {Phone} phone
 * @param {string} path
 * @param {Uint8Array} packed
 * @returns {Promise<any>} what the server says and signs; raises Unreachable, Troubled, Refused
 */
export async function askSigned(phone, path, packed) {
  const answer = await ask("POST", path, { token: await tokenOf(phone), packed });
  if (!(await isGenuine(phone, answer))) throw new Troubled("unsigned");
  return answer.json;
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
 * @returns {Promise<Device>} which the phone has not become yet; raises Unreachable, Refused, NotKept
 */
export async function redeem(code, label, client) {
  const begun = await recall("setting_up");
  const token = begun?.code === code ? await unseal(begun.token) : drawToken();
  const sealed = await seal(token);
  await remember("setting_up", { code, token: sealed });
  const { json } = await ask("POST", "devices", { body: { code, token_sha256: await digest(token), label, client } });
  await heard(json.server_time);
  return { token: sealed, json };
}

/**
 * @param {Device} device
 * @returns {Phone} the phone as which it is kept
 */
export function phoneOf({ token, json }) {
  return {
    device_id: json.device_id,
    token,
    expires_at: json.expires_at,
    user: json.user,
    unit: json.unit,
    recorder: recorderIn(json),
    public_key: json.public_key,
    server_epoch: json.server_epoch,
    revoked: false,
  };
}

/**
 * @param {{user_id: number, unit_id: number}} json
 * @returns {string}
 */
export function recorderIn({ user_id, unit_id }) {
  return `${user_id}:${unit_id}`;
}

/**
 * Be another device from now on. Lists and sites of another recorder leave the phone; their marks stay, as theirs.
 * @param {Phone} phone
 */
export async function become(phone) {
  await writing(["meta", "events", "rosters", "parcels"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    const before = /** @type {Phone | undefined} */ (await meta.get("phone"));
    await meta.put(phone, "phone");
    await meta.delete("setting_up");
    await meta.delete("renewing"); // it was begun by the phone that this one was before
    if (before && recorderOf(before) !== recorderOf(phone)) {
      await transaction.objectStore("rosters").clear();
      await meta.delete("sites");
      await meta.delete("sites_at");
    }
    const restored = before !== undefined && before.server_epoch !== phone.server_epoch;
    if (restored || before?.device_id !== phone.device_id) await beginNumbers(transaction, before, restored);
    if (restored) await offerParcels(transaction);
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
    const meta = transaction.objectStore("meta");
    if ((await meta.get("phone"))?.device_id !== phone.device_id) return;
    await meta.put(newer, "phone");
    await meta.delete("renewing");
  });
  return newer;
}

/**
 * Note something new about the phone, unless it has become another device meanwhile.
 * @param {Phone} phone
 * @param {Partial<Phone>} news
 */
export async function note(phone, news) {
  await writing(["meta"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    const kept = await meta.get("phone");
    if (kept?.device_id === phone.device_id) await meta.put({ ...kept, ...news }, "phone");
  });
}

/**
 * The phone was revoked: its lists go at once, its marks stay. One that has become another device meanwhile was not.
 * @param {Phone} phone
 */
export async function wipeRevoked(phone) {
  await writing(["meta", "rosters"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    const kept = await meta.get("phone");
    if (kept?.device_id !== phone.device_id) return;
    await transaction.objectStore("rosters").clear();
    await meta.delete("sites");
    await meta.delete("sites_at");
    await meta.put({ ...kept, revoked: true }, "phone");
  });
}
