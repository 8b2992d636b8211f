/** What the mediator's national record asks, in La Coop's values; the choices come from the page. */

/**
 * @typedef {object} Answers
 * @property {string} service
 * @property {string} type individuel or collectif
 * @property {string} place_type
 * @property {string[]} themes
 * @property {string[]} equipment
 * @property {string} level of a workshop
 * @property {number|null} minutes null: an hour per ticket of one person
 * @property {number} others_count people of the workshop without a ticket
 */

/** @type {Answers} */
export const BLANK = {
  service: "",
  type: "individuel",
  place_type: "lieu_activite",
  themes: [],
  equipment: [],
  level: "",
  minutes: null,
  others_count: 0,
};

/** « Non communiqué » ("" or null) is an answer where the wave requires none; undefined is none. @typedef {{autonomy?: string, is_first?: boolean|null}} PersonAnswers */

/**
 * What the next act will probably share: nothing that describes a person, and not what changes each time.
 * @param {Answers} answers
 * @returns {Answers}
 */
export const remembered = (answers) => ({ ...answers, minutes: null, others_count: 0 });

/** @type {Record<string, string>} */
const ASKED = {
  SERVICE: "le service",
  THEMES: "les thématiques",
  EQUIPMENT: "le matériel",
  AUTONOMY: "l’autonomie",
  IS_FIRST: "le premier accompagnement",
};

/**
 * What is still to answer before the tap; each ticket follows its own wave.
 * @param {Answers} answers
 * @param {{answers: PersonAnswers, required: string[]}[]} people
 * @returns {string[]}
 */
export function missingAnswers(answers, people) {
  const asks = (/** @type {string} */ name) => people.filter((one) => one.required.includes(name));
  /** @type {[string, boolean][]} */
  const found = [
    ["SERVICE", answers.service === ""],
    ["THEMES", asks("THEMES").length > 0 && answers.themes.length === 0],
    ["EQUIPMENT", asks("EQUIPMENT").length > 0 && answers.equipment.length === 0],
    ["AUTONOMY", asks("AUTONOMY").some((one) => !one.answers.autonomy)],
    ["IS_FIRST", asks("IS_FIRST").some((one) => typeof one.answers.is_first !== "boolean")],
  ];
  return found.filter(([, isMissing]) => isMissing).map(([name]) => name);
}

/** @param {string[]} missing @returns {string} */
export function askFor(missing) {
  const names = missing.map((name) => ASKED[name]);
  const last = names.pop();
  return `Indiquez ${names.length ? `${names.join(", ")} et ${last}` : last}.`;
}
