// Starts the page: the visitor's theme first, so that nothing flashes, then the module.
import init from './bertscope.js';

// Where the page finds its worker: `cargo xtask dist` names it by content.
document.documentElement.dataset.worker = './worker.js';

try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch { /* storage refused: the system's theme stands */ }

// As the page will choose; until it is there, this much is said in the visitor's language.
let language = navigator.languages?.find((code) => /^(en|de)\b/.test(code)) ?? 'en';
try {
  language = localStorage.getItem('language') ?? language;
} catch { /* likewise */ }
const german = language.startsWith('de');
if (german) {
  document.documentElement.lang = 'de';
  const about = document.querySelector('#before p:not(.mark)');
  if (about) about.textContent = 'Googles BERT-Base, von innen gesehen, auf dem eigenen Gerät.';
}

init({ module_or_path: './bertscope_bg.wasm' }).catch((error) => {
  const told = document.createElement('p');
  told.setAttribute('role', 'alert');
  told.textContent = german
    ? `Die Seite konnte nicht starten (${error.message ?? error}). Bitte neu laden; bleibt es dabei, ist dieser Browser vielleicht zu alt: Nötig ist WebAssembly mit SIMD, das alle Browser seit 2023 haben.`
    : `The page could not start (${error.message ?? error}). Reload it; if it stays so, this browser may be too old: it needs WebAssembly with SIMD, which all browsers since 2023 have.`;
  (document.getElementById('before') ?? document.body).append(told);
});

// `cargo xtask dist` turns this on where sw.js knows its files.
const KEEP_OFFLINE = false;
if (KEEP_OFFLINE && 'serviceWorker' in navigator) {
  // A browser that refuses (private window) serves the page all the same, with a network.
  navigator.serviceWorker.register('./sw.js').catch(() => {});
}
