/** Online or offline: changes by itself, with what the last calls met; says when to try again. */

export const CALM = 30_000;
const WAITS = [30_000, 60_000, 120_000];

export class Connection {
  /** @param {{isUp: boolean, changed: (isOnline: boolean) => void}} options */
  constructor({ isUp, changed }) {
    this.isOnline = isUp;
    this.failures = 0;
    this.changed = changed;
  }

  /** The server answered, whatever it said. */
  answered() {
    this.failures = 0;
    this.#become(true);
  }

  /** Nothing came back. */
  failed() {
    this.failures += 1;
    this.#become(false);
  }

  /** How long before the next try, in milliseconds. */
  get wait() {
    return this.failures === 0 ? CALM : WAITS[Math.min(this.failures, WAITS.length) - 1];
  }

  /** @param {boolean} isOnline */
  #become(isOnline) {
    if (this.isOnline === isOnline) return;
    this.isOnline = isOnline;
    this.changed(isOnline);
  }
}
