// The same module as the page's: main() sees that it is in a worker and serves the engine.
import init from './bertscope.js';

const fatal = (reason) => postMessage({ fatal: String(reason?.message ?? reason) });
addEventListener('unhandledrejection', (event) => fatal(event.reason));

init({ module_or_path: './bertscope_bg.wasm' }).catch(fatal);
