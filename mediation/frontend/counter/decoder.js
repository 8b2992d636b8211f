/**
 * Reads QR codes in images: zxing-cpp in WebAssembly, from our own host; pure JavaScript where it cannot run.
 *
 * A script of its own, loaded with its WebAssembly part when the camera is first opened, and kept by the service worker.
 */
import decodeQR from "qr/decode.js";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** @typedef {(image: ImageData) => Promise<string|null>} Reader */

/** @type {import("zxing-wasm/reader").ReaderOptions} */
const OPTIONS = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true, tryRotate: true, tryInvert: false };

/** @param {ImageData} image */
export async function readWithWasm(image) {
  const [found] = await readBarcodes(image, OPTIONS);
  return found?.isValid ? found.text : null;
}

/** @param {ImageData} image */
export async function readInScript(image) {
  try {
    return decodeQR({ width: image.width, height: image.height, data: image.data });
  } catch {
    return null;
  }
}

/**
 * @param {string} wasm address of zxing_reader.wasm; zxing-wasm would else ask a public host
 * @returns {Promise<Reader>}
 */
export async function openReader(wasm) {
  try {
    await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
    return readWithWasm;
  } catch {
    return readInScript;
  }
}
