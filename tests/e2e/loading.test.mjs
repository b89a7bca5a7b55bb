// How the model arrives, and what happens when it does not: on the tiny model, on the CPU.
import { after, afterEach, before, test } from "node:test";
import assert from "node:assert/strict";
import { MODEL } from "./server.mjs";
import { Stage, byId, loaded } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());
afterEach(() => stage.server.reset());

const parts = /part-\d+\.safetensors$/;
const failedLoad = /Failed to load resource|ERR_CONTENT_LENGTH_MISMATCH|ERR_CONNECTION/;
const modelFiles = () => stage.server.asked(new RegExp(MODEL));
const banner = async (page) => {
  await byId(page, "banner").waitFor();
  return byId(page, "banner").innerText();
};
const retry = (page) => byId(page, "banner").getByRole("button").click();

test("each file of the model is asked for once, and the second visit asks for none", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  const first = modelFiles();
  assert.deepEqual(first, [...new Set(first)]);
  assert.equal(first.filter((path) => parts.test(path)).length, 3);
  stage.server.forget();
  await page.reload();
  await loaded(page, "cpu");
  assert.deepEqual(modelFiles(), []);
  await visitor.leave();
});

test("a second visit needs no network at all", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await visitor.offline();
  await page.reload();
  await loaded(page, "cpu");
  await byId(page, "sentence").fill("It is [MASK].");
  await byId(page, "bar").first().waitFor();
  await visitor.leave({ expected: failedLoad });
});

test("a cut connection is tried again by itself", async () => {
  const cut = stage.server.fault(/part-01/, "cut", { times: 1 });
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  assert.equal(cut.hits, 1);
  await visitor.leave({ expected: failedLoad });
});

test("after a broken connection, retry asks only for the parts that are missing", async () => {
  stage.server.fault(/part-01/, "cut");
  const visitor = await stage.visitor();
  const page = await visitor.open();
  assert.match(await banner(page), /part-01\.safetensors.*did not arrive/);
  stage.server.reset();
  await retry(page);
  await loaded(page, "cpu");
  assert.deepEqual(
    modelFiles().map((path) => path.slice(MODEL.length)),
    ["part-01.safetensors", "part-02.safetensors"],
  );
  await visitor.leave({ expected: failedLoad });
});

test("a part that arrives damaged is fetched once more, and the page says so", async () => {
  const corrupt = stage.server.fault(/part-00/, "corrupt", { times: 1 });
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  assert.equal(corrupt.hits, 1);
  assert.equal(stage.server.asked(/part-00/).length, 2);
  await byId(page, "notice").filter({ hasText: /part-00.*damaged.*fetched again/ }).waitFor();
  await visitor.leave();
});

test("a part that is damaged on the server is named, and not kept", async () => {
  stage.server.fault(/part-00/, "corrupt");
  const visitor = await stage.visitor();
  const page = await visitor.open();
  assert.match(await banner(page), /part-00\.safetensors.*damaged twice/);
  stage.server.reset();
  await retry(page);
  await loaded(page, "cpu");
  assert.equal(stage.server.asked(/part-00/).length, 1);
  await visitor.leave();
});

test("a wrong vocabulary is named", async () => {
  stage.server.fault(/vocab\.txt/, "corrupt");
  const visitor = await stage.visitor();
  const page = await visitor.open();
  assert.match(await banner(page), /vocab\.txt.*damaged twice/);
  await visitor.leave();
});

const manifests = {
  "that is no JSON": (text) => text.slice(0, 99),
  "of another version": (text) => text.replace('"version": 1', '"version": 2'),
  "whose tensors lie outside their parts": (text) => text.replace(/"bytes":\d+,"file":"part-00/, '"bytes":9,"file":"part-00'),
  "of another base": (text) => text.replace(/"base_hash": ?"\w{8}/, '"base_hash":"00000000'),
};
for (const [name, rewrite] of Object.entries(manifests)) {
  test(`a manifest ${name} is refused in a sentence`, async () => {
    stage.server.fault(/manifest\.json/, "rewrite", {
      rewrite: (text) => {
        assert.notEqual(rewrite(text), text, "the fault changes nothing");
        return rewrite(text);
      },
    });
    const visitor = await stage.visitor();
    const page = await visitor.open();
    assert.match(await banner(page), /list of the model's files cannot be read/);
    assert.deepEqual(stage.server.asked(parts), []);
    stage.server.reset();
    await retry(page);
    await loaded(page, "cpu");
    await visitor.leave();
  });
}

test("a server without the model says so", async () => {
  stage.server.fault(/manifest\.json/, "status", { status: 404 });
  const visitor = await stage.visitor();
  const page = await visitor.open();
  assert.match(await banner(page), /manifest\.json.*not on this server/);
  await visitor.leave({ expected: failedLoad });
});

test("without a cache the page works, and says that it keeps nothing", async () => {
  // Playwright's scripts do not reach workers: the server takes the cache from the worker's script.
  const without = "Object.defineProperty(globalThis, 'caches', { value: undefined });\n";
  stage.server.fault(/worker\.js$/, "rewrite", { rewrite: (text) => without + text });
  const visitor = await stage.visitor({ serviceWorkers: "block" });
  const page = await visitor.open();
  await loaded(page, "cpu");
  await byId(page, "notice").filter({ hasText: /keeps no copy/ }).waitFor();
  await visitor.leave();
});

test("storage that is full does not stop the page", async () => {
  const full = "Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));\n";
  stage.server.fault(/worker\.js$/, "rewrite", { rewrite: (text) => full + text });
  const visitor = await stage.visitor({ serviceWorkers: "block" });
  const page = await visitor.open();
  await loaded(page, "cpu");
  await byId(page, "notice").filter({ hasText: /keeps no copy.*full/ }).waitFor();
  await visitor.leave();
});

test("a load can be stopped and taken up again", async () => {
  stage.server.fault(/part-01/, "slow", { bytesPerS: 2000 });
  const visitor = await stage.visitor();
  const page = await visitor.open();
  const loading = byId(page, "loading");
  await loading.filter({ hasText: /of .*[kM]B/ }).waitFor();
  assert.match(await loading.getByRole("progressbar").getAttribute("aria-valuenow"), /^\d+$/);
  await loading.getByRole("button").click();
  assert.match(await banner(page), /stopped.*kept/);
  stage.server.reset();
  await retry(page);
  await loaded(page, "cpu");
  assert.ok(!modelFiles().some((path) => /part-00|vocab|manifest/.test(path)), modelFiles().join(" "));
  await visitor.leave();
});

test("a removed model is downloaded anew by the next visit", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  await byId(page, "engine-chip").click();
  await page.getByRole("button", { name: "Remove model" }).click();
  await page.getByText("The stored copy is gone").waitFor();
  stage.server.forget();
  await page.reload();
  await loaded(page, "cpu");
  assert.equal(stage.server.asked(parts).length, 3);
  await visitor.leave();
});
