// The service worker, served at /sw.js: pages that were visited can be read again without a network.
//
// Pages come from the network first; without one the kept copy, or a page that says what is missing.
// Files with a hash in their name come from what is kept first. Kept is only what was answered with
// 200, never answers for programs (suggestions, map data) and nothing that says "no-store".

declare const self: ServiceWorkerGlobalScope & { khue: Build };

/** Put before this script by the server; another build is another worker. */
interface Build {
  version: string;
  /** The page to show where there is no copy, by language. */
  offline: { vi: string; en: string };
  /** What those pages need. */
  files: string[];
}

const { version, offline, files } = self.khue;
const FILES = `khue-files-${version}`;
const PAGES = `khue-pages-${version}`;
const PICTURES = `khue-pictures-${version}`;
const MOST_PAGES = 60;
const MOST_PICTURES = 60;
const BUILT = "/static/portal/built/";

// All pages of an address are alike, whatever a browser's headers ask.
const ALIKE = { ignoreVary: true };

/** When the copy that a window shows was kept, by window. */
const shownCopies = new Map<string, string>();

self.addEventListener("install", (event) => {
  event.waitUntil(prepare());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith(BUILT)) event.respondWith(file(request));
  else if (request.destination === "image") event.respondWith(picture(event));
});

self.addEventListener("message", (event) => {
  const asked = event.source;
  if (!(asked instanceof WindowClient)) return;
  const kept = shownCopies.get(asked.id);
  if (kept !== undefined) asked.postMessage({ kept });
});

async function prepare(): Promise<void> {
  const cache = await caches.open(FILES);
  await cache.addAll([...files, offline.vi, offline.en]);
  await self.skipWaiting();
}

/** Old versions go; the windows that are open belong to this one, and their pages are kept. */
async function takeOver(): Promise<void> {
  const ours = [FILES, PAGES, PICTURES];
  for (const name of await caches.keys()) {
    if (name.startsWith("khue-") && !ours.includes(name)) await caches.delete(name);
  }
  await self.clients.claim();
  for (const { url } of await self.clients.matchAll({ type: "window" })) {
    await fetch(url).then(
      (answer) => keep(PAGES, url, answer, MOST_PAGES),
      () => undefined,
    );
  }
}

async function page(event: FetchEvent): Promise<Response> {
  const { url } = event.request;
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keep(PAGES, url, answer.clone(), MOST_PAGES));
    return answer;
  } catch {
    const copy = await (await caches.open(PAGES)).match(withoutHash(url), ALIKE);
    if (copy !== undefined) {
      shownCopies.set(event.resultingClientId, copy.headers.get("Date") ?? "");
      return copy;
    }
    const english = /^\/en(\/|$)/.test(new URL(url).pathname);
    return (await caches.match(english ? offline.en : offline.vi, ALIKE)) ?? Response.error();
  }
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request, ALIKE);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request, answer.clone());
  return answer;
}

async function picture(event: FetchEvent): Promise<Response> {
  const { request } = event;
  try {
    const answer = await fetch(request);
    event.waitUntil(keep(PICTURES, request.url, answer.clone(), MOST_PICTURES));
    return answer;
  } catch {
    return (await (await caches.open(PICTURES)).match(request.url, ALIKE)) ?? Response.error();
  }
}

/** Keeps an answer as the newest of at most so many. What is gone from the registry goes here too. */
async function keep(name: string, url: string, answer: Response, most: number): Promise<void> {
  const cache = await caches.open(name);
  const key = withoutHash(url);
  const gone = answer.status === 404 || answer.status === 410;
  if (!gone && !mayKeep(answer)) return;
  await cache.delete(key, ALIKE);
  if (gone) return;
  await cache.put(key, answer);
  const all = await cache.keys();
  for (const oldest of all.slice(0, Math.max(0, all.length - most)))
    await cache.delete(oldest, ALIKE);
}

function mayKeep(answer: Response): boolean {
  const type = answer.headers.get("Content-Type") ?? "";
  const rule = answer.headers.get("Cache-Control") ?? "";
  return (
    answer.status === 200 &&
    !answer.redirected &&
    (type.startsWith("text/html") || type.startsWith("image/")) &&
    !/no-store|private/.test(rule)
  );
}

function withoutHash(url: string): string {
  return url.split("#", 1)[0] ?? url;
}
