/** The page: which screen is shown, and what each gesture does. Screens build elements; everything else is elsewhere. */
import { ApiProblem } from "./api.js";
import { offered, verdict, withKnown } from "./basket.js";
import { Connection } from "./connection.js";
import { swap } from "./dom.js";
import { feel, wakeSound } from "./feedback.js";
import { lineOfAct, refreshHistory } from "./history.js";
import { pendingCount, recover } from "./queue.js";
import { Refusal } from "./refusal.js";
import { refusedLater, said } from "./results.js";
import { kept } from "./store.js";
import { viewOf } from "./screens.js";
import { Sync } from "./sync.js";
import { Till } from "./till.js";
import { takeBack } from "./undo.js";
import { showBanner } from "./view_banner.js";
import { CounterView } from "./view_counter.js";
import { pairingSecret } from "./view_pairing.js";
import { announce } from "./view_result.js";

/** @typedef {import("./screens.js").Screen} Screen */
/** @typedef {import("./results.js").Result} Result */

export class App {
  /**
   * @param {{page: import("./page.js").PageData, session: import("./session.js").Session, main: HTMLElement,
   *   banner: HTMLElement, line: HTMLElement, nav: HTMLElement}} parts
   */
  constructor({ page, session, main, banner, line, nav }) {
    this.page = page;
    this.session = session;
    this.main = main;
    this.banner = banner;
    this.line = line;
    this.nav = nav;
    /** @type {Record<string, string>} why an act may be taken back */
    this.reasons = Object.fromEntries(page.choices.undo);
    this.pending = 0;
    this.isNameless = false;
    /** @type {string|null} */
    this.pairingSecret = pairingSecret(location.hash);
    /** @type {Screen} what was asked for, and what is shown */
    this.wanted = "counter";
    /** @type {Screen} */
    this.screen = "counter";
    /** @type {CounterView|null} */
    this.counter = null;
    const changed = () => this.update();
    this.connection = new Connection({ isUp: navigator.onLine, changed });
    this.till = new Till(session, this.connection);
    this.till.changed = changed;
    this.till.refused = (result) => this.#tell(result);
    this.sync = new Sync({ session, connection: this.connection, done: (refused) => this.synced(refused) });
  }

  async start() {
    if (location.hash) history.replaceState(null, "", location.pathname);
    await recover(this.session.store, this.session.clock());
    await this.session.open();
    await this.till.open();
    document.addEventListener("pointerdown", wakeSound);
    for (const tab of this.nav.querySelectorAll("button")) {
      tab.addEventListener("click", () => this.go(/** @type {Screen} */ (tab.dataset.screen)));
    }
    await this.update();
    await this.go(this.pairingSecret && this.session.isPaired ? "pair-again" : "counter");
    await this.sync.start();
  }

  /** The screen that must come first, whatever was asked. @param {Screen} wanted @returns {Screen} */
  #first(wanted) {
    const { session } = this;
    if (!session.isPaired) return "pairing";
    if (wanted === "pair-again") return wanted;
    if (session.needsName && !this.isNameless) return "presence";
    if (!session.here) return "place";
    return wanted;
  }

  /** @param {Screen} wanted @param {import("./history.js").HistoryLine} [line] */
  async go(wanted, line) {
    const screen = this.#first(wanted);
    this.wanted = wanted;
    this.counter?.camera.close();
    this.screen = screen;
    this.counter = screen === "counter" ? new CounterView(this) : null;
    const view = this.counter?.element ?? (await viewOf(this, screen, line));
    swap(this.main, view);
    for (const tab of this.nav.querySelectorAll("button")) {
      if (tab.dataset.screen === screen) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    this.nav.hidden = screen !== "counter" && screen !== "history";
    /** @type {HTMLElement|null} */ (view.querySelector("h1"))?.focus();
    await this.update();
    if (screen === "counter" && (await kept(this.session.store, "camera"))) await this.counter?.startCamera();
  }

  /** What has changed since is shown: banner, basket, answers, button. */
  async update() {
    this.pending = await pendingCount(this.session.store);
    showBanner(this);
    if (this.screen === "counter") this.counter?.update();
  }

  /** A turn of the outbox is over. @param {import("./store.js").KeptAct[]} refused */
  async synced(refused) {
    await this.update();
    if (this.#first(this.wanted) !== this.screen) {
      await this.go(this.wanted);
    } else if (this.screen === "history") {
      await this.refresh();
    }
    // A phone that is no longer paired says so on its own screen, and has no journal to send anyone to.
    if (refused.length && this.session.isPaired) this.#tell(refusedLater(refused));
  }

  /** @param {Result|null} result */
  #tell(result) {
    if (result) announce(result);
    this.counter?.show(result);
  }

  /** A text was scanned or typed. Tells whether it was understood. @param {string} text */
  async read(text) {
    if (this.screen === "pairing") return this.#readPairing(text);
    if (this.screen !== "counter") return false;
    this.counter?.show(null);
    const result = await this.till.read(text);
    if (result) this.#tell(result);
    else feel("info");
    await this.update();
    if (!result) this.counter?.bringIntoView("#basket li:last-child");
    return result === null;
  }

  /** @param {string} text */
  async #readPairing(text) {
    const secret = pairingSecret(text);
    if (secret) await this.pair(secret);
    return Boolean(secret);
  }

  /** @param {Partial<import("./answers.js").Answers>} given */
  answer(given) {
    this.till.answers = { ...this.till.answers, ...given };
    this.till.basket = { ...this.till.basket, key: null, offer: null };
    return this.update();
  }

  /** @param {string} code of the ticket @param {import("./answers.js").PersonAnswers} given */
  answerPerson(code, given) {
    const ticket = this.till.basket.tickets.find((one) => one.code === code);
    const answers = { ...ticket?.answers, ...given };
    return this.edit({ basket: { ...withKnown(this.till.basket, code, { answers }), key: null, offer: null } });
  }

  /** @param {{basket: import("./basket.js").Basket}} given */
  edit({ basket }) {
    this.till.basket = basket;
    this.counter?.show(null); // what was said of another basket
    return this.update();
  }

  /** The tap: what is possible is used. */
  async tap() {
    if (verdict(this.till.basket).possible < this.till.basket.tickets.length) this.till.basket = offered(this.till.basket);
    const answer = this.till.redeem();
    await this.update();
    const result = await answer;
    this.#tell(result);
    await this.update();
    if (result.isMissing) this.counter?.bringIntoView(".req");
    if (!this.connection.isOnline) void this.sync.run();
  }

  /** @param {string} code @returns {Promise<string>} a fault, or nothing */
  pair(code) {
    return this.#try(async () => {
      await this.session.pair(code);
      this.pairingSecret = null;
      await this.sync.running; // a turn of the old token may be under way
      await this.sync.run();
      await this.go("counter");
    });
  }

  /** @param {string} secret */
  async pairAgain(secret) {
    await this.session.leaveService("");
    this.pairingSecret = secret;
    await this.go("pairing");
  }

  /** @param {string} uid */
  choosePlace(uid) {
    return this.session.choosePlace(uid).then(() => this.go("counter"));
  }

  /** @param {string} mediator @param {string} pin */
  arrive(mediator, pin) {
    return this.#try(async () => {
      await this.session.arrive(mediator, pin);
      await this.go("counter");
    });
  }

  continueNameless() {
    this.isNameless = true;
    return this.go("counter");
  }

  async leave() {
    this.isNameless = false;
    await this.#try(() => this.session.leave());
    await this.go("counter");
  }

  /** Read the journal again, from the server where it answers. */
  async refresh() {
    await this.#try(() => refreshHistory(this.session));
    if (this.screen === "history") swap(this.main, await viewOf(this, "history"));
    await this.update();
  }

  /** Take back the act that was just told. @param {string} key */
  async undoAct(key) {
    const line = await lineOfAct(this.session, key, this.reasons);
    if (line) await this.go("undo", line);
  }

  /** @param {import("./history.js").HistoryLine} line @param {string} reason @returns {Promise<string>} a fault, or nothing */
  undo(line, reason) {
    return this.#try(async () => {
      await takeBack(this.session, line, reason);
      await this.go("history");
      await this.refresh();
      announce(said("ok", "Acte annulé", { word: "C’est fait" }));
    });
  }

  /** @param {() => Promise<any>} work @returns {Promise<string>} */
  async #try(work) {
    try {
      await work();
      return "";
    } catch (error) {
      if (!(error instanceof ApiProblem || error instanceof Refusal)) throw error;
      if (error instanceof ApiProblem && error.isNetwork) this.connection.failed();
      return error.message;
    }
  }
}
