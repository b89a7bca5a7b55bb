// Keeps the page itself for visits without a network; the model has its own cache, in the worker.
// `cargo xtask dist` writes the two lines below: a version made from the files, and their names.
const VERSION = 'none';
const FILES = [];

const NAME = `bertscope-shell-${VERSION}`;
const here = (file) => new URL(file, self.registration.scope).href;
const isNamedByContent = (file) => file.startsWith('bertscope-');

self.addEventListener('install', (event) => {
  // A new version waits for no tab: names made from content keep old and new apart.
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES.map((file) => new Request(here(file), { cache: isNamedByContent(file) ? 'default' : 'no-cache' })))));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('bertscope-shell-') && name !== NAME;
  const forget = (names) => Promise.all(names.filter(old).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  url.hash = '';
  const file = url.href === here('./') ? 'index.html' : FILES.find((name) => here(name) === url.href);
  if (event.request.method !== 'GET' || !file) return;
  const kept = () => caches.open(NAME).then((cache) => cache.match(here(file)));
  // Named by content: never stale. The rest is asked for first, so that a new version is seen at once.
  const answer = isNamedByContent(file)
    ? kept().then((found) => found || fetch(event.request))
    : fetch(event.request).catch(() => kept().then((found) => found || Response.error()));
  event.respondWith(answer);
});
