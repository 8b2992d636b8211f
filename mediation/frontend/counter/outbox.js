/**
 * Sends the queue: batches of 50 at most, in any order, cut and taken up again at any point.
 *
 * One bad item never blocks the others: the server answers for each act, and a batch refused as a whole is halved until
 * the item stands alone.
 */
import { ApiProblem } from "./api.js";
import { BATCH, putBack, recorded, refused, take } from "./queue.js";

/** @typedef {import("./store.js").KeptAct} KeptAct */
/** @typedef {{store: import("./store.js").Store, api: import("./api.js").Api, clock: () => number}} Means */

const LOCK = "passnum-outbox";

/**
 * Send until nothing waits. Two pages of one phone do not send at once (harmless, but slow).
 * @param {Means} means
 * @returns {Promise<{sent: number, refused: KeptAct[], problem: ApiProblem|null}>}
 */
export function sendQueue(means) {
  const work = () => drain(means);
  return globalThis.navigator?.locks ? (async () => navigator.locks.request(LOCK, work))() : work();
}

/** @param {Means} means */
async function drain(means) {
  /** @type {{sent: number, refused: KeptAct[], problem: ApiProblem|null}} */
  const outcome = { sent: 0, refused: [], problem: null };
  let most = BATCH;
  /** @type {Set<string>} those to be tried again later: they must not keep the others waiting */
  const later = new Set();
  for (;;) {
    const acts = await take(means.store, { most, except: later });
    if (!acts.length) return outcome;
    try {
      const answer = await means.api.upload(acts.map(sentForm), means.clock());
      await settle(means, acts, answer.results ?? [], outcome);
      for (const { key } of acts) later.add(key);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.isRevoked || (problem.isFinal && acts.length === 1)) {
        for (const act of acts) await refuse(means, act.key, problem, outcome);
        outcome.problem = problem.isRevoked ? problem : outcome.problem;
        continue;
      }
      for (const act of acts) await putBack(means.store, act.key);
      if (!problem.isFinal) return { ...outcome, problem };
      most = Math.ceil(acts.length / 2);
    }
  }
}

/** @param {KeptAct} act */
const sentForm = (act) => ({ key: act.key, ...act.body });

/** @param {unknown} error */
function asProblem(error) {
  if (error instanceof ApiProblem) return error;
  throw error;
}

/**
 * @param {Means} means @param {KeptAct[]} acts
 * @param {{key: string, outcome: string, code: string, message: string, act: any}[]} results
 * @param {{sent: number, refused: KeptAct[]}} outcome
 */
async function settle(means, acts, results, outcome) {
  const told = new Map(results.map((result) => [result.key, result]));
  for (const { key } of acts) {
    const result = told.get(key);
    if (result?.outcome === "recorded" || result?.outcome === "replayed") {
      await recorded(means.store, key, result.act, means.clock());
      outcome.sent += 1;
    } else if (result?.outcome === "refused") {
      await refuse(means, key, result, outcome);
    } else {
      await putBack(means.store, key);
    }
  }
}

/** @param {Means} means @param {string} key @param {{code: string, message: string}} why @param {{refused: KeptAct[]}} outcome */
async function refuse(means, key, why, outcome) {
  const act = await refused(means.store, key, why, means.clock());
  if (act) outcome.refused.push(act);
}
