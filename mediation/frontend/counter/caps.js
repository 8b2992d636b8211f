/** Hours that a device may accept in one day without the server: in all, for one place, and typed (no signature). */
import { Refusal } from "./refusal.js";

/** @typedef {import("./bundle.js").Wave} Wave */
/** @typedef {{day: string, site: string, hours: number, typed: number}} Taken an act accepted offline, kept by the queue */

/**
 * @param {Taken} wanted
 * @param {Taken[]} taken accepted offline and not withdrawn since
 * @param {Wave[]} waves of the tickets; every wave of the list when a ticket is typed
 * @returns {Refusal|null}
 */
export function judgeCaps(wanted, taken, waves) {
  if (!waves.length) return null;
  const today = taken.filter((one) => one.day === wanted.day);
  /** @param {Taken[]} acts @param {"hours"|"typed"} what */
  const sum = (acts, what) => acts.reduce((total, one) => total + one[what], wanted[what]);
  const smallest = (/** @type {keyof Wave} */ name) => Math.min(...waves.map((wave) => Number(wave[name])));
  const here = today.filter((one) => one.site === wanted.site);
  if (wanted.typed > 0 && sum(today, "typed") > smallest("typed_device_hours")) {
    return new Refusal("TYPED_CAP_REACHED", { hours: smallest("typed_device_hours") });
  }
  if (sum(today, "hours") > smallest("offline_device_hours")) {
    return new Refusal("OFFLINE_CAP_REACHED", { hours: smallest("offline_device_hours") });
  }
  if (sum(here, "hours") > smallest("offline_site_hours")) {
    return new Refusal("OFFLINE_CAP_REACHED", { hours: smallest("offline_site_hours") });
  }
  return null;
}
