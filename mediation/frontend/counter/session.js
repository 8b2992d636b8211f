/** Who holds this phone, where, with which list: what a device knows between two connections. */
import { openBundle } from "./bundle.js";
import { HOUR } from "./day.js";
import { keep, kept } from "./store.js";

const BUNDLE_LIFE = HOUR / 2;
const NAMES = ["token", "device", "organisation", "places", "mediators", "presence", "place", "envelope", "pins", "offset", "latest"];

/** @typedef {import("./rules.js").Place} Place */

export class Session {
  /** @param {import("./store.js").Store} store @param {import("./api.js").Api} api @param {() => number} clock */
  constructor(store, api, clock) {
    this.store = store;
    this.api = api;
    this.clock = clock;
    /** @type {{uid: string, name: string, is_shared: boolean}|null} */
    this.device = null;
    /** @type {{uid: string, name: string}|null} */
    this.organisation = null;
    /** @type {Place[]} */
    this.places = [];
    /** @type {{uid: string, name: string}[]} */
    this.mediators = [];
    /** @type {{mediator: {uid: string, name: string}, expires_at: string}|null} */
    this.presence = null;
    /** @type {string|null} uid of the current place */
    this.place = null;
    /** @type {import("./bundle.js").Bundle|null} */
    this.bundle = null;
    /** @type {Record<string, string>|null} */
    this.pins = null;
    /** @type {number} server's clock − ours, milliseconds */
    this.offset = 0;
    /** @type {number} the latest clock ever seen here: setting it back makes no list younger */
    this.latest = 0;
    /** @type {string} why the device is to be paired again */
    this.farewell = "";
    /** @type {string} what is wrong with the list that the server gave */
    this.listFault = "";
  }

  async open() {
    const values = await Promise.all(NAMES.map((name) => kept(this.store, name)));
    const found = Object.fromEntries(NAMES.map((name, rank) => [name, values[rank]]));
    this.api.token = found.token ?? null;
    this.device = found.device ?? null;
    this.organisation = found.organisation ?? null;
    this.places = found.places ?? [];
    this.mediators = found.mediators ?? [];
    this.presence = found.presence ?? null;
    this.place = found.place ?? null;
    this.pins = found.pins ?? null;
    this.offset = found.offset ?? 0;
    this.latest = found.latest ?? 0;
    if (found.envelope) this.bundle = await openBundle(found.envelope, this.pins).catch(() => null);
  }

  get isPaired() {
    return this.api.token !== null;
  }

  /** @returns {Place|null} */
  get here() {
    return this.places.find((place) => place.uid === this.place) ?? null;
  }

  /** The person who gave a name and a PIN, for twelve hours. */
  get mediator() {
    const { presence } = this;
    return presence && Date.parse(presence.expires_at) > this.clock() ? presence.mediator : null;
  }

  /** A shared phone asks who holds it. */
  get needsName() {
    return Boolean(this.device?.is_shared) && this.mediator === null;
  }

  /** The clock that the age of the list is judged by. */
  get lastInstant() {
    return Math.max(this.clock() + this.offset, this.latest);
  }

  /** @param {string} code six figures, or the secret of the QR */
  async pair(code) {
    const told = await this.api.pair(code);
    this.api.token = told.token;
    await this.#keep({ token: told.token, device: told.device, organisation: told.organisation });
    await this.#keep({ presence: null, pins: null, envelope: null });
    this.bundle = null;
    this.farewell = "";
  }

  /** The token is refused: the device must be paired again. The queue stays. @param {string} sentence */
  async leaveService(sentence) {
    this.api.token = null;
    this.farewell = sentence;
    await this.#keep({ token: null, presence: null });
  }

  /** Read from the server who and where; returns nothing, throws ApiProblem. */
  async refresh() {
    const told = await this.api.device();
    const { device, organisation, places, mediators = [], presence } = told;
    const offset = Date.parse(told.server_time) - this.clock();
    await this.#keep({ device, organisation, places, mediators, presence, offset, latest: Date.parse(told.server_time) });
    if (!this.here) await this.choosePlace(places.length === 1 ? places[0].uid : null);
  }

  /** Fetch the list when it is half an hour old. One that is not well signed changes nothing. */
  async refreshBundle() {
    if (this.bundle && this.lastInstant - this.bundle.issuedAt < BUNDLE_LIFE) return;
    const envelope = await this.api.bundle();
    try {
      const bundle = await openBundle(envelope, this.pins);
      if (this.bundle && bundle.issuedAt < this.bundle.issuedAt) return;
      this.bundle = bundle;
      this.listFault = "";
      await this.#keep({ envelope, pins: bundle.pins });
    } catch (error) {
      this.listFault = error instanceof Error ? error.message : "";
    }
  }

  /** @param {string|null} uid */
  choosePlace(uid) {
    return this.#keep({ place: uid });
  }

  /** @param {string} mediator @param {string} pin */
  async arrive(mediator, pin) {
    await this.#keep({ presence: await this.api.arrive(mediator, pin) });
  }

  async leave() {
    await this.#keep({ presence: null });
    await this.api.leave();
  }

  /** @param {Record<string, any>} values */
  async #keep(values) {
    for (const [name, value] of Object.entries(values)) {
      if (name !== "envelope" && name !== "token") /** @type {any} */ (this)[name] = value;
      await keep(this.store, name, value ?? undefined);
    }
  }
}
