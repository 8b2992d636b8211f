/** Keeps the device up to date: on start, when the network is back, every 30 s, later and later when nothing answers. */
import { ApiProblem } from "./api.js";
import { sendQueue } from "./outbox.js";
import { pendingCount } from "./queue.js";

/** @typedef {import("./store.js").KeptAct} KeptAct */

export class Sync {
  /**
   * @param {{session: import("./session.js").Session, connection: import("./connection.js").Connection,
   *   done: (refused: KeptAct[]) => void}} parts
   */
  constructor({ session, connection, done }) {
    this.session = session;
    this.connection = connection;
    this.done = done;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    /** @type {Promise<void>|null} */
    this.running = null;
  }

  start() {
    addEventListener("online", () => this.run());
    addEventListener("offline", () => this.connection.failed());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.run());
    return this.run();
  }

  /** One turn; a second call joins the one that runs. @returns {Promise<void>} */
  run() {
    clearTimeout(this.timer);
    this.running ??= this.#turn().finally(() => {
      this.running = null;
      this.timer = setTimeout(() => this.#again(), this.connection.wait);
    });
    return this.running;
  }

  /** A page that nobody looks at asks nothing, unless an act waits. */
  async #again() {
    const isSeen = document.visibilityState === "visible";
    if (isSeen || (await pendingCount(this.session.store)) > 0) await this.run();
  }

  /** First a question that changes nothing: an act is only sent to a server that answers. */
  async #turn() {
    const { session, connection } = this;
    if (!session.isPaired) return;
    const { token } = session.api;
    /** @type {KeptAct[]} */
    let refused = [];
    let problem = await this.#ask(() => session.refresh());
    if (!problem || problem.isRevoked) {
      problem = await this.#ask(async () => {
        const sent = await sendQueue({ store: session.store, api: session.api, clock: session.clock });
        refused = sent.refused;
        if (sent.problem ?? problem) throw sent.problem ?? problem;
        await session.refreshBundle();
      });
    }
    if (!problem) connection.answered();
    if (problem?.isUnpaired && session.api.token === token) await session.leaveService(problem.message);
    this.done(refused);
  }

  /** @param {() => Promise<void>} work @returns {Promise<ApiProblem|null>} what the server, or its silence, said against it */
  async #ask(work) {
    try {
      await work();
      return null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.isNetwork) this.connection.failed();
      else this.connection.answered();
      return error;
    }
  }
}
