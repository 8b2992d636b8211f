/** The basket of an act, its answers, and what is sent. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { actBody, onlineForm } from "../../../mediation/frontend/counter/act.js";
import { askFor, BLANK, missingAnswers, remembered } from "../../../mediation/frontend/counter/answers.js";
import {
  added, EMPTY, knownFrom, labelOf, offered, sameForAll, usualMinutes, verdict, without, withKnown, withOutcomes,
} from "../../../mediation/frontend/counter/basket.js";
import { NOW, signed, SITE, typed } from "./support.js";

const of = (...tickets) => tickets.reduce((basket, ticket) => added(basket, ticket).basket, EMPTY);

test("a ticket stands once in a basket", () => {
  const basket = of(signed());
  const again = added(basket, { ...typed(signed().code) });
  assert.equal(again.basket, basket);
  assert.match(again.sentence, /déjà dans la liste/);
  assert.equal(without(basket, signed().code).tickets.length, 0);
});

test("three asked, one possible: said, and offered", () => {
  const [a, b, c] = [signed(12, 1), signed(12, 2), signed(12, 3)];
  const told = [
    { rank: 0, is_accepted: true, code: "", message: "" },
    { rank: 1, is_accepted: false, code: "TICKET_BLOCKED", message: "Bloqué.", booklet: "02-0012", position: 2 },
    { rank: 2, is_accepted: false, code: "TICKET_EXPIRED", message: "Périmé." },
  ];
  const basket = withOutcomes({ ...of(a, b, c), key: "drawn" }, { tickets: told, offer: [0] });
  assert.equal(basket.key, null, "other content, other key");
  assert.deepEqual(verdict(basket), { tone: "warn", possible: 1, sentence: "3 heures demandées, 1 possible" });
  assert.equal(labelOf(basket.tickets[1]), "Carnet 02-0012, ticket\u00a02");
  assert.deepEqual(offered(basket).tickets.map((one) => one.code), [a.code]);
});

test("too many for the length: good tickets, and fewer are offered", () => {
  const told = [0, 1].map((rank) => ({ rank, is_accepted: true, code: "", message: "" }));
  const basket = withOutcomes(of(signed(12, 1), signed(12, 2)), { tickets: told, offer: [0] });
  assert.equal(verdict(basket).sentence, "2 heures demandées, 1 possible");
  assert.equal(offered(basket).tickets.length, 1);
  assert.equal(verdict(offered(basket)).sentence, "1 ticket valable");
});

test("the verdict of what was read, checked, refused", () => {
  assert.equal(verdict(of(signed())).sentence, "1 ticket lu");
  const check = { is_accepted: true, hours_left: 4, awaits_confirmation: true, booklet: "02-0012", position: 1 };
  const good = withKnown(of(signed()), signed().code, knownFrom(check));
  assert.equal(verdict(good).sentence, "1 ticket valable");
  assert.equal(good.tickets[0].hoursLeft, 4);
  assert.equal(good.tickets[0].awaits, true);
  const bad = withKnown(of(typed()), typed().code, knownFrom({ is_accepted: false, refusal: { code: "X", message: "Inconnu." } }));
  assert.deepEqual(verdict(bad), { tone: "bad", possible: 0, sentence: "Inconnu." });
});

test("the usual length: one hour per ticket of one person", () => {
  const basket = of(signed(12, 1), signed(12, 2), signed(13, 1));
  assert.equal(usualMinutes(basket, "individuel"), 180);
  assert.equal(usualMinutes(basket, "collectif"), 120);
});

test("what the wave of each ticket requires is asked; « non communiqué » is then no answer", () => {
  const required = ["THEMES", "AUTONOMY", "IS_FIRST"];
  assert.deepEqual(missingAnswers(BLANK, [{ answers: {}, required }]), ["SERVICE", "THEMES", "AUTONOMY", "IS_FIRST"]);
  const given = { ...BLANK, service: "bases", themes: ["email"] };
  const untold = { autonomy: "", is_first: null };
  assert.deepEqual(missingAnswers(given, [{ answers: untold, required }]), ["AUTONOMY", "IS_FIRST"]);
  const told = { answers: { autonomy: "autonome", is_first: false }, required };
  assert.deepEqual(missingAnswers(given, [told, { answers: untold, required: [] }]), []);
  assert.equal(askFor(["THEMES", "AUTONOMY", "IS_FIRST"]), "Indiquez les thématiques, l’autonomie et le premier accompagnement.");
  assert.equal(askFor(["SERVICE"]), "Indiquez le service.");
});

test("the next act remembers the work, never the person nor the count", () => {
  const last = { ...BLANK, service: "bases", minutes: 90, others_count: 4, themes: ["email"] };
  assert.deepEqual(remembered(last), { ...last, minutes: null, others_count: 0 });
});

test("a workshop: one answer per person, or the same for all in one tap", () => {
  const [a, b] = [signed(12, 1), signed(13, 1)];
  a.answers = { autonomy: "autonome", is_first: true };
  const where = { site: SITE, minutes: 60, at: NOW, mediator: null };
  const answers = { ...BLANK, service: "bases", type: "collectif", level: "debutant", others_count: 3 };
  const body = actBody(sameForAll(of(a, b)), answers, where);
  assert.deepEqual(body.people, [
    { rank: 0, autonomy: "autonome", is_first: true },
    { rank: 1, autonomy: "autonome", is_first: true },
  ]);
  assert.deepEqual([body.level, body.others_count, body.autonomy, body.is_first], ["debutant", 3, null, null]);
  assert.equal(body.happened_at, "2026-03-03T10:00:00.000Z");
});

test("one person: answers of the act; online the same content under its other name", () => {
  const a = signed();
  a.answers = { autonomy: "", is_first: false };
  const body = actBody(of(a), { ...BLANK, service: "bases", level: "debutant" }, { site: SITE, minutes: 60, at: NOW, mediator: "m" });
  assert.deepEqual([body.autonomy, body.is_first, body.level, body.people], [null, false, null, []]);
  const { happened_at, ...same } = body;
  assert.deepEqual(onlineForm(body), { ...same, device_at: happened_at });
  assert.equal(same.mediator, "m");
});
