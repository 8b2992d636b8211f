/** Days are those of Paris, wherever the phone believes it is. */
const PARIS_DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris", year: "numeric", month: "2-digit", day: "2-digit" });
const PARIS_TIME = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });
const PARIS_LONG = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", weekday: "long", day: "numeric", month: "long" });
export const HOUR = 3_600_000;

/** @param {number} at milliseconds @returns {string} YYYY-MM-DD */
export const parisDay = (at) => PARIS_DAY.format(at);

/** @param {number} at @returns {string} « 14 h 05 » */
export const clockTime = (at) => PARIS_TIME.format(at).replace(":", "\u00a0h\u00a0");

/** @param {number} at @returns {string} « mardi 3 mars » */
export const longDay = (at) => PARIS_LONG.format(at);

/** @param {string} day YYYY-MM-DD @returns {string} « 03/03/2026 » */
export const shortDay = (day) => day.split("-").reverse().join("/");

/** @param {number} at @param {number} now @returns {string} « 14 h 05 », with its day when it is not today */
export function moment(at, now) {
  return parisDay(at) === parisDay(now) ? clockTime(at) : `le ${shortDay(parisDay(at))} à ${clockTime(at)}`;
}

/** @param {number} duration milliseconds @returns {string} « 5 minutes », « 3 heures », « 2 jours » */
export function age(duration) {
  const minutes = Math.max(0, Math.floor(duration / 60_000));
  if (minutes < 1) return "moins d’une minute";
  if (minutes < 60) return `${minutes}\u00a0minute${minutes > 1 ? "s" : ""}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}\u00a0heure${hours > 1 ? "s" : ""}`;
  return `${Math.floor(hours / 24)}\u00a0jours`;
}

/** @param {number} count @param {string} word @returns {string} « 2 heures » */
export const counted = (count, word) => `${count}\u00a0${word}${count > 1 ? "s" : ""}`;
