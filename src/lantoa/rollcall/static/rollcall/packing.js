/** Compressing what is sent, also where the browser has no streams for it. */

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>} gzip
 */
export async function gzip(bytes) {
  if (typeof CompressionStream === "undefined") return (await library()).gzipSync(bytes);
  return through(bytes, new CompressionStream("gzip"));
}

/**
 * @param {Uint8Array} bytes gzip
 * @returns {Promise<Uint8Array>}
 */
export async function gunzip(bytes) {
  if (typeof DecompressionStream === "undefined") return (await library()).gunzipSync(bytes);
  return through(bytes, new DecompressionStream("gzip"));
}

/**
 * @param {Uint8Array} bytes
 * @param {CompressionStream | DecompressionStream} stream
 */
async function through(bytes, stream) {
  const packed = new Response(bytes).body?.pipeThrough(stream);
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/**
 * A classic script that names itself in the page.
 * @returns {Promise<{gzipSync: (bytes: Uint8Array) => Uint8Array, gunzipSync: (bytes: Uint8Array) => Uint8Array}>}
 */
async function library() {
  await import("./vendor/fflate.js");
  return /** @type {any} */ (globalThis).fflate;
}
