/** The camera, and the field where a code is typed with what is wrong told at each letter. */
import { Camera } from "./camera.js";
import { display, typedSoFar } from "./code.js";
import { button, h, icon } from "./dom.js";
import { keep } from "./store.js";

/** @typedef {import("./app.js").App} App */

/** @type {Record<string, string>} */
const FAULTS = {
  NotAllowedError: "Le téléphone refuse la caméra. Autorisez-la dans les réglages du navigateur, ou tapez le code.",
  NotFoundError: "Aucune caméra sur cet appareil\u00a0: tapez le code, ou utilisez une douchette.",
  NotReadableError: "La caméra est prise par une autre application. Fermez-la, puis recommencez.",
};
const FAULT = "La caméra ne s’ouvre pas. Tapez le code imprimé sur le ticket.";

/** @param {App} app @returns {{element: HTMLElement, camera: Camera, start: () => Promise<void>}} */
export function scannerView(app) {
  const video = h("video", { playsinline: true, "aria-label": "Image de la caméra" });
  video.muted = true;
  const { decoder, wasm } = app.page;
  const camera = new Camera({ video, decoder, wasm, read: (text) => app.read(text) });
  const told = h("p.hint", { role: "status" });
  const tools = h("div.viewer-tools");
  const frame = h("div.viewer", { hidden: true }, video, h("div.aim", { "aria-hidden": "true" }), tools);
  const start = async () => {
    told.textContent = "La caméra s’ouvre…";
    try {
      await camera.open();
      if (!camera.isOpen) return;
      frame.hidden = false;
      opener.hidden = true;
      told.textContent = "Présentez le carré noir et blanc du ticket.";
      await keep(app.session.store, "camera", true);
      tools.replaceChildren(...(await cameraTools(camera, close)));
    } catch (error) {
      close();
      told.textContent = FAULTS[error instanceof Error ? error.name : ""] ?? FAULT;
    }
  };
  const close = () => {
    camera.close();
    frame.hidden = true;
    opener.hidden = false;
    told.textContent = "";
  };
  const opener = button("Ouvrir la caméra", start, { kind: "big", glyph: "scan", more: { id: "open-camera" } });
  return { element: h("div.scanner", {}, frame, opener, told, typedForm(app)), camera, start };
}

/** @param {Camera} camera @param {() => void} close */
async function cameraTools(camera, close) {
  const tools = [];
  if (camera.hasTorch) {
    const torch = button("Lampe", async () => {
      await camera.toggleTorch();
      torch.setAttribute("aria-pressed", String(camera.isLit));
    }, { kind: "quiet", more: { id: "torch", "aria-pressed": "false" } });
    tools.push(torch);
  }
  if ((await camera.others()).length > 1) {
    tools.push(button("Autre caméra", () => void camera.rotate(), { kind: "quiet", glyph: "swap", more: { id: "rotate" } }));
  }
  tools.push(button("Fermer", close, { kind: "quiet", more: { id: "close-camera", "aria-label": "Fermer la caméra" } }));
  return tools;
}

/** @param {App} app */
function typedForm(app) {
  const told = h("p.hint", { id: "code-told", role: "status" });
  const input = h("input.code", {
    id: "code",
    type: "text",
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    enterkeyhint: "done",
    "aria-describedby": "code-told",
    oninput: () => check(),
  });
  const check = () => {
    const { letters, state, sentence } = typedSoFar(input.value);
    if (state !== "bad" && input.selectionEnd === input.value.length) input.value = display(letters);
    field.classList.toggle("invalid", state === "bad");
    input.setAttribute("aria-invalid", String(state === "bad"));
    told.replaceChildren(...(sentence ? [icon(state === "good" ? "check" : state === "bad" ? "alert" : "dot"), ` ${sentence}`] : []));
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!input.value.trim() || !(await app.read(input.value))) return;
    input.value = "";
    check();
  };
  const add = h("button.button", { type: "submit", id: "add-code" }, "Ajouter");
  const field = h("div.field", {}, h("label", { for: "code" }, "Ou tapez le code du ticket"), h("div.code-line", {}, input, add), told);
  return h("form.typed", { novalidate: true, onsubmit: submit }, field);
}
