// The offline shell: the page and its hashed assets, so that the app opens without a network.
// Nothing under /v1 is ever kept here: messages and money come from the server or the app's own store.
const shell = 'laisee-shell-1';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(shell)
      .then((cache) => cache.add('/'))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== shell).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/** The page itself: newest from the network, else the last one seen. */
async function page(request) {
  const cache = await caches.open(shell);
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      const html = answer.clone();
      await cache.put('/', html);
      await forgetOld(cache, await answer.clone().text());
    }
    return answer;
  } catch {
    return (await cache.match('/')) ?? Response.error();
  }
}

/** Assets bear a hash of their contents: once kept, always right. */
async function asset(request) {
  const cache = await caches.open(shell);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** When a new page names other entry scripts, the assets of the old one go. */
async function forgetOld(cache, html) {
  const entry = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  if (!entry || (await cache.match(entry))) return;
  for (const request of await cache.keys())
    if (new URL(request.url).pathname.startsWith('/assets/')) await cache.delete(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && !/^\/(v1|console|healthz|readyz|metrics)(\/|$)/.test(url.pathname))
    event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/') || url.pathname === '/icon.svg') event.respondWith(asset(request));
});
