// Times the shipped worker in a real Chromium: `cargo xtask bench` runs it after the native part.
// No page: the worker is asked directly, in the page's own messages.
//
// usage: node bench.mjs [engine] [BxS…]     engine: cpu, gpu; shapes like 1x16 8x128
import { launch } from "../e2e/browser.mjs";
import { Server } from "../e2e/server.mjs";
import os from "node:os";

const [engine = "cpu", ...shapes] = process.argv.slice(2);
const wanted = (shapes.length ? shapes : ["1x16", "1x128", "8x128"]).map((s) => s.split("x").map(Number));

const server = await Server.start();
const browser = await launch({ webgpu: engine === "gpu" });
try {
  const page = await (await browser.newContext({ serviceWorkers: "block" })).newPage();
  // Any file of the origin will do: the worker is started by hand.
  await page.goto(`${server.origin}/assets/models/bert-base-uncased/manifest.json`);
  const result = await page.evaluate(async ({ engine, wanted }) => {
    const boot = await (await fetch("/boot.js")).text();
    const worker = new Worker(`/${boot.match(/\.\/([\w-]*worker\.js)/)[1]}`, { type: "module" });
    const next = (match) => new Promise((resolve, reject) => {
      const hear = ({ data }) => {
        if (data.fatal) return reject(new Error(data.fatal));
        const event = JSON.parse(data[0]);
        if (event.Failed) return reject(new Error(JSON.stringify(event.Failed)));
        const found = match(event);
        if (found) { worker.removeEventListener("message", hear); resolve(found); }
      };
      worker.addEventListener("message", hear);
    });
    let id = 0;
    const ask = (task, match) => {
      const answer = next(match);
      worker.postMessage([JSON.stringify({ id: ++id, task })]);
      return answer;
    };
    await next((e) => e === "Ready");
    const load = { Load: { model_url: "/assets/models/bert-base-uncased/", adapters_url: "/assets/adapters/", engine } };
    const first = await ask(load, (e) => e.Loaded);
    const again = await ask(load, (e) => e.Loaded);
    const rows = [];
    for (const [rows_, tokens] of wanted) {
      const repeats = rows_ * tokens > 64 ? 3 : 10;
      for (const adapter of [null, "sentiment"]) {
        const bench = await ask({ Bench: { rows: rows_, tokens, repeats, adapter } }, (e) => e.Bench);
        rows.push({ rows: rows_, tokens, adapter, runs: bench.runs });
      }
    }
    const storage = await ask("Storage", (e) => e.Storage?.storage);
    worker.terminate();
    return { first, again, rows, storage };
  }, { engine, wanted });

  const { first, again, rows, storage } = result;
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores, Chromium ${browser.version()}`);
  console.log(`engine ${first.info.kind}, adapter ${first.info.adapter}${first.info.software ? " (software)" : ""}, ${first.info.scheme}`);
  console.log(`load: first ${(first.load_ms / 1e3).toFixed(2)} s with ${mb(first.downloaded_bytes)} from the network, ` +
    `again ${(again.load_ms / 1e3).toFixed(2)} s with ${mb(again.downloaded_bytes)}`);
  console.log(`memory: engine ${mb(storage.engine_bytes)}, WebAssembly heap ${mb(storage.wasm_heap_bytes)}`);
  console.log("shape     median ms   GFLOP/s  dispatches  submits  written B  read B");
  let base;
  for (const { rows: b, tokens: s, adapter, runs } of rows) {
    const sorted = runs.map((r) => r.total_ms).sort((x, y) => x - y);
    const median = sorted[sorted.length >> 1];
    // 2 FLOP a multiply-add: the Linear weights of BERT-Base, QKᵀ and PV, one blank's vocabulary.
    const flop = 2 * (84_934_656 * b * s + 12 * 2 * 768 * s * s * b + 23_440_896 + 768 * 768);
    const r = runs[0];
    console.log(`${(adapter ? " adapter" : `${b}x${s}`).padEnd(9)} ${median.toFixed(1).padStart(9)} ${(flop / median / 1e6).toFixed(1).padStart(9)}` +
      ` ${String(r.dispatches).padStart(11)} ${String(r.submits).padStart(8)} ${String(r.bytes_written).padStart(10)} ${String(r.bytes_read).padStart(7)}`);
    if (adapter) console.log(`          ${(100 * (median / base - 1)).toFixed(1)} % more time`);
    else base = median;
  }
} finally {
  await browser.close();
  await server.stop?.();
}
