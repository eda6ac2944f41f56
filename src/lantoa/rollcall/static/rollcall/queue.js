/**
 * The queue: every mark as an event that is written before anything is shown, and leaves the phone 30 days after the
 * server's signed receipt, never before.
 */
import { newEventId } from "../ui/js/event-ids.js";
import { database, recall, writing } from "./database.js";

/** @typedef {import("./types.js").Former} Former */
/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Phone} Phone */
/** @typedef {import("./types.js").Receipt} Receipt */

const KEPT_DAYS = 30;
const DAY = 86_400_000;

/** Thrown where the phone was set up for another recorder in another tab since this page read what it shows. */
export class Replaced extends Error {}

/** @type {string | undefined} whose rolls this page shows */
let shown;

/**
 * Write one event down; raises NotKept, Replaced, and then it was not.
 * @param {Pick<Item, "session_id" | "site_id" | "kind" | "body">} event
 * @returns {Promise<Item>}
 */
export async function append(event) {
  return writing(["meta", "events"], async (transaction) => {
    const phone = await transaction.objectStore("meta").get("phone");
    if (shown && phone.recorder !== shown) throw new Replaced();
    const order = await next(transaction, "next_order");
    const seq = await next(transaction, "next_seq");
    /** @type {Item} */
    const item = {
      ...event,
      event_id: newEventId(),
      order,
      seq,
      device_id: phone?.device_id,
      recorder: phone?.recorder,
      standing: "waiting",
    };
    await transaction.objectStore("events").add(item);
    return item;
  });
}

/**
 * The next number under a name, within the transaction that uses it, so that none is left out.
 * @param {import("./database.js").Writing} transaction
 * @param {"next_seq" | "next_order"} name
 * @returns {Promise<number>}
 */
export async function next(transaction, name) {
  const meta = transaction.objectStore("meta");
  const number = /** @type {number} */ ((await meta.get(name)) ?? 1);
  await meta.put(number + 1, name);
  return number;
}

/**
 * @param {Phone} phone
 * @returns {string} who records by it: a user at a unit
 */
export function recorderOf(phone) {
  return phone.recorder ?? `device ${phone.device_id}`;
}

/**
 * @param {number} siteId
 * @returns {Promise<Item[]>} the events of a site in the order in which they were made, without those of other recorders
 */
export async function eventsOf(siteId) {
  const transaction = (await database()).transaction(["meta", "events"]);
  const phone = await transaction.objectStore("meta").get("phone");
  shown ??= phone?.recorder;
  const items = /** @type {Item[]} */ (await transaction.objectStore("events").index("site_id").getAll(siteId));
  return inOrder(items.filter((item) => !item.recorder || item.recorder === recorderOf(phone)));
}

/** @returns {Promise<Item[]>} what the server has not answered for, in order */
export async function waiting() {
  return inOrder(await (await database()).getAllFromIndex("events", "standing", "waiting"));
}

/** @returns {Promise<[Former, Item[]][]>} what others recorded on this phone and the server has not answered for, in order */
export async function aside() {
  const items = inOrder(await (await database()).getAllFromIndex("events", "standing", "aside"));
  const formers = /** @type {Record<string, Former>} */ ((await recall("formers")) ?? {});
  const parts = Object.entries(formers).map(([recorder, former]) => {
    return /** @type {[Former, Item[]]} */ ([former, items.filter((item) => item.recorder === recorder)]);
  });
  return parts.filter(([, own]) => own.length > 0);
}

/** @returns {Promise<{waiting: number, sent: number, refused: number}>} how many events stand how, on the whole phone */
export async function standings() {
  const index = (await database()).transaction("events").store.index("standing");
  const [left, sent, refused] = await Promise.all(["waiting", "sent", "refused"].map((one) => index.count(one)));
  return { waiting: left, sent, refused };
}

/**
 * Note what the server said, in one transaction. An event without a receipt goes on waiting.
 * @param {Receipt[]} receipts of an answer whose signature was verified
 * @param {string} serverTime
 */
export async function receive(receipts, serverTime) {
  await writing(["meta", "events"], async (transaction) => {
    const events = transaction.objectStore("events");
    const receipt_order = await next(transaction, "next_order");
    for (const { event_id, outcome, code, message } of receipts) {
      const item = /** @type {Item | undefined} */ (await events.get(event_id));
      if (!item) continue;
      const standing = outcome === "quarantined" ? "refused" : "sent";
      await events.put({ ...item, standing, code, message, receipted_at: serverTime, receipt_order });
    }
  });
}

/** Let everything that is still here wait again: the server was restored and may not know it. */
export async function offerAgain() {
  await writing(["meta", "events", "parcels"], async (transaction) => {
    await offer(transaction, await transaction.objectStore("events").getAll());
    await offerParcels(transaction);
  });
}

/**
 * @param {import("./database.js").Writing} transaction over `parcels`
 */
export async function offerParcels(transaction) {
  const parcels = transaction.objectStore("parcels");
  for (const parcel of await parcels.getAll()) {
    await parcels.put({ ...parcel, standing: "waiting", receipted_at: undefined });
  }
}

/**
 * Let events wait: those of the phone's recorder under its name, those of others aside. Each gets a number of the device by
 * which it is sent, where another device numbered it: a phone that was set up anew is another device to the server.
 * @param {import("./database.js").Writing} transaction over `meta` and `events`
 * @param {Item[]} items
 */
async function offer(transaction, items) {
  const meta = transaction.objectStore("meta");
  const phone = /** @type {Phone} */ (await meta.get("phone"));
  const formers = /** @type {Record<string, Former>} */ ((await meta.get("formers")) ?? {});
  const own = { device_id: phone.device_id, next_seq: /** @type {number} */ ((await meta.get("next_seq")) ?? 1) };
  for (const item of inOrder(items)) {
    const isOwn = !item.recorder || item.recorder === recorderOf(phone);
    const device = isOwn ? own : formers[item.recorder ?? ""];
    item.standing = isOwn ? "waiting" : "aside";
    if (device && item.device_id !== device.device_id) {
      item.device_id = device.device_id;
      item.seq = device.next_seq;
      device.next_seq += 1;
    }
    await transaction.objectStore("events").put(item);
  }
  await meta.put(own.next_seq, "next_seq");
  await meta.put(formers, "formers");
}

/**
 * Begin to number for the device that the phone has just become: what waits, what was put aside for want of trust in the
 * device before, and everything where the server was restored meanwhile and may not know it. No event of its recorder
 * bears a number of a device before, which such a server may give out again. What another recorded stays theirs.
 * @param {import("./database.js").Writing} transaction over `meta` and `events`
 * @param {Phone | undefined} before
 * @param {boolean} restored
 */
export async function beginNumbers(transaction, before, restored) {
  const meta = transaction.objectStore("meta");
  const events = transaction.objectStore("events");
  const items = /** @type {Item[]} */ (await events.getAll());
  const recorder = recorderOf(/** @type {Phone} */ (await meta.get("phone")));
  shown = recorder;
  const last = before ? recorderOf(before) : recorder;
  const formers = /** @type {Record<string, Former>} */ ((await meta.get("formers")) ?? {});
  if (before) formers[last] = { ...before, next_seq: /** @type {number} */ ((await meta.get("next_seq")) ?? 1) };
  delete formers[recorder];
  await meta.put(formers, "formers");
  await meta.put(1, "next_seq");
  for (const item of items) {
    item.recorder ??= last;
    if (item.recorder === recorder) item.device_id = 0;
    await events.put(item);
  }
  const waits = new Set(["waiting", "aside"]);
  const again = (/** @type {Item} */ item) => item.recorder === recorder && item.code === "device_revoked";
  await offer(
    transaction,
    items.filter((item) => restored || waits.has(item.standing) || again(item)),
  );
}

/**
 * Delete what the server confirmed 30 days ago, by the server's clock: the phone's own may be years off.
 * @param {string} serverTime
 */
export async function purge(serverTime) {
  const end = new Date(Date.parse(serverTime) - KEPT_DAYS * DAY).toISOString();
  await writing(["events", "parcels"], async (transaction) => {
    const events = transaction.objectStore("events").index("receipted_at");
    for (const confirmed of [events, transaction.objectStore("parcels")]) {
      let cursor = await confirmed.openCursor();
      while (cursor) {
        const { standing, receipted_at } = cursor.value;
        const old = new Date(receipted_at ?? serverTime).toISOString() < end;
        if (old && (standing === "sent" || standing === "refused")) await cursor.delete();
        cursor = await cursor.continue();
      }
    }
  });
}

/**
 * @param {Item[]} items
 * @returns {Item[]}
 */
function inOrder(items) {
  return items.sort((one, other) => one.order - other.order);
}
