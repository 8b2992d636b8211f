/** One act from the scan to its answer: what is read goes in the basket, one tap sends it, nothing is lost on the way. */
import { actBody, keptForm, onlineForm } from "./act.js";
import { BLANK, askFor, missingAnswers, remembered } from "./answers.js";
import { ApiProblem } from "./api.js";
import { added, EMPTY, freshTicket, knownAgainst, knownFrom, usualMinutes, withKnown, withOutcomes } from "./basket.js";
import { drawKey } from "./bytes.js";
import { judgeCaps } from "./caps.js";
import { parisDay } from "./day.js";
import { unpack, verify } from "./payload.js";
import { addAct, forget, putBack, recorded, takenOffline } from "./queue.js";
import { Refusal } from "./refusal.js";
import * as results from "./results.js";
import { isOffered, judgeLength, judgeTicket } from "./rules.js";
import { parseScanned } from "./scanned.js";
import { spentBy } from "./spent.js";
import { keep, kept } from "./store.js";

const REPEATS = 3; // of an act that the server is still working on

/** @typedef {import("./basket.js").BasketTicket} BasketTicket */
/** @typedef {import("./results.js").Result} Result */

export class Till {
  /** @param {import("./session.js").Session} session @param {import("./connection.js").Connection} connection */
  constructor(session, connection) {
    this.session = session;
    this.connection = connection;
    this.basket = EMPTY;
    this.answers = BLANK;
    this.changed = () => {};
    /** @type {(result: Result) => void} what a check refuses: said at once, large, heard and felt */
    this.refused = () => {};
    /** @type {Promise<Result>|null} */
    this.running = null;
  }

  async open() {
    this.answers = { ...BLANK, ...((await kept(this.session.store, "answers")) ?? {}) };
  }

  get waves() {
    const { bundle } = this.session;
    const numbers = new Set(this.basket.tickets.map((one) => one.wave));
    return bundle ? Array.from(bundle.waves.values()).filter((wave) => numbers.has(wave.number)) : [];
  }

  /** Services that every wave of the basket buys; all those in force while no wave is known. */
  get services() {
    const { bundle } = this.session;
    if (!bundle) return [];
    const day = parisDay(this.session.clock());
    const waves = this.waves.length ? this.waves : Array.from(bundle.waves.values());
    const every = this.waves.length > 0;
    const offers = (/** @type {any} */ service) => (/** @type {any} */ wave) => isOffered(service, wave, day);
    return bundle.services.filter((one) => (every ? waves.every(offers(one)) : waves.some(offers(one))));
  }

  /** What the wave of a ticket asks. @param {BasketTicket} ticket @returns {string[]} */
  requiredOf(ticket) {
    return this.session.bundle?.waves.get(ticket.wave ?? -1)?.required_answers ?? [];
  }

  get required() {
    return Array.from(new Set(this.basket.tickets.flatMap((one) => this.requiredOf(one))));
  }

  get minutes() {
    const hour = Math.min(60, ...this.waves.map((wave) => wave.ticket_minutes));
    return this.answers.minutes ?? usualMinutes(this.basket, this.answers.type, hour);
  }

  get missing() {
    const { tickets } = this.basket;
    const isWorkshop = this.answers.type === "collectif";
    const people = tickets.map((one) => ({ answers: (isWorkshop ? one : tickets[0]).answers, required: this.requiredOf(one) }));
    return missingAnswers(this.answers, people);
  }

  /** What a camera, a hand scanner or a keyboard gave. @param {string} text @returns {Promise<Result|null>} */
  async read(text) {
    try {
      const ticket = await this.#recognise(text);
      const { basket, sentence } = added(this.basket, ticket);
      if (sentence) return results.said("warn", sentence);
      this.basket = basket;
      await this.#judge(ticket);
      return null;
    } catch (error) {
      if (error instanceof Refusal) return results.refused(error);
      throw error;
    }
  }

  /** @param {string} text @returns {Promise<BasketTicket>} */
  async #recognise(text) {
    const { payload, code } = parseScanned(text);
    if (code) return freshTicket({ code, sent: code });
    if (!payload) throw new Refusal("REF_ALONE");
    const read = unpack(payload);
    const { bundle } = this.session;
    if (bundle && (read.kid in bundle.keys || !this.connection.isOnline)) await verify(read, bundle.keys);
    return freshTicket({ ...read, sent: payload });
  }

  /** Say what is known of a ticket: by the server, in the background; offline by what the device knows. @param {BasketTicket} ticket */
  async #judge(ticket) {
    if (this.connection.isOnline) void this.#check(ticket);
    else this.#know(ticket, await this.#localRefusal(ticket));
  }

  /** @param {BasketTicket} ticket @param {{code: string, message: string}|null} refusal */
  #know(ticket, refusal) {
    if (refusal) this.#tell(ticket.code, knownAgainst(refusal));
  }

  /** @param {string} code @param {Partial<BasketTicket>} known */
  #tell(code, known) {
    this.basket = withKnown(this.basket, code, known);
    this.changed();
    const { state, reason = "", sentence = "" } = known;
    if (state === "bad") this.refused(results.refused({ code: reason, message: sentence }, this.basket));
  }

  /** @param {BasketTicket} ticket */
  async #check(ticket) {
    const site = this.session.place ?? "";
    try {
      const told = await this.session.api.check({ site, service: null, codes: [ticket.sent] });
      this.connection.answered();
      this.#tell(ticket.code, knownFrom(told.tickets[0]));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.isNetwork) {
        this.connection.failed();
        this.#know(ticket, await this.#localRefusal(ticket));
      } else if (error.isFinal) {
        this.#know(ticket, error);
      }
    }
  }

  /** @param {BasketTicket} ticket @param {string|null} [service] @param {string} [key] of the act in hand */
  async #localRefusal(ticket, service = null, key = "") {
    const { bundle, here, store, clock, lastInstant } = this.session;
    if (!here) return new Refusal("LIST_MISSING");
    const spent = await spentBy(store, ticket.code);
    const found = spent && spent.key !== key && { at: spent.at, isHere: spent.site === here.uid };
    return judgeTicket(ticket, found || undefined, { bundle, place: here, service, at: clock(), latest: lastInstant });
  }

  /** The tap; a second one, while the first is on its way, is the same. @returns {Promise<Result>} */
  redeem() {
    this.running ??= this.#redeem().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** @returns {Promise<Result>} */
  async #redeem() {
    if (this.missing.length) return { ...results.said("warn", askFor(this.missing)), isMissing: true };
    const isOnline = this.connection.isOnline;
    const refusal = isOnline ? null : await this.#refuseOffline();
    if (refusal) return results.refused(refusal, this.basket);
    const at = this.session.clock();
    const key = this.basket.key ?? drawKey();
    this.basket = { ...this.basket, key };
    const { basket, answers, minutes } = this;
    const mediator = this.session.mediator?.uid ?? null;
    const body = actBody(basket, answers, { site: this.session.place ?? "", minutes, at, mediator });
    const serviceName = this.session.bundle?.services.find((one) => one.code === answers.service)?.name ?? "";
    const act = keptForm(basket, { key, body, at, serviceName, isOffline: !isOnline });
    const codes = basket.tickets.map((one) => one.code);
    const isKept = await addAct(this.session.store, act, codes, isOnline).then(() => true, () => false);
    if (!isKept) return results.notKept();
    return isOnline ? this.#send(act) : this.#done(results.noted(act, this.session));
  }

  /** @param {any} act @returns {Promise<Result>} */
  async #send(act) {
    const { api, store, clock } = this.session;
    try {
      const told = await this.#repeat(() => api.redeem(onlineForm(act.body), act.key));
      this.connection.answered();
      await recorded(store, act.key, told, clock());
      return await this.#done(results.accepted(act, told));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.isFinal) {
        this.connection.answered();
        await forget(store, act.key);
        this.basket = withOutcomes(this.basket, error.details ?? {});
        return results.refused(error, this.basket);
      }
      return this.#lost(act, error);
    }
  }

  /** No answer, or « later »: the act may have been recorded. It waits with its key; nobody taps again. @param {any} act @param {ApiProblem} problem */
  async #lost(act, problem) {
    if (problem.isNetwork) this.connection.failed();
    const known = await Promise.all(this.basket.tickets.map((one) => this.#localRefusal(one, this.answers.service, act.key)));
    await putBack(this.session.store, act.key, { isOffline: true });
    return this.#done(results.lost(act, problem, known.find(Boolean) ?? null));
  }

  /** @param {() => Promise<any>} call */
  async #repeat(call) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await call();
      } catch (error) {
        const isBusy = error instanceof ApiProblem && error.code === "IN_PROGRESS";
        if (!isBusy || tries > REPEATS) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(1, error.retryAfter)));
      }
    }
  }

  /** What the device can know to be false: nothing is noted, each ticket says why. @returns {Promise<Refusal|null>} */
  async #refuseOffline() {
    const { session, basket, answers } = this;
    let first = null;
    for (const ticket of basket.tickets) {
      const refusal = await this.#localRefusal(ticket, answers.service);
      this.#know(ticket, refusal);
      first ??= refusal;
    }
    if (first) return first;
    const length = judgeLength(basket.tickets, session.bundle, { minutes: this.minutes, type: answers.type });
    if (length) this.basket = withOutcomes(this.basket, length.details);
    if (length) return length;
    const typed = basket.tickets.filter((one) => one.series === null).length;
    const day = parisDay(session.clock());
    const waves = typed ? Array.from(session.bundle?.waves.values() ?? []) : this.waves;
    const wanted = { day, site: session.place ?? "", hours: basket.tickets.length, typed };
    return judgeCaps(wanted, await takenOffline(session.store, day), waves);
  }

  /** The act is on its way: a new basket, with the last answers. @param {Result} result */
  async #done(result) {
    this.basket = EMPTY;
    this.answers = remembered(this.answers);
    await keep(this.session.store, "answers", this.answers);
    return result;
  }
}
