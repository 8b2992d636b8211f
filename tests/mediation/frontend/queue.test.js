/** The queue: nothing is lost, nothing is counted twice, nothing bad blocks the rest. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { sendQueue } from "../../../mediation/frontend/counter/outbox.js";
import {
  actsOfDay, addAct, forget, pendingCount, putBack, recorded, recover, take, takenOffline, undone, withdraw,
} from "../../../mediation/frontend/counter/queue.js";
import { spentBy } from "../../../mediation/frontend/counter/spent.js";
import { openStore } from "../../../mediation/frontend/counter/store.js";
import { aServer, aStore, NOW, SITE } from "./support.js";

const key = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const codeOf = (n) => `CODE${n}`;
const put = (store, n, more = {}) =>
  addAct(
    store,
    {
      key: key(n), body: { site: SITE, codes: [`SENT${n}`], minutes: 60 }, labels: ["Carnet 12, ticket 1"],
      serviceName: "Les bases", at: NOW + n, hours: 1, typed: 0, isOffline: true, ...more,
    },
    [codeOf(n)],
  );
const all = (outcome) => (_method, _path, body) => [
  200,
  { server_time: "", results: body.acts.map((act) => ({ key: act.key, outcome, code: "", message: "", act: { uid: `act-${act.key}` } })) },
];
const send = (store, server) => sendQueue({ store, api: server.api, clock: () => NOW });
const states = async (store) => Object.fromEntries((await store.getAll("acts")).map((act) => [Number(act.key.slice(-12)), act.state]));

test("an act waits, is sent with its own key, and its codes are erased once it is decided", async () => {
  const store = await aStore();
  await put(store, 1);
  const server = aServer(all("recorded"));
  assert.equal((await send(store, server)).sent, 1);
  const [{ path, body }] = server.calls;
  assert.equal(path, "/device/acts");
  assert.equal(body.sent_at, new Date(NOW).toISOString());
  assert.deepEqual(body.acts, [{ key: key(1), site: SITE, codes: ["SENT1"], minutes: 60 }]);
  const [act] = await actsOfDay(store, "2026-03-03");
  assert.deepEqual([act.state, act.act.uid, act.body.codes], ["recorded", `act-${key(1)}`, []]);
  assert.ok(await spentBy(store, codeOf(1)), "this device knows that the ticket is used");
  assert.equal(await pendingCount(store), 0);
});

test("batches of 50 at most, the oldest first", async () => {
  const store = await aStore();
  for (let n = 120; n > 0; n -= 1) await put(store, n);
  const server = aServer(all("recorded"));
  assert.equal((await send(store, server)).sent, 120);
  assert.deepEqual(server.calls.map((call) => call.body.acts.length), [50, 50, 20]);
  assert.equal(server.calls[0].body.acts[0].key, key(1));
});

test("cut at any point, then taken up again: the same keys, the same bytes", async () => {
  const store = await aStore();
  for (let n = 1; n <= 60; n += 1) await put(store, n);
  let cuts = 2;
  const bodies = new Map();
  const server = aServer((method, path, body) => {
    for (const act of body.acts) {
      const text = JSON.stringify(act);
      assert.equal(bodies.get(act.key) ?? text, text);
      bodies.set(act.key, text);
    }
    if (server.calls.length !== 1 && cuts-- > 0) throw new TypeError("network");
    return all("recorded")(method, path, body);
  });
  assert.equal((await send(store, server)).problem.isNetwork, true);
  assert.equal(await pendingCount(store), 10);
  await send(store, server);
  assert.equal((await send(store, server)).sent, 10);
  assert.equal(bodies.size, 60);
});

test("a page closed in the middle of sending: recovered at the next start, with its key", async () => {
  await put(await openStore("closed"), 1);
  assert.equal((await take(await openStore("closed")))[0].state, "sending");
  const reopened = await openStore("closed");
  await recover(reopened, NOW);
  const server = aServer(all("replayed"));
  await send(reopened, server);
  assert.equal(server.calls[0].body.acts[0].key, key(1));
  assert.deepEqual(await states(reopened), { 1: "recorded" });
});

test("a refused item ends with its reason, frees its ticket, blocks nobody", async () => {
  const store = await aStore();
  for (const n of [1, 2, 3]) await put(store, n);
  const server = aServer((_m, _p, body) => [
    200,
    {
      results: body.acts.map((act) =>
        act.key === key(2)
          ? { key: act.key, outcome: "refused", code: "TICKET_BLOCKED", message: "En opposition." }
          : { key: act.key, outcome: "recorded", act: {} },
      ),
    },
  ]);
  const outcome = await send(store, server);
  assert.deepEqual(outcome.refused.map((act) => act.message), ["En opposition."]);
  assert.deepEqual(await states(store), { 1: "recorded", 2: "refused", 3: "recorded" });
  assert.equal(await spentBy(store, codeOf(2)), undefined);
});

test("« retry » and silence are never final, and keep nobody waiting", async () => {
  const store = await aStore();
  for (let n = 1; n <= 55; n += 1) await put(store, n);
  const server = aServer((_m, _p, body) => [
    200,
    {
      results: body.acts
        .filter((act) => act.key !== key(1))
        .map((act) => ({ key: act.key, outcome: act.key === key(55) ? "recorded" : "retry", code: "BUSY", message: "", act: {} })),
    },
  ]);
  assert.equal((await send(store, server)).sent, 1);
  assert.equal(server.calls.length, 2);
  assert.equal(await pendingCount(store), 54);
});

for (const [status, code] of [[409, "IN_PROGRESS"], [429, "TOO_MANY"], [503, "UNAVAILABLE"], [500, "INTERNAL_ERROR"], [401, "TOKEN_REFUSED"]]) {
  test(`${status} ${code} is never frozen as the answer`, async () => {
    const store = await aStore();
    await put(store, 1);
    const outcome = await send(store, aServer(() => [status, { code, message: "Attendez.", details: {} }]));
    assert.equal(outcome.problem.code, code);
    assert.deepEqual(await states(store), { 1: "waiting" });
    assert.equal((await send(store, aServer(all("recorded")))).sent, 1);
  });
}

test("a gateway's or a public Wi-Fi's page is no answer", async () => {
  const store = await aStore();
  await put(store, 1);
  for (const status of [200, 404, 502]) {
    assert.equal((await send(store, aServer(() => [status, "<html>Connectez-vous</html>"]))).problem.isNetwork, true);
  }
  assert.deepEqual(await states(store), { 1: "waiting" });
});

test("a batch refused as a whole is halved until the poisoned item stands alone", async () => {
  const store = await aStore();
  for (let n = 1; n <= 9; n += 1) await put(store, n);
  const server = aServer((method, path, body) =>
    body.acts.some((act) => act.key === key(4))
      ? [422, { code: "INVALID_INPUT", message: "Un champ est faux.", details: {} }]
      : all("recorded")(method, path, body),
  );
  await send(store, server);
  const found = await states(store);
  assert.equal(found[4], "refused");
  assert.equal(Object.values(found).filter((state) => state === "recorded").length, 8);
});

test("a revoked device hands over the whole queue, and keeps no code of it", async () => {
  const store = await aStore();
  for (let n = 1; n <= 55; n += 1) await put(store, n);
  const server = aServer(() => [401, { code: "DEVICE_REVOKED", message: "Cet appareil a été retiré.", details: {} }]);
  const outcome = await send(store, server);
  assert.equal(outcome.problem.isRevoked, true);
  assert.equal(server.calls.length, 2);
  const acts = await store.getAll("acts");
  assert.ok(acts.every((act) => act.state === "refused" && act.code === "DEVICE_REVOKED" && !act.body.codes.length));
});

test("ten phones restored from one backup send the same keys", async () => {
  const phones = [];
  for (let n = 0; n < 10; n += 1) {
    const store = await aStore();
    await put(store, 1);
    phones.push(store);
  }
  const seen = [];
  for (const store of phones) {
    const server = aServer((_m, _p, body) => {
      const outcome = seen.includes(body.acts[0].key) ? "replayed" : "recorded";
      seen.push(body.acts[0].key);
      return all(outcome)(_m, _p, body);
    });
    await send(store, server);
    assert.deepEqual(await states(store), { 1: "recorded" });
  }
  assert.equal(new Set(seen).size, 1);
});

test("an act taken back before it was sent is not sent, and stays with its reason", async () => {
  const store = await aStore();
  await put(store, 1);
  assert.equal((await withdraw(store, key(1), "WRONG_TICKET", NOW)).state, "withdrawn");
  const server = aServer(all("recorded"));
  await send(store, server);
  assert.equal(server.calls.length, 0);
  assert.equal(await spentBy(store, codeOf(1)), undefined);
  assert.equal((await actsOfDay(store, "2026-03-03"))[0].code, "WRONG_TICKET");
});

test("an act that may have reached the server is not taken back here", async () => {
  const store = await aStore();
  await put(store, 1);
  await take(store);
  await putBack(store, key(1));
  assert.equal(await withdraw(store, key(1), "WRONG_TICKET", NOW), null);
});

test("what the caps count: accepted offline, not withdrawn, refused or answered at once", async () => {
  const store = await aStore();
  await put(store, 1, { typed: 1 });
  await put(store, 2, { isOffline: false });
  await put(store, 3);
  await withdraw(store, key(3), "OTHER", NOW);
  assert.deepEqual(await takenOffline(store, "2026-03-03"), [{ day: "2026-03-03", site: SITE, hours: 1, typed: 1 }]);
});

test("undone by the server, or refused while the person waited: the ticket is free again", async () => {
  const store = await aStore();
  await put(store, 1);
  await take(store);
  await recorded(store, key(1), { uid: "u" }, NOW);
  await undone(store, "u", { uid: "u", undone_at: "now" });
  assert.equal(await spentBy(store, codeOf(1)), undefined);
  await put(store, 2);
  await forget(store, key(2));
  assert.equal(await spentBy(store, codeOf(2)), undefined);
  assert.deepEqual(await states(store), { 1: "recorded" });
});

test("old decided acts go, waiting ones never", async () => {
  const store = await aStore();
  await put(store, 2);
  await take(store);
  await recorded(store, key(2), {}, NOW);
  await put(store, 1);
  await recover(store, NOW + 41 * 86_400_000);
  assert.deepEqual(await states(store), { 1: "waiting" });
});
