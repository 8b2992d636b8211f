/** Starts the page of the counter. */
import { Api } from "./api.js";
import { App } from "./app.js";
import { useIcons } from "./dom.js";
import { HandScanner } from "./hand_scanner.js";
import { readPage } from "./page.js";
import { useSentences } from "./refusal.js";
import { Session } from "./session.js";
import { openStore } from "./store.js";
import { keepUpdated } from "./update.js";

const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

async function start() {
  const page = readPage();
  useIcons(page.icons);
  useSentences(page.sentences);
  const api = new Api({ base: page.api, version: page.version });
  const session = new Session(await openStore(), api, Date.now);
  const app = new App({ page, session, main: place("contenu"), banner: place("banner"), line: place("connection"), nav: place("tabs") });
  new HandScanner((text) => app.read(text)).start();
  void navigator.storage?.persist?.();
  void keepUpdated(page.worker, place("update"), () => app.till.basket.tickets.length === 0 && app.till.running === null);
  await app.start();
}

void start();
