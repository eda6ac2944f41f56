/** The time, by the server's clock as far as the phone knows it: its own may be years off. */
import { recall, remember } from "./database.js";

const BELIEVED = 30 * 86_400_000;

/** What the server last said, and when this page learned of it by the clock that nobody can set. */
let known = { server: 0, at: 0 };

/**
 * Note what time the server says it is.
 * @param {string} serverTime
 */
export async function heard(serverTime) {
  const server = Date.parse(serverTime);
  if (!Number.isNaN(server)) await remember("clock", { server, own: Date.now() });
}

/** @returns {Promise<number>} milliseconds since the server last said anything, by the phone's own clock */
export async function silence() {
  const last = await recall("clock");
  return last ? Math.abs(Date.now() - last.own) : Infinity;
}

/**
 * @returns {Promise<number>} milliseconds; a time that has come for certain, by the server and by how long this page has run
 * since; 0 where the server has said nothing yet
 */
async function certainNow() {
  const last = await recall("clock");
  if (!last) return 0;
  if (last.server !== known.server) known = { server: last.server, at: performance.now() };
  return known.server + performance.now() - known.at;
}

/** @returns {Promise<number>} milliseconds, by the phone's own clock since then; never before what is certain */
export async function trueNow() {
  const last = await recall("clock");
  return last ? Math.max(await certainNow(), last.server + Date.now() - last.own) : Date.now();
}

/**
 * @returns {Promise<number>} milliseconds; the same, but for a clock so far ahead of the server's last word that it was more
 * likely set wrong: then what is certain
 */
export async function believedNow() {
  const [certain, own] = [await certainNow(), await trueNow()];
  return own - certain > BELIEVED ? certain : own;
}
