/** The screen people live in: result, scanner, tickets, answers, and the button of the tap under the thumb. */
import { h } from "./dom.js";
import { showAnswers } from "./view_answers.js";
import { showBasket, showTap } from "./view_basket.js";
import { showResult } from "./view_result.js";
import { scannerView } from "./view_scanner.js";

/** @typedef {import("./app.js").App} App */

export class CounterView {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.result = h("div");
    this.basket = h("div", { id: "basket" });
    this.answers = h("div", { id: "answers" });
    this.tap = h("div.tap");
    const { element, camera, start } = scannerView(app);
    this.camera = camera;
    this.startCamera = start;
    this.element = h(
      "section.counter",
      {},
      h("h1.hidden-text", { tabindex: "-1" }, "Utiliser des tickets"),
      this.result,
      element,
      this.basket,
      this.answers,
      this.tap,
    );
  }

  update() {
    const { app } = this;
    showBasket(app, this.basket);
    showAnswers(app, this.answers);
    showTap(app, this.tap);
  }

  /** @param {string} selector */
  bringIntoView(selector) {
    this.element.querySelector(selector)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {import("./results.js").Result|null} result */
  show(result) {
    showResult(this.app, this.result, result);
  }
}
