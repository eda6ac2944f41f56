/** What the phone seals, hashes and verifies, all by WebCrypto. */
import { recall, writing } from "./database.js";

/** @typedef {import("./types.js").Sealed} Sealed */

const TAG = /=+$/;
const encoder = new TextEncoder();

/** @param {string} text */
export function utf8(text) {
  return encoder.encode(text);
}

/**
 * @param {ArrayBuffer | Uint8Array} bytes
 * @returns {string} base64url without padding
 */
export function base64url(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(TAG, "");
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
export function fromBase64url(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/**
 * @param {ArrayBuffer | Uint8Array} bytes
 * @returns {string}
 */
export function hex(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** @returns {string} a secret of 256 bits */
export function drawToken() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @returns {string} a UUID by chance */
export function drawId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** The key of this browser, made at the first need. It can't be exported, not even by this page. */
async function ownKey() {
  const kept = await recall("key");
  if (kept) return /** @type {CryptoKey} */ (kept);
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return writing(["meta"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    const other = await meta.get("key");
    if (!other) await meta.put(made, "key");
    return /** @type {CryptoKey} */ (other ?? made);
  });
}

/**
 * @param {string} text
 * @returns {Promise<Sealed>}
 */
export async function seal(text) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await ownKey(), utf8(text)) };
}

/**
 * @param {Sealed} sealed
 * @returns {Promise<string>}
 */
export async function unseal(sealed) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, await ownKey(), sealed.data);
  return new TextDecoder().decode(plain);
}

/**
 * Whether the server signed these very bytes.
 * @param {JsonWebKey} publicKey
 * @param {Uint8Array} bytes
 * @param {string} signature
 * @returns {Promise<boolean>}
 */
export async function isSigned(publicKey, bytes, signature) {
  const { kty, crv, x, y } = publicKey;
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, kind, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, fromBase64url(signature), bytes);
  } catch {
    return false;
  }
}

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>} HMAC-SHA-256
 */
export async function mac(key, bytes) {
  const kind = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, kind, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes));
}
