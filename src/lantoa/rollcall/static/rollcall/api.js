/** Requests to the server. What comes back is the server's word, or it is as if nothing came. */

const ADDRESS = "/api/v1/rollcall/";
const PATIENCE = 60_000;
/** What a network answers that wants people to sign in first. */
const SIGN_IN = 511;

/** No answer, or an answer of something else on the way, such as a hotel's sign-in page. */
export class Unreachable extends Error {}

/** The server was reached, and stumbled: a fault of its own, or an answer that it did not sign. */
export class Troubled extends Unreachable {}

/** The server said no, with a code and a sentence for people. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Send one thing after the other. One that the server does not take, or over which it stumbles, holds up no other.
 * @template T
 * @param {T[]} things
 * @param {(thing: T) => Promise<void>} send
 * @returns {Promise<Refused | Troubled | null>} the last such failure; raises those that are about the sender or the way
 */
export async function oneByOne(things, send) {
  let failure = null;
  for (const thing of things) {
    try {
      await send(thing);
    } catch (error) {
      if (!(error instanceof Troubled || isAboutWhatWasSent(error))) throw error;
      failure = error;
    }
  }
  return failure;
}

/**
 * @param {unknown} error
 * @returns {error is Refused} whether the server refused what was sent, and not whoever sent it
 */
export function isAboutWhatWasSent(error) {
  return error instanceof Refused && ![401, 429].includes(error.status) && error.code !== "not_permitted";
}

/**
 * @typedef {object} Answer
 * @property {Uint8Array} bytes the very bytes of the body
 * @property {any} json what they say
 * @property {string} signature empty where there is none
 */

/**
 * @param {"GET" | "POST" | "PUT"} method
 * @param {string} path below the roll-call's address
 * @param {{token?: string, body?: unknown, packed?: Uint8Array}} [options] `packed` is a body compressed already
 * @returns {Promise<Answer>} raises Unreachable, Troubled, Refused
 */
export async function ask(method, path, { token, body, packed } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined || packed) headers["Content-Type"] = "application/json";
  if (packed) headers["Content-Encoding"] = "gzip";
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  try {
    const response = await fetch(ADDRESS + path, {
      method,
      headers,
      body: packed ?? (body === undefined ? undefined : JSON.stringify(body)),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal: limit.signal,
    });
    return await read(response);
  } catch (error) {
    if (error instanceof Refused || error instanceof Troubled) throw error;
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response */
async function read(response) {
  if (response.status >= 500 && response.status !== SIGN_IN) throw new Troubled(String(response.status));
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 204) return { bytes, json: null, signature: "" };
  const json = JSON.parse(new TextDecoder().decode(bytes));
  if (response.ok) return { bytes, json, signature: response.headers.get("Lantoa-Signature") ?? "" };
  if (typeof json?.code !== "string") throw new Unreachable(String(response.status));
  throw new Refused(response.status, json.code, json.message ?? "");
}
