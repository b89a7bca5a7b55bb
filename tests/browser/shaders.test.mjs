// Every shader through Chromium's own compiler, with pipelines for each set of constants. naga takes
// some that Chromium refuses (a barrier that not every invocation reaches), so both must be asked.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import { launch } from "../e2e/browser.mjs";

const folder = new URL(process.env.SHADERS ?? "../../src/engine/gpu/shaders/", import.meta.url);

/** Values each constant takes: BERT-Base's sizes, and every switch in each position. */
const CONSTANTS = {
  ACT: [0, 1, 2],
  AT: [64],
  BIAS_AT: [4608],
  BIAS_AT4: [0],
  CAPTURE: [0, 1],
  BY_ROW: [0, 1],
  CHUNKS: [60],
  COUNT4: [331776],
  D: [64],
  DECAY_FROM4: [2500],
  DECAY_TO4: [18000],
  DROPOUT: [0, 3],
  EACH: [8],
  EPS: [1e-12],
  EXTRA: [0, 1, 2],
  FORWARD: [0, 1],
  GATHER: [0, 10],
  GM_AT4: [0],
  GV_AT4: [2500],
  HEADS: [12],
  K: [768],
  LABELS: [2],
  LIMIT4: [200000],
  LIST: [8, 10],
  LOW_AT4: [2496, 0],
  MIN_AT: [18432],
  N: [768],
  NORM: [0, 1, 2],
  NORM_AT4: [192],
  P: [24, 0],
  PLACES: [64],
  PROBE: [0, 1],
  READ: [0, 1, 2],
  SCALE: [0.125],
  SCHEME: [4, 8, 0],
  STRIDE: [30528],
  STRIDE4: [192],
  SUMS: [128],
  TABLE: [0, 1, 2],
  WIDTH4: [192],
  W_AT4: [0],
};

/** The first value of each constant that a shader declares, then each other value in its turn. */
function settings(code) {
  const names = [...code.matchAll(/^\s*override\s+(\w+)/gm)].map(([, name]) => name);
  for (const name of names) assert.ok(CONSTANTS[name], `say in CONSTANTS which values ${name} takes`);
  const first = Object.fromEntries(names.map((name) => [name, CONSTANTS[name][0]]));
  const others = names.flatMap((name) => CONSTANTS[name].slice(1).map((value) => ({ ...first, [name]: value })));
  return [first, ...others];
}

let browser, page, http;

before(async () => {
  // WebGPU is there for pages of this machine, not for about:blank.
  http = createServer((_, response) => response.setHeader("Content-Type", "text/html").end("<title>shaders</title>"));
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  browser = await launch();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${http.address().port}/`);
  const found = await page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    globalThis.device = await adapter?.requestDevice();
    return Boolean(globalThis.device);
  });
  assert.ok(found, "Chromium has no WebGPU adapter, not even its software one");
});

after(async () => {
  await browser?.close();
  http?.close();
});

/** What Chromium says against a shader; empty when it takes it with each set of constants. */
function complaints(code, sets) {
  return page.evaluate(
    async ([code, sets]) => {
      const said = [];
      device.pushErrorScope("validation");
      const module = device.createShaderModule({ code });
      for (const { type, lineNum, message } of (await module.getCompilationInfo()).messages) {
        if (type === "error") said.push(`line ${lineNum}: ${message}`);
      }
      const error = await device.popErrorScope();
      if (error && said.length === 0) said.push(error.message);
      if (said.length > 0) return said;
      for (const constants of sets) {
        const descriptor = { layout: "auto", compute: { module, constants } };
        await device.createComputePipelineAsync(descriptor).catch((e) => {
          said.push(`${JSON.stringify(constants)}: ${e.message}`);
        });
      }
      return said;
    },
    [code, sets],
  );
}

const read = (name) => readFileSync(new URL(name, folder), "utf8");
// The others are preludes.
const names = readdirSync(folder).filter((name) => name.endsWith(".wgsl") && read(name).includes("@compute"));

test("there are shaders to ask about", () => {
  assert.ok(names.length > 0);
});

for (const name of names) {
  test(name, async () => {
    const own = read(name);
    // Its preludes go before it: `// After common.wgsl, gemm.wgsl.` (tests/shaders.rs holds it to the table).
    const preludes = own.match(/^\/\/ After (.*)\.$/m)?.[1].split(", ") ?? [];
    const code = [...preludes.map(read), own].join("\n");
    assert.deepEqual(await complaints(code, settings(code)), []);
  });
}

const kernel = (body) => `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
var<workgroup> shared_x: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) t: u32) { ${body} }`;

test("a sound shader has no complaints", async () => {
  assert.deepEqual(await complaints(kernel("shared_x[t] = 1.0; workgroupBarrier(); y[t] = shared_x[63u - t];"), [{}]), []);
});

test("a broken shader is refused", async () => {
  assert.notDeepEqual(await complaints(kernel("y[t] = undeclared;"), [{}]), []);
});

test("a barrier that not all reach is refused", async () => {
  const [said] = await complaints(kernel("if (y[t] > 0.0) { workgroupBarrier(); } y[t] = 1.0;"), [{}]);
  assert.match(said ?? "", /uniform control flow/);
});

test("a constant that breaks the pipeline is refused", async () => {
  const code = kernel("y[t] = 1.0;").replace("@workgroup_size(64)", "@workgroup_size(WIDE)") + "\noverride WIDE: u32;";
  assert.deepEqual(await complaints(code, [{ WIDE: 64 }]), []);
  assert.notDeepEqual(await complaints(code, [{ WIDE: 100000 }]), []);
});
