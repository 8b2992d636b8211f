/** The signed list: who may sign it, how old it may be, what it refuses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { freshness, isBlocked, openBundle } from "../../../mediation/frontend/counter/bundle.js";
import { HOUR } from "../../../mediation/frontend/counter/day.js";
import { content, envelope, listOf, NOW, signer, WAVE } from "./support.js";

const vectors = JSON.parse(readFileSync(new URL("../../../docs/vectors/codes.json", import.meta.url), "utf8"));
const [one, next, stranger] = [signer(), signer(), signer()];

test("the first list brings the keys that sign the next ones", async () => {
  const told = content({ bundleKeys: { 1: one.publicText } });
  const bundle = await openBundle(envelope(told, [1, one]), null);
  assert.deepEqual(bundle.pins, { 1: one.publicText });
  assert.equal(bundle.waves.get(2).name, "Vague 2");
  assert.equal(bundle.issuedAt, NOW);
});

test("a first list that its own keys did not sign is refused", async () => {
  const told = content({ bundleKeys: { 1: one.publicText } });
  await assert.rejects(openBundle(envelope(told, [1, stranger]), null), { code: "BUNDLE_FORGED" });
  await assert.rejects(openBundle(envelope(told), null), { code: "BUNDLE_FORGED" });
});

test("afterwards only a pinned key counts, whatever the list says of itself", async () => {
  const pins = { 1: one.publicText };
  const forged = content({ bundleKeys: { 9: stranger.publicText } });
  await assert.rejects(openBundle(envelope(forged, [9, stranger]), pins), { code: "BUNDLE_FORGED" });
  await assert.rejects(openBundle(envelope(forged, [1, stranger]), pins), { code: "BUNDLE_FORGED" });
});

test("a rotation: signed by both keys, the new one is pinned next", async () => {
  const keys = { 1: one.publicText, 2: next.publicText };
  const bundle = await openBundle(envelope(content({ bundleKeys: keys }), [2, next], [1, one]), { 1: one.publicText });
  assert.deepEqual(bundle.pins, keys);
  const later = envelope(content({ bundleKeys: { 2: next.publicText } }), [2, next]);
  assert.deepEqual((await openBundle(later, bundle.pins)).pins, { 2: next.publicText });
});

test("a list changed on its way, or of another format", async () => {
  const good = envelope(content({ bundleKeys: { 1: one.publicText } }), [1, one]);
  const other = envelope(content({ bundleKeys: { 1: one.publicText }, issuedAt: NOW + 1 }), [1, one]);
  await assert.rejects(openBundle({ ...good, bundle: other.bundle }, null), { code: "BUNDLE_FORGED" });
  const tomorrow = { ...content({ bundleKeys: { 1: one.publicText } }), format: 2 };
  await assert.rejects(openBundle(envelope(tomorrow, [1, one]), null), { code: "BUNDLE_FORMAT_UNKNOWN" });
});

test("blocked: by booklet and by position", () => {
  const wave = { ...WAVE, blocked: [[12, 0b101], [40, 0b1000000000]] };
  assert.deepEqual([1, 2, 3].map((position) => isBlocked(wave, 12, position)), [true, false, true]);
  assert.equal(isBlocked(wave, 13, 1), false);
  assert.equal(isBlocked(wave, 40, 10), true);
});

test("the age of a list: warn, then stop, as each wave says", () => {
  const patient = { ...WAVE, number: 3, list_warn_hours: 100, list_stop_hours: null };
  const list = listOf([WAVE, patient]);
  const at = (hours, waves) => freshness(list, waves, NOW + hours * HOUR);
  assert.equal(freshness(null, [], NOW), "missing");
  assert.deepEqual([1, 25, 73].map((hours) => at(hours, [WAVE])), ["fresh", "old", "stopped"]);
  assert.deepEqual([25, 101, 9000].map((hours) => at(hours, [patient])), ["fresh", "old", "old"]);
  assert.equal(at(73, []), "stopped", "a typed code may be of any wave");
});

test("the lists of the vectors, those of Python", async () => {
  const { keys = [], signed = [], refused = [] } = vectors.bundles ?? {};
  const pins = Object.fromEntries(keys.map((key) => [key.kid, key.public_key]));
  for (const told of signed) {
    const bundle = await openBundle(told, pins);
    assert.deepEqual(bundle.pins, JSON.parse(told.json).bundle_keys);
    assert.deepEqual((await openBundle(told, null)).issuedAt, Date.parse(JSON.parse(told.json).issued_at));
  }
  for (const told of refused) await assert.rejects(openBundle(told, pins), { code: "BUNDLE_FORGED" }, told.name);
});
