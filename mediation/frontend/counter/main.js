/** Starts the page of the counter. */
import { Api } from "./api.js";
import { App } from "./app.js";
import { h, notice, useIcons } from "./dom.js";
import { HandScanner } from "./hand_scanner.js";
import { readPage } from "./page.js";
import { useSentences } from "./refusal.js";
import { Session } from "./session.js";
import { openStore } from "./store.js";
import { keepUpdated } from "./update.js";

const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

const NO_HTTPS = "Cette page demande une adresse en «\u00a0https\u00a0»\u00a0: demandez-la à la personne responsable du lieu.";
const NO_STORE = "Ce navigateur ne garde rien (navigation privée\u00a0?)\u00a0: ouvrez cette page dans une fenêtre ordinaire.";

/** @param {string} sentence */
function refuse(sentence) {
  place("contenu").append(h("h1", {}, "Comptoir"), notice("bad", "", h("p", {}, sentence)));
}

async function start() {
  const page = readPage();
  useIcons(page.icons);
  if (!isSecureContext) return refuse(NO_HTTPS); // neither signatures nor camera
  useSentences(page.sentences);
  const api = new Api({ base: page.api, version: page.version });
  const store = await openStore().catch(() => null);
  if (!store) return refuse(NO_STORE);
  const session = new Session(store, api, Date.now);
  const app = new App({ page, session, main: place("contenu"), banner: place("banner"), line: place("connection"), nav: place("tabs") });
  new HandScanner((text) => app.read(text)).start();
  void navigator.storage?.persist?.();
  void keepUpdated(page.worker, place("update"), () => app.till.basket.tickets.length === 0 && app.till.running === null);
  return app.start();
}

void start();
