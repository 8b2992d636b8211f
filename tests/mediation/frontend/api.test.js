/** What an answer of the server means, when the mode changes, and what is read from images. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import encodeQR from "qr";
import { prepareZXingModule } from "zxing-wasm/reader";

import { Api } from "../../../mediation/frontend/counter/api.js";
import { CALM, Connection } from "../../../mediation/frontend/counter/connection.js";
import { age, clockTime, HOUR, moment, parisDay } from "../../../mediation/frontend/counter/day.js";
import { readInScript, readWithWasm } from "../../../mediation/frontend/counter/decoder.js";
import { aServer, NOW } from "./support.js";

const problem = (answer) => aServer(() => answer).api.redeem({}, "key").then(() => null, (error) => error);

test("an act carries its key, the token and the version, never a cookie", async () => {
  let seen;
  const api = new Api({ base: "/api/v1", version: "abc", fetch: async (url, options) => ((seen = { url, ...options }), new Response("{}")) });
  api.token = "pd_x";
  await api.redeem({ site: "s" }, "the-key");
  assert.deepEqual(seen.headers, {
    Accept: "application/json", "X-App-Version": "abc", Authorization: "Bearer pd_x",
    "Idempotency-Key": "the-key", "Content-Type": "application/json",
  });
  assert.deepEqual([seen.url, seen.method, seen.credentials, seen.redirect], ["/api/v1/redemptions", "POST", "omit", "error"]);
});

const told = (code) => ({ code, message: "Une phrase.", details: {} });
for (const [status, code, isFinal] of [
  [404, "TICKET_UNKNOWN", true], [409, "TICKET_BLOCKED", true], [409, "KEY_REUSED", true], [422, "ACT_TOO_SHORT", true],
  [409, "IN_PROGRESS", false], [429, "TOO_MANY_ATTEMPTS", false], [401, "TOKEN_REFUSED", false], [500, "INTERNAL_ERROR", false],
  [503, "UNAVAILABLE", false],
]) {
  test(`${status} ${code}: ${isFinal ? "final" : "never final"}`, async () => {
    const error = await problem([status, told(code)]);
    assert.deepEqual([error.code, error.isFinal, error.isNetwork], [code, isFinal, false]);
  });
}

test("silence, a gateway's page, a JSON of somebody else: the network", async () => {
  const down = aServer(() => { throw new TypeError("failed to fetch"); });
  assert.equal((await down.api.device().catch((error) => error)).isNetwork, true);
  for (const answer of [[502, "<html>"], [404, { detail: "not ours" }], [200, "<html>"]]) {
    const error = await problem(answer);
    assert.deepEqual([error.isNetwork, error.isFinal], [true, false]);
  }
});

test("nobody waits longer than 8 seconds", async () => {
  const api = new Api({ base: "", version: "", fetch: async (_url, { signal }) => signal.throwIfAborted() });
  const asked = [];
  const real = AbortSignal.timeout;
  AbortSignal.timeout = (delay) => (asked.push(delay), AbortSignal.abort());
  const error = await api.redeem({}, "k").catch((thrown) => thrown);
  AbortSignal.timeout = real;
  assert.equal(error.isNetwork, true);
  assert.deepEqual(asked, [8000]);
});

test("a revoked device is told apart from a token that is nobody's", async () => {
  assert.equal((await problem([401, told("DEVICE_REVOKED")])).isRevoked, true);
  const unknown = await problem([401, told("TOKEN_REFUSED")]);
  assert.deepEqual([unknown.isRevoked, unknown.isUnpaired], [false, true]);
});

test("the mode changes by itself, tries come later and later, and at once when it is back", () => {
  const seen = [];
  const connection = new Connection({ isUp: true, changed: (isOnline) => seen.push(isOnline) });
  assert.equal(connection.wait, CALM);
  const waits = [];
  for (let n = 0; n < 5; n += 1) {
    connection.failed();
    waits.push(connection.wait);
  }
  assert.deepEqual(waits, [30_000, 60_000, 120_000, 120_000, 120_000]);
  connection.answered();
  assert.equal(connection.wait, CALM);
  assert.deepEqual(seen, [false, true]);
});

test("days and hours are those of Paris", () => {
  assert.equal(parisDay(Date.parse("2026-03-28T23:30:00Z")), "2026-03-29");
  assert.equal(clockTime(Date.parse("2026-07-01T12:05:00Z")), "14\u00a0h\u00a005");
  assert.equal(moment(NOW - 30 * HOUR, NOW), "le 02/03/2026 à 05\u00a0h\u00a000");
  assert.deepEqual([30_000, HOUR, 3 * HOUR, 49 * HOUR].map(age), ["moins d’une minute", "1\u00a0heure", "3\u00a0heures", "2\u00a0jours"]);
});

/** A QR code as a camera's image. */
function picture(text, scale = 4, border = 4) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border });
  const size = rows.length * scale;
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (rows[Math.floor(y / scale)][Math.floor(x / scale)]) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return { width: size, height: size, data, colorSpace: "srgb" };
}

test("the decoder and its fallback read the same ticket", async () => {
  globalThis.ImageData ??= class ImageData {};
  const { addresses } = JSON.parse(readFileSync(new URL("../../../docs/vectors/codes.json", import.meta.url), "utf8"));
  const wasmBinary = readFileSync(new URL("../../../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm", import.meta.url));
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const text = addresses[0].segments.join("");
  const image = Object.assign(Object.create(ImageData.prototype), picture(text));
  assert.equal(await readWithWasm(image), text);
  assert.equal(await readInScript(image), text);
  const blank = Object.assign(Object.create(ImageData.prototype), { width: 90, height: 90, data: new Uint8ClampedArray(32400).fill(255), colorSpace: "srgb" });
  assert.equal(await readWithWasm(blank), null);
  assert.equal(await readInScript(blank), null);
});
