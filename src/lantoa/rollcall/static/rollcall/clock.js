/** The time, by the server's clock as far as the phone knows it: its own may be years off. */
import { recall, remember } from "./database.js";

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

/** @returns {Promise<number>} milliseconds; never before what the server last said */
export async function trueNow() {
  const last = await recall("clock");
  return last ? last.server + Math.max(0, Date.now() - last.own) : Date.now();
}
