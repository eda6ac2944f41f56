/** Ids of what is marked on a device before any server knows of it. */

let lastMoment = 0;
let sameMoment = 0;

/**
 * A UUIDv7: ids drawn later on this device sort later, also within a millisecond.
 * @returns {string}
 */
export function newEventId() {
  const now = Date.now();
  sameMoment = now > lastMoment ? 0 : sameMoment + 1;
  lastMoment = Math.max(now, lastMoment) + (sameMoment > 0xfff ? 1 : 0);
  if (sameMoment > 0xfff) sameMoment = 0;
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = (random[0] & 0x3f) | 0x80;
  const tail = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = lastMoment.toString(16).padStart(12, "0");
  const count = sameMoment.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
