// What the attention lesson shows of a head beside its looks: one worked out, rollout, silences. On the tiny model.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, byId, grave, loaded, sideways } from "./page.mjs";
import { repository } from "./server.mjs";

const golden = JSON.parse(readFileSync(path.join(repository, "tests/data/lessons.json"), "utf8"));
const { text, flows } = golden.rollout;
const link = `attention?a=${encodeURIComponent(text)}&piece=2&head=2.1`;

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const live = async (page) => {
  await page.locator(".answer:not(.stale) [data-testid='heading']").waitFor();
  await byId(page, "flow-cell").first().waitFor();
};
const numbers = (locator, field) => locator.evaluateAll((all, field) => all.map((e) => Number(e.dataset[field])), field);
const near = (a, b, within) => a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) <= within(b[i]));

test("rollout is PyTorch's", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(link);
  await loaded(page, "cpu");
  await live(page);
  const shown = await numbers(byId(page, "flow-cell"), "share");
  const wanted = flows.flatMap((layer) => layer[2]);
  assert.ok(near(shown, wanted, () => 1e-3), `${shown} for ${wanted}`);
  assert.ok(!near(shown.toReversed(), wanted, () => 1e-3));
  await visitor.leave();
});

test("a look worked out ends at the share that the figure shows, for any piece and head", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(link);
  await loaded(page, "cpu");
  await live(page);
  await byId(page, "work-out").focus();
  await page.keyboard.press("Enter");
  const agrees = async () => {
    const share = byId(page, "look-share");
    await page.waitForFunction(() => document.querySelector('[data-testid="look-share"]')?.dataset.shown);
    const [[own], [shown]] = [await numbers(share, "share"), await numbers(share, "shown")];
    assert.ok(Math.abs(own - shown) < 2e-4 + 1e-3 * shown, `${own} ${shown}`);
    return own;
  };
  const first = await agrees();
  await byId(page, "key-of").selectOption("1");
  assert.notEqual(await agrees(), first);
  assert.equal(await byId(page, "softmax-row").count(), flows[0].length);
  await byId(page, "head-select").selectOption("3");
  await page.waitForFunction((old) => Number(document.querySelector('[data-testid="look-share"]')?.dataset.share ?? old) !== old, first);
  await agrees();
  await visitor.leave();
});

test("silenced heads and layers leave what PyTorch leaves", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(link);
  await loaded(page, "cpu");
  await live(page);
  await byId(page, "knock").click();
  await byId(page, "knock-head").first().waitFor();
  const { whole, layers, heads } = golden.knock;
  const shown = [
    ...(await numbers(byId(page, "knock-whole"), "probability")),
    ...(await numbers(byId(page, "knock-layer"), "probability")),
    ...(await numbers(byId(page, "knock-head"), "probability")),
  ];
  const wanted = [whole, ...layers, ...heads];
  assert.ok(near(shown, wanted, (p) => 0.01 * p), `${shown} for ${wanted}`);
  assert.ok(!near(shown.toReversed(), wanted, (p) => 0.01 * p));
  // Released, there is nothing to hide.
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector('[data-testid="knock"]').disabled);
  await visitor.leave();
});

for (const [name, options] of Object.entries({ dark: { colorScheme: "dark" }, phone: { viewport: { width: 390, height: 844 } } })) {
  test(`all of it open, ${name}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor({ ...options, reducedMotion: "reduce" });
    const page = await visitor.open(link);
    await loaded(page, "cpu");
    await live(page);
    await byId(page, "work-out").click();
    await byId(page, "look-share").waitFor();
    await byId(page, "knock").click();
    await byId(page, "knock-head").first().waitFor();
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}
