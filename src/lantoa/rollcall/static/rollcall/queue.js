/**
 * The queue: every mark as an event that is written before anything is shown, and leaves the phone 30 days after the
 * server's signed receipt, never before.
 */
import { newEventId } from "../ui/js/event-ids.js";
import { database, writing } from "./database.js";

/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Receipt} Receipt */

const KEPT_DAYS = 30;
const DAY = 86_400_000;

/**
 * Write one event down; raises NotKept, and then it was not.
 * @param {Pick<Item, "session_id" | "site_id" | "kind" | "body">} event
 * @returns {Promise<Item>}
 */
export async function append(event) {
  return writing(["meta", "events"], async (transaction) => {
    const order = await next(transaction, "next_order");
    const seq = await next(transaction, "next_seq");
    const phone = await transaction.objectStore("meta").get("phone");
    /** @type {Item} */
    const item = { ...event, event_id: newEventId(), order, seq, device_id: phone?.device_id, standing: "waiting" };
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
async function next(transaction, name) {
  const meta = transaction.objectStore("meta");
  const number = /** @type {number} */ ((await meta.get(name)) ?? 1);
  await meta.put(number + 1, name);
  return number;
}

/**
 * @param {number} siteId
 * @returns {Promise<Item[]>} the events of a site in the order in which they were made
 */
export async function eventsOf(siteId) {
  return inOrder(await (await database()).getAllFromIndex("events", "site_id", siteId));
}

/** @returns {Promise<Item[]>} what the server has not answered for, in order */
export async function waiting() {
  return inOrder(await (await database()).getAllFromIndex("events", "standing", "waiting"));
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
  await writing(["events"], async (transaction) => {
    const events = transaction.objectStore("events");
    for (const { event_id, outcome, code, message } of receipts) {
      const item = /** @type {Item | undefined} */ (await events.get(event_id));
      if (!item) continue;
      const standing = outcome === "quarantined" ? "refused" : "sent";
      await events.put({ ...item, standing, code, message, receipted_at: serverTime });
    }
  });
}

/** Let everything that is still here wait again: the server was restored and may not know it. */
export async function offerAgain() {
  await writing(["meta", "events", "parcels"], async (transaction) => {
    const items = /** @type {Item[]} */ (await transaction.objectStore("events").getAll());
    for (const item of items) item.standing = "waiting";
    await numberAnew(transaction, items);
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
 * Give those of `items` that another device numbered a number of this one, and write all down: a phone that was set up
 * anew is another device to the server.
 * @param {import("./database.js").Writing} transaction over `meta` and `events`
 * @param {Item[]} items
 */
export async function numberAnew(transaction, items) {
  const phone = await transaction.objectStore("meta").get("phone");
  for (const item of inOrder(items)) {
    const own = item.device_id === phone.device_id;
    const seq = own ? item.seq : await next(transaction, "next_seq");
    await transaction.objectStore("events").put({ ...item, seq, device_id: phone.device_id });
  }
}

/**
 * Begin to number for the device that the phone has just become: what waits, and everything where the server was restored
 * meanwhile and may not know it. No event bears a number of a device before, which such a server may give out again.
 * @param {import("./database.js").Writing} transaction over `meta` and `events`
 * @param {boolean} restored
 */
export async function beginNumbers(transaction, restored) {
  const events = transaction.objectStore("events");
  const items = /** @type {Item[]} */ (await events.getAll());
  await transaction.objectStore("meta").put(1, "next_seq");
  for (const item of items) {
    item.device_id = 0;
    if (restored) item.standing = "waiting";
    await events.put(item);
  }
  const left = items.filter(({ standing }) => standing === "waiting");
  await numberAnew(transaction, left);
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
