/** What several tests build: a signed list, a place, a ticket as scanned, a store of its own, a server that answers. */
import { generateKeyPairSync, sign } from "node:crypto";

import "fake-indexeddb/auto";

import { Api } from "../../../mediation/frontend/counter/api.js";
import { freshTicket } from "../../../mediation/frontend/counter/basket.js";
import { openStore } from "../../../mediation/frontend/counter/store.js";

export const NOW = Date.parse("2026-03-03T10:00:00Z");
export const SITE = "11111111-1111-4111-8111-111111111111";
export const PLACE = {
  uid: SITE,
  name: "Espace numérique",
  commune_code: "93048",
  is_labelled: true,
  label_ends_on: "2026-12-31",
};
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

export function signer() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return { publicText: base64url(raw), sign: (bytes) => base64url(sign(null, bytes, privateKey)) };
}

export const WAVE = {
  number: 2,
  name: "Vague 2",
  valid_from: "2026-01-01",
  valid_until: "2026-06-30",
  redeemable_until: "2026-07-30",
  ticket_minutes: 60,
  shortest_act_minutes: 45,
  undo_minutes: 15,
  services: [],
  communes: [],
  sites: [],
  required_answers: [],
  list_warn_hours: 24,
  list_stop_hours: 72,
  offline_device_hours: 20,
  offline_site_hours: 60,
  typed_device_hours: 2,
  skew_minutes: 10,
  blocked: [],
};
export const SERVICES = [
  { code: "bases", name: "Les bases", theme: "Outils", starts_on: "2025-01-01", ends_on: null },
  { code: "demarches", name: "Démarches", theme: "Démarches", starts_on: "2025-01-01", ends_on: "2026-02-28" },
];

export function content({ waves = [WAVE], bundleKeys = {}, publicKeys = {}, issuedAt = NOW } = {}) {
  const issued = new Date(issuedAt).toISOString();
  return { format: 1, issued_at: issued, public_keys: publicKeys, bundle_keys: bundleKeys, services: SERVICES, waves };
}

export function envelope(told, ...signers) {
  const raw = Buffer.from(JSON.stringify(told));
  const signatures = signers.map(([kid, one]) => ({ kid, signature: one.sign(raw) }));
  return { bundle: base64url(raw), signatures };
}

/** A list as openBundle gives it. */
export const listOf = (waves = [WAVE], issuedAt = NOW) => ({
  issuedAt,
  keys: {},
  pins: {},
  services: SERVICES,
  waves: new Map(waves.map((wave) => [wave.number, wave])),
});

export const signed = (number = 12, position = 1, code = `87TM8Q3DZK${number}${position}`) =>
  freshTicket({ code, sent: `SIGNED${code}`, series: 2, number, position });
export const typed = (code = "87TM8Q3DZK8KT") => freshTicket({ code, sent: code });

let stores = 0;
export const aStore = () => openStore(`test-${(stores += 1)}`);

/** Answers as the server would; `answer` gets (method, path, body, headers) and returns [status, body], or throws. */
export function aServer(answer) {
  const calls = [];
  const fetch = async (url, { method, body, headers }) => {
    const told = body === undefined ? undefined : JSON.parse(body);
    calls.push({ method, path: url, body: told, headers });
    const [status, reply, more = {}] = await answer(method, url, told, headers);
    return new Response(typeof reply === "string" ? reply : JSON.stringify(reply), { status, headers: more });
  };
  return { calls, api: new Api({ base: "", version: "1", fetch }) };
}
