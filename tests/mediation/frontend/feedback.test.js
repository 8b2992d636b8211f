import assert from "node:assert/strict";
import { test } from "node:test";

import { feel } from "../../../mediation/frontend/counter/feedback.js";

/** What the phone is asked to do by one result, on a page that was touched, was not, or cannot tell (Firefox before 120). */
function felt(/** @type {{hasBeenActive: boolean}|undefined} */ userActivation) {
  /** @type {number[][]} */
  const buzzes = [];
  const value = { userActivation, vibrate: (/** @type {number[]} */ pattern) => void buzzes.push(pattern) };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  feel("bad");
  return buzzes;
}

test("a result vibrates once the page was touched, never before", () => {
  assert.deepEqual(felt({ hasBeenActive: true }), [[300]]);
  assert.deepEqual(felt({ hasBeenActive: false }), []);
  assert.deepEqual(felt(undefined), [[300]]);
});
