/** Ed25519 signatures: the browser's own where it has them (Chrome 137, Firefox 129), else @noble/ed25519. */
import { verifyAsync } from "@noble/ed25519";

/** @type {Promise<boolean>|undefined} */
let native;

/** Whether this browser verifies Ed25519 itself: asked once. */
function isNative() {
  const zeros = new Uint8Array(32);
  native ??= crypto.subtle.importKey("raw", zeros, { name: "Ed25519" }, false, ["verify"]).then(
    () => true,
    () => false,
  );
  return native;
}

/**
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {Uint8Array<ArrayBuffer>} signature
 * @param {Uint8Array<ArrayBuffer>} message
 */
async function verifyNatively(key, signature, message) {
  try {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, message);
  } catch {
    return false; // a key that is no point of the curve
  }
}

/**
 * RFC 8032, strictly: what OpenSSL refuses on the server is refused here.
 * @param {Uint8Array} key
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
export async function verifyInScript(key, signature, message) {
  try {
    return await verifyAsync(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {Uint8Array<ArrayBuffer>} signature
 * @param {Uint8Array<ArrayBuffer>} message
 * @returns {Promise<boolean>}
 */
export async function verifySignature(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) return false;
  return (await isNative()) ? verifyNatively(key, signature, message) : verifyInScript(key, signature, message);
}
