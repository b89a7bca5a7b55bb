// The fine-tuning lab after a run, and when things go wrong in one: storage that is full, a GPU that is lost.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { choose, file, losses, open, phase, put, rows, tsv } from "./lab.mjs";
import { Stage, byId, grave, sideways } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const stepped = (page, step) =>
  page.waitForFunction((s) => Number(document.querySelector('[data-testid="lab-state"]')?.dataset.step) >= s, step);

/** The lesson on an engine, with data and settings for a run that has several checkpoints. */
async function ready(visitor, { engine = "cpu", n = 120, epochs = 4, save = 5 } = {}) {
  const page = await open(visitor, engine);
  await choose(page, file("two.tsv", tsv(rows(n, 7))));
  await put(page, "set-epochs", epochs);
  await byId(page, "lab-more").locator("summary").click();
  await put(page, "set-save", save);
  return page;
}

const numbers = (locator) => locator.evaluateAll((all) => all.map((e) => Number(e.dataset.value)));

test("after a run: what it changed by layer, in attention, and where the examples lie", async (t) => {
  const visitor = await stage.visitor({ reducedMotion: "reduce" });
  const page = await ready(visitor, { n: 200, epochs: 6 });
  await put(page, "set-rate", "5e-3");
  await byId(page, "lab-pin").fill("in the city on the river");
  await byId(page, "lab-start").click();
  await phase(page, "done", 180_000);
  await byId(page, "lab-show-changed").click();
  await byId(page, "changed-weights").waitFor();
  const weights = await numbers(byId(page, "changed-weights").locator("td[data-value]"));
  assert.ok(weights.length > 0 && weights.every((w) => w > 0 && w < 5), `${weights}`);
  const heads = await numbers(byId(page, "changed-heads").locator("td[data-value]"));
  assert.equal(heads.length, 2 * 4);
  assert.ok(heads.every((h) => h >= 0 && h <= 1) && heads.some((h) => h > 0), `${heads}`);
  const side = (id) => byId(page, id).evaluate((e) => ({ ...e.dataset }));
  const [before, after] = [await side("cls-before"), await side("cls-after")];
  for (const { first, second } of [before, after]) {
    assert.ok(Number(first) >= Number(second) && Number(first) + Number(second) <= 1 + 1e-6, `${first} ${second}`);
  }
  t.diagnostic(`first share ${before.first} before, ${after.first} after; near their own: ${before.near}, ${after.near}`);
  const marks = await byId(page, "cls-after").locator(".mark").count();
  assert.ok(marks >= 20 && Number(after.near) >= Number(before.near), JSON.stringify({ marks, before, after }));
  assert.ok(Number(after.first) > Number(before.first), "what was learnt is the strongest direction");
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  assert.deepEqual(await grave(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await sideways(page), []);
  // A run begun anew has changed nothing yet.
  await byId(page, "lab-start").click();
  await byId(page, "lab-changed").waitFor({ state: "detached" });
  await visitor.leave();
});

test("storage full in mid-run: the oldest checkpoint goes, the best stays, and it is told", async (t) => {
  const visitor = await stage.visitor();
  const page = await ready(visitor, { epochs: 40, save: 4 });
  await byId(page, "lab-start").click();
  await stepped(page, 9);
  // The browser's own quota, lowered to what is used: the next checkpoint finds no room.
  const devtools = await visitor.context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  const { usage } = await devtools.send("Storage.getUsageAndQuota", { origin });
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 1000 });
  await byId(page, "lab-notes").filter({ hasText: /Storage is full|keeps no checkpoint/ }).waitFor();
  const told = await byId(page, "lab-notes").innerText();
  t.diagnostic(told.replaceAll("\n", " | "));
  assert.match(told, /Storage is full: the checkpoint of step \d+ was deleted to make room\. The best one stays\./);
  const kept = await page.evaluate(async () => {
    const cache = await caches.open("bertscope-lab-1");
    return (await cache.keys()).map((r) => r.url.split("/").pop());
  });
  assert.ok(kept.includes("best.safetensors"), kept.join(" "));
  await byId(page, "lab-best").click();
  await phase(page, "done", 180_000);
  await visitor.leave();
});

test("a GPU lost in mid-run comes back, and the losses are those of an unbroken run", async () => {
  const gpu = await Stage.open({ webgpu: true });
  try {
    const visitor = await gpu.visitor({ acceptDownloads: true });
    const page = await ready(visitor, { engine: "gpu", n: 60, epochs: 3 });
    await byId(page, "lab-model-name").fill("Whole");
    await byId(page, "lab-start").click();
    await phase(page, "done", 400_000);
    await byId(page, "lab-model-name").fill("Broken");
    await byId(page, "lab-start").click();
    await page.locator('[data-testid="lab-state"]:not([data-phase="done"])').waitFor();
    await stepped(page, 7);
    await byId(page, "engine-chip").click();
    await page.getByRole("button", { name: "Lose the GPU" }).click();
    await byId(page, "lab-notes").filter({ hasText: "The GPU was lost and came back" }).waitFor({ timeout: 180_000 });
    await phase(page, "done", 400_000);
    assert.deepEqual(await losses(page, "Broken"), await losses(page, "Whole"));
    await visitor.leave({ expected: /lost|destroyed/i });
  } finally {
    await gpu.close();
  }
});
