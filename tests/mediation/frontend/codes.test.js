/** The codes on paper, by the vectors that Python reads too (docs/vectors/codes.json). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { checkLetter } from "../../../mediation/frontend/counter/check_letter.js";
import { codeFromBits, display, parseCode, typedSoFar } from "../../../mediation/frontend/counter/code.js";
import { ALPHABET, decode, encode, normalise, parseRef } from "../../../mediation/frontend/counter/crockford.js";
import { verifyInScript, verifySignature } from "../../../mediation/frontend/counter/ed25519.js";
import { canonicalPayload, unpack, verify } from "../../../mediation/frontend/counter/payload.js";
import { parseScanned } from "../../../mediation/frontend/counter/scanned.js";

const vectors = JSON.parse(readFileSync(new URL("../../../docs/vectors/codes.json", import.meta.url), "utf8"));
const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const keys = Object.fromEntries(Object.entries(vectors.keys.public.keys).map(([kid, hex]) => [kid, bytes(hex)]));

/** What a function gives, or the code of its refusal. */
const outcome = (work) => {
  try {
    return { value: work() };
  } catch (refusal) {
    return { error: refusal.code };
  }
};

test("the alphabet and the folding", () => {
  assert.equal(ALPHABET, vectors.crockford.alphabet);
  for (const { text, normalised } of vectors.crockford.normalise) assert.equal(normalise(text), normalised, text);
  for (const { hex, length, letters } of vectors.crockford.integers) {
    assert.equal(encode(BigInt(`0x${hex}`), length), letters);
    assert.equal(decode(letters), BigInt(`0x${hex}`));
  }
});

test("check letters", () => {
  for (const { letters, check } of vectors.check_letters) assert.equal(checkLetter(letters), check, letters);
});

test("every single error and every swap is caught", () => {
  const code = "87TM8Q3DZK8KT";
  for (let i = 0; i < 13; i += 1) {
    for (const letter of ALPHABET) {
      if (letter === code[i]) continue;
      assert.equal(typedSoFar(code.slice(0, i) + letter + code.slice(i + 1)).state, "bad");
    }
    for (let j = i + 1; j < 13; j += 1) {
      if (code[i] === code[j]) continue;
      const swapped = [...code];
      [swapped[i], swapped[j]] = [swapped[j], swapped[i]];
      assert.equal(outcome(() => parseCode(swapped.join(""))).error, "CHECK_LETTER_WRONG");
    }
  }
});

test("codes from their bits", () => {
  for (const one of vectors.codes) {
    assert.equal(codeFromBits(BigInt(`0x${one.bits_hex}`)), one.code);
    assert.equal(display(one.code), one.display);
  }
});

for (const one of vectors.typed_codes) {
  test(`typed code ${JSON.stringify(one.text).slice(0, 40)}`, () => {
    assert.deepEqual(outcome(() => parseCode(one.text)), one.error ? { error: one.error } : { value: one.code });
  });
}

for (const one of vectors.typed_refs) {
  test(`typed reference ${JSON.stringify(one.text)}`, () => {
    assert.deepEqual(outcome(() => parseRef(one.text)), one.error ? { error: one.error } : { value: one.ref });
  });
}

for (const one of vectors.payloads) {
  test(`payload: ${one.name}`, async () => {
    const read = unpack(one.payload);
    assert.deepEqual(
      [read.kid, read.series, read.number, read.position, read.code],
      [one.kid, one.series, one.number, one.position, one.code],
    );
    assert.equal(Buffer.from(read.signed).toString("hex"), one.signed_hex);
    assert.equal(Buffer.from(read.signature).toString("hex"), one.signature_hex);
    assert.equal(await verify(read, keys), read);
    assert.equal(await verifyInScript(keys[read.kid], read.signature, read.signed), true);
  });
}

test("spellings of a payload", () => {
  for (const { text, payload } of vectors.payload_spellings) assert.equal(canonicalPayload(text), payload);
});

for (const one of vectors.payload_refusals) {
  test(`payload refused: ${one.name}`, async () => {
    await assert.rejects(async () => verify(unpack(one.payload), keys), { code: one.error });
    if (one.error !== "PAYLOAD_FORGED") return;
    const read = unpack(one.payload);
    assert.equal(await verifyInScript(keys[read.kid], read.signature, read.signed), false);
    assert.equal(await verifySignature(keys[read.kid], read.signature, read.signed), false);
  });
}

for (const one of vectors.scanned) {
  test(`scanned ${JSON.stringify(one.text).slice(0, 60)}`, () => {
    const { ref, payload, code } = one;
    assert.deepEqual(outcome(() => parseScanned(one.text)), one.error ? { error: one.error } : { value: { ref, payload, code } });
  });
}

test("what is said while a code is typed", () => {
  assert.deepEqual(typedSoFar("").state, "empty");
  assert.deepEqual(typedSoFar("87tm 8q3d zk8k"), { letters: "87TM8Q3DZK8K", state: "partial", sentence: "Encore 1 lettre." });
  assert.equal(typedSoFar("87tm 8q3d zk8kt").state, "good");
  assert.match(typedSoFar("87tm 8q3d zk8k5").sentence, /Une lettre est fausse/);
  assert.match(typedSoFar("87tmU").sentence, /«\u00a0U\u00a0»/);
  assert.match(typedSoFar("87tm 8q3d zk8kt7").sentence, /trop long/);
});
