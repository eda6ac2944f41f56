/** Requests to the server. What comes back is the server's word, or it is as if nothing came. */

const ADDRESS = "/api/v1/rollcall/";
const PATIENCE = 60_000;

/** No answer, or an answer of something else on the way, such as a hotel's sign-in page. */
export class Unreachable extends Error {}

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
 * @typedef {object} Answer
 * @property {Uint8Array} bytes the very bytes of the body
 * @property {any} json what they say
 * @property {string} signature empty where there is none
 */

/**
 * @param {"GET" | "POST" | "PUT"} method
 * @param {string} path below the roll-call's address
 * @param {{token?: string, body?: unknown, packed?: Uint8Array}} [options] `packed` is a body compressed already
 * @returns {Promise<Answer>} raises Unreachable, Refused
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
    if (error instanceof Refused) throw error;
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response */
async function read(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 204) return { bytes, json: null, signature: "" };
  const json = JSON.parse(new TextDecoder().decode(bytes));
  if (response.ok) return { bytes, json, signature: response.headers.get("Lantoa-Signature") ?? "" };
  if (response.status >= 500 || typeof json?.code !== "string") throw new Unreachable(String(response.status));
  throw new Refused(response.status, json.code, json.message ?? "");
}
