// The service worker: keeps the shell of one build and the offline page. Pages, server functions and anything private always
// come from the network; what the hub answers with `no-store` is never kept.
const BUILD = "__BUILD__";
const CACHE = `guildhall-${BUILD}`;
const OFFLINE = "/offline";
const KEPT = ["/favicon.svg", "/favicon.ico", "/manifest.webmanifest", "/pwa.js", "/icons/icon-192.png"];

addEventListener("install", (event) => event.waitUntil(keepShell()));
addEventListener("activate", (event) => event.waitUntil(dropOldCaches()));
addEventListener("message", (event) => {
  if (event.data === "take over") skipWaiting();
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (url.pathname.startsWith(`/pkg/${BUILD}/`) || KEPT.includes(url.pathname) || url.pathname.startsWith("/icons/")) {
    event.respondWith(asset(request));
  }
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  const list = await (await fetch("/precache.json", { cache: "no-store" })).json();
  await cache.addAll([...list.files, ...KEPT]);
  // Without cookies: the page is kept for whoever uses this browser next, so it knows nobody.
  const offline = await fetch(OFFLINE, { credentials: "omit", cache: "no-store" });
  if (!offline.ok) throw new Error("the offline page did not come");
  await cache.put(OFFLINE, offline);
}

async function dropOldCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("guildhall-") && name !== CACHE).map((name) => caches.delete(name)));
  await clients.claim();
}

async function page(request, url) {
  try {
    return await fetch(request);
  } catch {
    const cache = await caches.open(CACHE);
    // The address has to be the offline page's own: the app draws what its address names.
    if (url.pathname !== OFFLINE) return Response.redirect(`${OFFLINE}?from=${encodeURIComponent(url.pathname)}`, 302);
    return (await cache.match(OFFLINE)) ?? Response.error();
  }
}

async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && !(fresh.headers.get("cache-control") ?? "").includes("no-store")) await cache.put(request, fresh.clone());
  return fresh;
}
