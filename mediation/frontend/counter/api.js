/** The server's API, as a device meets it: 8 s at most, one shape of refusal, and which answers are final. */

const TIMEOUT = 8_000;
const UPLOAD_TIMEOUT = 30_000;
const NEVER_FINAL = new Set([401, 408, 425, 429]);

export class ApiProblem extends Error {
  /** @param {{status: number, code: string, message: string, details?: any, retryAfter?: number}} told */
  constructor({ status, code, message, details = {}, retryAfter = 0 }) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** Nothing came back, or nothing of ours: a cut, a gateway, the sign-in page of a public Wi-Fi. */
  get isNetwork() {
    return this.status === 0;
  }

  /** The same request would get the same answer: it may be told as such. */
  get isFinal() {
    if (this.status < 400 || this.status >= 500 || NEVER_FINAL.has(this.status)) return false;
    return this.code !== "IN_PROGRESS";
  }

  get isRevoked() {
    return this.status === 401 && this.code === "DEVICE_REVOKED";
  }

  /** The token is nobody's, or was revoked: the device is to be paired again. */
  get isUnpaired() {
    return this.status === 401;
  }
}

const lost = () => new ApiProblem({ status: 0, code: "NETWORK", message: "Le service ne répond pas." });

export class Api {
  /** @param {{base: string, version: string, fetch?: typeof fetch}} options */
  constructor({ base, version, fetch: given = globalThis.fetch.bind(globalThis) }) {
    this.base = base;
    this.version = version;
    this.fetch = given;
    /** @type {string|null} */
    this.token = null;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: any, key?: string, timeout?: number}} [options]
   * @returns {Promise<any>}
   */
  async call(method, path, { body, key, timeout = TIMEOUT } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "X-App-Version": this.version };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (key) headers["Idempotency-Key"] = key;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    let told;
    try {
      response = await this.fetch(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(timeout),
      });
      const text = await response.text();
      told = text ? JSON.parse(text) : null;
    } catch {
      throw lost();
    }
    if (response.ok) return told;
    if (typeof told?.code !== "string" || typeof told?.message !== "string") throw lost();
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    throw new ApiProblem({ status: response.status, ...told, retryAfter });
  }

  /** @param {string} code six figures, or the secret of the QR */
  pair(code) {
    return this.call("POST", "/devices/pair", { body: { code, version: this.version } });
  }

  device() {
    return this.call("GET", "/device");
  }

  /** @param {string} mediator @param {string} pin */
  arrive(mediator, pin) {
    return this.call("POST", "/device/presence", { body: { mediator, pin } });
  }

  leave() {
    return this.call("DELETE", "/device/presence");
  }

  bundle() {
    return this.call("GET", "/device/bundle", { timeout: UPLOAD_TIMEOUT });
  }

  /** @param {{site: string, service: string|null, codes: string[]}} body */
  check(body) {
    return this.call("POST", "/tickets/check", { body });
  }

  /** @param {any} body @param {string} key */
  redeem(body, key) {
    return this.call("POST", "/redemptions", { body, key });
  }

  /** @param {any[]} acts @param {number} now */
  upload(acts, now) {
    const body = { sent_at: new Date(now).toISOString(), acts };
    return this.call("POST", "/device/acts", { body, timeout: UPLOAD_TIMEOUT });
  }

  /** @param {string} uid @param {string} reason @param {string} key */
  undo(uid, reason, key) {
    return this.call("POST", `/redemptions/${uid}/undo`, { body: { reason }, key });
  }

  /** @param {string} site @param {string} day */
  acts(site, day) {
    return this.call("GET", `/redemptions?site=${encodeURIComponent(site)}&day=${day}`);
  }
}
