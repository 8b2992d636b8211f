/** What a device refuses by itself, in which order, and its caps. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { judgeCaps } from "../../../mediation/frontend/counter/caps.js";
import { HOUR } from "../../../mediation/frontend/counter/day.js";
import { useSentences } from "../../../mediation/frontend/counter/refusal.js";
import { judgeLength, judgeTicket } from "../../../mediation/frontend/counter/rules.js";
import { listOf, NOW, PLACE, signed, SITE, typed, WAVE } from "./support.js";

useSentences({ TICKET_ALREADY_REDEEMED: "Déjà utilisé le {when}{here}." });
const here = (more = {}) => ({ bundle: listOf(), place: PLACE, service: "bases", at: NOW, latest: NOW, ...more });
const code = (refusal) => refusal?.code ?? null;
const withWave = (more) => ({ bundle: listOf([{ ...WAVE, ...more }]) });

test("nothing known against a good ticket", () => {
  assert.equal(judgeTicket(signed(), undefined, here()), null);
  assert.equal(judgeTicket(typed(), undefined, here()), null);
});

const SPENT = { at: NOW - HOUR, isHere: true };
// Each line adds one reason; the first of the documented order must be the one that is told.
const REASONS = [
  ["LIST_TOO_OLD", { latest: NOW + 73 * HOUR }, undefined],
  ["PLACE_NOT_BOUGHT", withWave({ communes: ["92012"] }), undefined],
  ["PLACE_NOT_BOUGHT", withWave({ sites: ["22222222-2222-4222-8222-222222222222"] }), undefined],
  ["SERVICE_NOT_BOUGHT", withWave({ services: ["autre"], communes: ["92012"] }), undefined],
  ["SITE_NOT_LABELLED", { place: { ...PLACE, is_labelled: false }, ...withWave({ services: ["autre"] }) }, undefined],
  ["SITE_NOT_LABELLED", { place: { ...PLACE, label_ends_on: "2026-03-02" } }, undefined],
  ["WAVE_NOT_OPEN_FOR_USE", { ...withWave({ valid_from: "2026-03-04" }), place: { ...PLACE, is_labelled: false } }, undefined],
  ["TICKET_EXPIRED", withWave({ redeemable_until: "2026-03-02", valid_from: "2026-03-04" }), undefined],
  ["TICKET_ALREADY_REDEEMED", withWave({ redeemable_until: "2026-03-02" }), SPENT],
  ["TICKET_BLOCKED", withWave({ blocked: [[12, 1]], redeemable_until: "2026-03-02" }), SPENT],
  ["WAVE_UNKNOWN", { bundle: listOf([{ ...WAVE, number: 9 }]) }, SPENT],
  ["LIST_MISSING", { bundle: null }, SPENT],
];
for (const [wanted, more, spent] of REASONS) {
  test(`order of the refusals: ${wanted}`, () => {
    assert.equal(code(judgeTicket(signed(), spent, here(more))), wanted);
  });
}

test("the day is that of Paris, the last day counts whole", () => {
  const wave = withWave({ redeemable_until: "2026-03-03" });
  assert.equal(judgeTicket(signed(), undefined, here({ ...wave, at: Date.parse("2026-03-03T22:59:00Z") })), null);
  assert.equal(code(judgeTicket(signed(), undefined, here({ ...wave, at: Date.parse("2026-03-03T23:01:00Z") }))), "TICKET_EXPIRED");
});

test("a service that ended is refused, one not chosen yet is not judged", () => {
  assert.equal(code(judgeTicket(signed(), undefined, here({ service: "demarches" }))), "SERVICE_NOT_BOUGHT");
  assert.equal(judgeTicket(signed(), undefined, here({ service: null })), null);
});

test("already used: when, and whether it was here", () => {
  assert.equal(judgeTicket(signed(), SPENT, here()).message, "Déjà utilisé le 03/03/2026 dans votre lieu.");
  assert.equal(judgeTicket(signed(), { ...SPENT, isHere: false }, here()).message, "Déjà utilisé le 03/03/2026.");
});

test("length: hours are rounded up, per person", () => {
  const act = (minutes, type = "individuel") => ({ minutes, type });
  const [a, b, other] = [signed(12, 1), signed(12, 2), signed(13, 1)];
  const judge = (tickets, told) => judgeLength(tickets, listOf(), told);
  assert.equal(code(judge([a], act(44))), "ACT_TOO_SHORT");
  assert.equal(judge([a], act(45)), null);
  assert.equal(code(judge([a, b], act(60))), "TOO_MANY_TICKETS");
  assert.equal(judge([a, b], act(61)), null);
  assert.equal(judge([a, other], act(60, "collectif")), null, "two people");
  const refusal = judge([a, b, other], act(60, "collectif"));
  assert.deepEqual([refusal.code, refusal.details.offer, refusal.details.allowed], ["TOO_MANY_TICKETS", [0, 2], 1]);
  const longer = listOf([WAVE, { ...WAVE, number: 3, ticket_minutes: 90 }]);
  const long = { ...signed(20, 1), series: 3, wave: 3 };
  assert.equal(judgeLength([a, long], longer, act(61)), null, "every ticket but the longest is filled");
  assert.equal(code(judgeLength([a, long], longer, act(60))), "TOO_MANY_TICKETS");
});

test("caps: per device, per place, typed", () => {
  const wave = { ...WAVE, offline_device_hours: 4, offline_site_hours: 3, typed_device_hours: 2 };
  const act = (hours, typedHours = 0, site = SITE, day = "2026-03-03") => ({ day, site, hours, typed: typedHours });
  const judge = (wanted, taken) => code(judgeCaps(wanted, taken, [wave]));
  assert.equal(judge(act(3), []), null);
  assert.equal(judge(act(1), [act(3)]), "OFFLINE_CAP_REACHED", "this place");
  assert.equal(judge(act(1, 0, "other"), [act(3)]), null);
  assert.equal(judge(act(2, 0, "other"), [act(3)]), "OFFLINE_CAP_REACHED", "this device");
  assert.equal(judge(act(1, 1), [act(2, 2)]), "TYPED_CAP_REACHED");
  assert.equal(judge(act(3), [act(3, 0, SITE, "2026-03-02")]), null, "yesterday is forgotten");
});
