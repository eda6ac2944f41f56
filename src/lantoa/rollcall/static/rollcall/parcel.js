/** The queue of a phone as something that can be carried: a file, or a series of QR codes. */
import { isAboutWhatWasSent, oneByOne } from "./api.js";
import { batchOf, bySite, packed } from "./batches.js";
import { database, writing } from "./database.js";
import { base64url, fromBase64url, hex, mac, sha256, utf8 } from "./keys.js";
import { gunzip, gzip } from "./packing.js";
import { askSigned, ownPhone, tokenOf } from "./phone.js";
import { aside, receive, standings, waiting } from "./queue.js";

/** @typedef {import("./types.js").Former} Former */
/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Phone} Phone */
/** @typedef {{content: string, mac: string}} Parcel */
/** @typedef {{code: string, message: string, receipts: import("./types.js").Receipt[]}} Part */
/** @typedef {{server_time: string, batches: Part[]}} ParcelReceipts */

/**
 * A parcel of another phone that this one carries.
 * @typedef {object} Carried
 * @property {string} sha256 of the parcel, hex
 * @property {string} name
 * @property {Parcel} parcel
 * @property {"waiting" | "sent" | "refused"} standing
 * @property {string} message what the server said
 * @property {number} [marks] for which there are receipts
 * @property {number} [doubtful] of them, which wait for a decision
 * @property {string} [receipted_at] the server's time of the signed receipts
 */

const FORMAT = "lantoa-roll-1";
const PART = 500;
/** So many batches are never more than the server takes at once. */
const MOST_BATCHES = 20;
const CODE = /^LTQ1:(\d{1,3})\/(\d{1,3}):([0-9a-f]{8}):([\w-]+)$/;

/**
 * Everything that waits.
 * @param {string} client the page's version
 * @returns {Promise<Parcel | null>} null where nothing waits
 */
export async function ownParcel(client) {
  const phone = await ownPhone();
  const items = await waiting();
  return phone && items.length > 0 ? parcelOf(phone, bySite(items).flat(), client) : null;
}

/**
 * Its MAC shows whose it is, whoever carries it; the token is not in it.
 * @param {Phone | Former} device that numbered the events
 * @param {Item[][]} parts each of one site
 * @param {string} client the page's version
 * @returns {Promise<Parcel>}
 */
async function parcelOf(device, parts, client) {
  const counts = await standings();
  const batches = parts.map((part) => batchOf(device, part, counts, client));
  const made_at = new Date().toISOString();
  const content = JSON.stringify({ format: FORMAT, device_id: device.device_id, made_at, batches });
  const key = await sha256(utf8(await tokenOf(device)));
  return { content, mac: base64url(await mac(key, utf8(content))) };
}

/**
 * @param {Parcel} parcel
 * @returns {Promise<string[]>} the texts of the QR codes
 */
export async function seriesOf(parcel) {
  const whole = base64url(await gzip(utf8(JSON.stringify(parcel))));
  const name = hex(await sha256(utf8(whole))).slice(0, 8);
  const count = Math.ceil(whole.length / PART);
  return Array.from({ length: count }, (_none, at) => {
    return `LTQ1:${at + 1}/${count}:${name}:${whole.slice(at * PART, (at + 1) * PART)}`;
  });
}

/** Codes of one series as they are read, in whatever order. */
export class Series {
  constructor() {
    /** @type {Map<number, string>} */
    this.parts = new Map();
    this.name = "";
    this.count = 0;
  }

  /**
   * @param {string} code
   * @returns {boolean} whether it is a part that was not there yet; a part of another series begins anew
   */
  take(code) {
    const [, index, count, name, content] = CODE.exec(code) ?? [];
    if (!name) return false;
    if (name !== this.name) {
      this.parts.clear();
      this.name = name;
      this.count = Number(count);
    }
    if (this.parts.has(Number(index))) return false;
    this.parts.set(Number(index), content);
    return true;
  }

  get whole() {
    return this.count > 0 && this.parts.size === this.count;
  }

  /** @returns {Promise<string>} the file that was shown; raises Error where it is not whole */
  async text() {
    const parts = Array.from({ length: this.count }, (_none, at) => this.parts.get(at + 1) ?? "");
    const joined = parts.join("");
    if (hex(await sha256(utf8(joined))).slice(0, 8) !== this.name) throw new Error("parts of something else");
    return new TextDecoder().decode(await gunzip(fromBase64url(joined)));
  }
}

/**
 * Keep a parcel of another phone until it can be sent.
 * @param {string} text a file
 * @param {string} name
 * @returns {Promise<boolean>} false where it is no parcel
 */
export async function carry(text, name) {
  let parcel;
  try {
    parcel = JSON.parse(text);
    if (JSON.parse(parcel.content).format !== FORMAT || typeof parcel.mac !== "string") return false;
  } catch {
    return false;
  }
  /** @type {Carried} */
  const kept = {
    sha256: hex(await sha256(utf8(parcel.content))),
    name,
    parcel: { content: parcel.content, mac: parcel.mac },
    standing: "waiting",
    message: "",
  };
  await keep(kept);
  return true;
}

/** @returns {Promise<Carried[]>} */
export async function carried() {
  return (await database()).getAll("parcels");
}

/**
 * Send what others recorded on this very phone before it was set up anew, each in their own name.
 * @param {Phone} phone
 * @param {string} client the page's version
 */
export async function sendAside(phone, client) {
  return oneByOne(await aside(), async ([former, items]) => {
    const parts = bySite(items).flat();
    for (let at = 0; at < parts.length; at += MOST_BATCHES) {
      const parcel = await parcelOf(former, parts.slice(at, at + MOST_BATCHES), client);
      const answer = await askSigned(phone, "parcels", await packed(parcel));
      for (const { receipts } of answer.batches) await receive(receipts, answer.server_time);
    }
  });
}

/**
 * Send what is carried for others. It is recorded in the name of the phone that made it.
 * @param {Phone} phone
 */
export async function sendCarried(phone) {
  const left = (await carried()).filter(({ standing }) => standing === "waiting");
  return oneByOne(left, async (one) => {
    await keep({ ...one, ...(await handIn(phone, one.parcel)) });
  });
}

/**
 * @param {Phone} phone
 * @param {Parcel} parcel
 * @returns {Promise<Partial<Carried>>} what became of it
 */
async function handIn(phone, parcel) {
  try {
    const answer = /** @type {ParcelReceipts} */ (await askSigned(phone, "parcels", await packed(parcel)));
    const refused = answer.batches.find(({ code }) => code);
    if (refused) return { standing: "refused", message: refused.message };
    const receipts = answer.batches.flatMap((batch) => batch.receipts);
    const doubtful = receipts.filter(({ outcome }) => outcome === "quarantined");
    const [first] = doubtful;
    const counts = { marks: receipts.length, doubtful: doubtful.length };
    return { standing: "sent", message: first?.message ?? "", ...counts, receipted_at: answer.server_time };
  } catch (error) {
    if (!isAboutWhatWasSent(error)) throw error;
    return { standing: "refused", message: error.message };
  }
}

/** @param {Carried} one */
export async function keep(one) {
  await writing(["parcels"], async (transaction) => {
    await transaction.objectStore("parcels").put(one);
  });
}
