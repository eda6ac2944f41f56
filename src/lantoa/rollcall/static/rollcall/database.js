/** The phone's own database. An upgrade may add to it, and never takes an event away. */
import { openDB } from "./vendor/idb.js";

export const NAME = "lantoa-rollcall";
const VERSION = 2;

/** @typedef {import("./vendor/idb.js").IDBPDatabase} Database */
/** @typedef {import("./vendor/idb.js").IDBPTransaction<unknown, string[], "readwrite">} Writing */
/** @typedef {import("./vendor/idb.js").IDBPTransaction<unknown, string[], "versionchange">} Upgrading */

/** Thrown where the browser keeps nothing: a private window, a full disk, a storage that was taken away. */
export class NotKept extends Error {}

/** Thrown where a newer page has changed the database since this one was opened. */
export class Outdated extends NotKept {}

/** @type {Promise<Database> | null} */
let opened = null;

/** @returns {Promise<Database>} the database; raises NotKept */
export async function database() {
  opened ??= openDB(NAME, VERSION, { upgrade, blocking: () => forget(true), terminated: () => forget(false) });
  try {
    return await opened;
  } catch (error) {
    opened = null;
    const isOutdated = error instanceof DOMException && error.name === "VersionError";
    throw isOutdated ? new Outdated() : new NotKept(String(error));
  }
}

/**
 * Run `work` in one transaction that is on the disk when the promise is kept; raises NotKept, and then nothing of it
 * was written.
 * @template T
 * @param {string[]} stores
 * @param {(transaction: Writing) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function writing(stores, work) {
  const transaction = (await database()).transaction(stores, "readwrite", { durability: "strict" });
  const done = transaction.done;
  done.catch(() => undefined);
  try {
    const answer = await work(transaction);
    await done;
    return answer;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It was over already.
    }
    if (error instanceof DOMException) throw new NotKept(String(error));
    throw error;
  }
}

/**
 * Each step brings a database from one version to the next.
 * @param {Database} found
 * @param {number} before its version, 0 where there was none
 * @param {number | null} _after
 * @param {Upgrading} transaction
 */
function upgrade(found, before, _after, transaction) {
  if (before < 1) {
    found.createObjectStore("meta");
    const events = found.createObjectStore("events", { keyPath: "event_id" });
    events.createIndex("standing", "standing");
    events.createIndex("site_id", "site_id");
    found.createObjectStore("rosters", { keyPath: "roster_id" });
  }
  if (before < 2) {
    transaction.objectStore("events").createIndex("receipted_at", "receipted_at");
    found.createObjectStore("parcels", { keyPath: "sha256" });
  }
}

/** @param {boolean} close whether a newer page in another tab waits for this one to let go */
async function forget(close) {
  const old = opened;
  opened = null;
  if (close && old) (await old).close();
}

/**
 * @param {string} name
 * @returns {Promise<any>} what lies under that name, undefined where nothing does
 */
export async function recall(name) {
  return (await database()).get("meta", name);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export async function remember(name, value) {
  await writing(["meta"], async (transaction) => {
    await transaction.objectStore("meta").put(value, name);
  });
}
