/**
 * The service worker of the counter: keeps the page and its decoder so that they open without network.
 *
 * `SHELL` (written before this by mediation/pages/counter.py) lists the files of one version. Nothing under /api is ever
 * kept nor answered from here; acts wait in IndexedDB, which a new version does not touch.
 */
/** @type {{version: string, page: string, files: string[], decoder: string[]}} */
// @ts-ignore: a global of the worker
const shell = self.SHELL;
// @ts-ignore: the types of a worker are not those of a page
const worker = /** @type {any} */ (self);
const PAGE_CACHE = `passnum-page-${shell.version}`;
const DECODER_CACHE = "passnum-decoder";

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(Promise.all([keepPage(), keepDecoder()]));
});

async function keepPage() {
  const cache = await caches.open(PAGE_CACHE);
  await cache.addAll([shell.page, ...shell.files].map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
}

/** The decoder's addresses carry the digest of their bytes: fetched once, whatever the versions of the page. */
async function keepDecoder() {
  const cache = await caches.open(DECODER_CACHE);
  for (const url of shell.decoder) if (!(await cache.match(url))) await cache.add(new Request(url, { credentials: "omit" }));
}

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(forgetOthers().then(() => worker.clients.claim()));
});

async function forgetOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith("passnum-page-") && name !== PAGE_CACHE) await caches.delete(name);
  }
  const cache = await caches.open(DECODER_CACHE);
  for (const { url } of await cache.keys()) {
    if (!shell.decoder.some((kept) => new URL(kept, location.href).href === url)) await cache.delete(url);
  }
}

worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate" && url.pathname === shell.page) event.respondWith(answer(shell.page, request));
  else if (shell.files.includes(url.pathname + url.search) || shell.decoder.includes(url.pathname + url.search)) {
    event.respondWith(answer(url.pathname + url.search, request));
  }
});

/** @param {string} address @param {Request} request */
async function answer(address, request) {
  return (await caches.match(address, { ignoreVary: true })) ?? fetch(request);
}
