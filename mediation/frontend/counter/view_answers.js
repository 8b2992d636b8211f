/** What the act was: answered in a few taps, most of it remembered from the last one. */
import { h, swap } from "./dom.js";
import { checksField, radiosField, selectField, textField } from "./fields.js";
import { autonomyOptions, firstFrom, firstOptions, firstValue } from "./view_basket.js";

/** @typedef {import("./app.js").App} App */

const LENGTHS = [45, 60, 75, 90, 105, 120, 150, 180, 210, 240];

/** @param {number} minutes */
function lengthText(minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (!hours) return `${rest}\u00a0minutes`;
  return `${hours}\u00a0h${rest ? `\u00a0${String(rest).padStart(2, "0")}` : ""}`;
}

/** @param {App} app @param {HTMLElement} place */
export function showAnswers(app, place) {
  const { till } = app;
  if (till.basket.tickets.every((one) => one.state === "bad")) return swap(place);
  const isWorkshop = till.answers.type === "collectif";
  const wasOpen = /** @type {HTMLDetailsElement|null} */ (place.querySelector("details"))?.open ?? false;
  return swap(
    place,
    h("h2", {}, "L’accompagnement"),
    typeField(app),
    serviceField(app),
    lengthField(app),
    isWorkshop ? workshopFields(app) : personFields(app),
    h(
      "details.more",
      { open: wasOpen || till.missing.some((name) => name === "THEMES" || name === "EQUIPMENT") },
      h("summary", {}, "Lieu, thématiques, matériel"),
      h("div", {}, ...recordFields(app)),
    ),
  );
}

/** @param {App} app */
const typeField = (app) =>
  radiosField({
    id: "type",
    label: "Type",
    options: app.page.choices.type,
    value: app.till.answers.type,
    kind: "pair",
    change: (type) => app.answer({ type, minutes: null }),
  });

/** @param {App} app */
function serviceField(app) {
  const { services, answers } = app.till;
  /** @type {import("./fields.js").Option[]} */
  const options = services.map((one) => [one.code, one.name]);
  const isKnown = services.some((one) => one.code === answers.service);
  if (!isKnown) options.unshift(["", "Choisir…"]);
  return selectField({
    id: "service",
    label: "Service",
    options,
    value: isKnown ? answers.service : "",
    isRequired: true,
    change: (service) => app.answer({ service }),
  });
}

/** @param {App} app */
function lengthField(app) {
  const { minutes } = app.till;
  const all = Array.from(new Set([...LENGTHS, minutes])).sort((one, other) => one - other);
  /** @type {import("./fields.js").Option[]} */
  const options = all.map((length) => [String(length), lengthText(length)]);
  return selectField({
    id: "minutes",
    label: "Durée réelle",
    options,
    value: String(minutes),
    change: (value) => app.answer({ minutes: Number(value) }),
  });
}

/** @param {App} app */
function personFields(app) {
  const [first] = app.till.basket.tickets;
  const isAsked = (/** @type {string} */ name) => app.till.required.includes(name);
  return h(
    "div.person",
    {},
    selectField({
      id: "autonomy",
      label: "Autonomie de la personne",
      options: autonomyOptions(app, isAsked("AUTONOMY")),
      value: first.answers.autonomy ?? "?",
      isRequired: isAsked("AUTONOMY"),
      change: (value) => app.answerPerson(first.code, { autonomy: value === "?" ? undefined : value }),
    }),
    selectField({
      id: "is-first",
      label: "Premier accompagnement",
      options: firstOptions(isAsked("IS_FIRST")),
      value: firstValue(first.answers.is_first),
      isRequired: isAsked("IS_FIRST"),
      change: (value) => app.answerPerson(first.code, { is_first: firstFrom(value) }),
    }),
  );
}

/** @param {App} app */
function workshopFields(app) {
  const { answers } = app.till;
  const count = textField({
    id: "others",
    label: "Personnes venues sans ticket",
    value: String(answers.others_count),
    hint: "Un nombre, pour le compte national. Aucun nom.",
    more: { inputmode: "numeric", maxlength: 3, class: "short" },
  });
  count.querySelector("input").addEventListener("change", (/** @type {any} */ event) => {
    app.answer({ others_count: Math.min(500, Math.max(0, Math.floor(Number(event.target.value)) || 0)) });
  });
  const level = selectField({
    id: "level",
    label: "Niveau de l’atelier",
    options: [["", "Non communiqué"], ...app.page.choices.level],
    value: answers.level,
    change: (value) => app.answer({ level: value }),
  });
  return h("div.person", {}, level, count);
}

/** @param {App} app */
function recordFields(app) {
  const { answers, required } = app.till;
  const { choices } = app.page;
  return [
    selectField({
      id: "place-type",
      label: "Où",
      options: choices.place_type,
      value: answers.place_type,
      change: (place_type) => app.answer({ place_type }),
    }),
    checksField({
      id: "themes",
      label: "Thématiques",
      options: choices.themes,
      values: answers.themes,
      isRequired: required.includes("THEMES"),
      change: (themes) => app.answer({ themes }),
    }),
    checksField({
      id: "equipment",
      label: "Matériel utilisé",
      options: choices.equipment,
      values: answers.equipment,
      isRequired: required.includes("EQUIPMENT"),
      change: (equipment) => app.answer({ equipment }),
    }),
  ];
}
