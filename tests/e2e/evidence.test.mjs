// The second kind of evidence in the Sentiment lesson, on the tiny model with a random adapter.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Stage, byId, grave, loaded, sideways } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const TEXT = "The film was good and it was not long, but the last part was bad.";
const pulls = (page) =>
  byId(page, "word").evaluateAll((all) => all.map((e) => (e.dataset.pull === undefined ? null : Number(e.dataset.pull))));

test("gradient × input tints the words in place of leaving out, and both stand side by side", async () => {
  const visitor = await stage.visitor({ reducedMotion: "reduce" });
  const page = await visitor.open(`sentiment?engine=cpu&a=${encodeURIComponent(TEXT)}`);
  await loaded(page, "cpu");
  await page.locator('[data-testid="word"][data-pull]').first().waitFor();
  const left = await pulls(page);
  assert.equal(await byId(page, "ways-agree").count(), 0, "nothing is computed unasked");
  await byId(page, "ways").getByRole("button", { name: "gradient × input" }).click();
  await byId(page, "ways-agree").waitFor();
  const slopes = await pulls(page);
  assert.equal(slopes.length, left.length);
  assert.ok(slopes.every((s) => s !== null) && slopes.some((s, i) => Math.abs(s - left[i]) > 1e-6), `${slopes}`);
  const { same, strong } = await byId(page, "ways-agree").evaluate((e) => ({ ...e.dataset }));
  const tinted = left.map((l, i) => [l, slopes[i]]).filter(([l, s]) => Math.max(Math.abs(l), Math.abs(s)) >= 0.1);
  assert.equal(Number(strong), tinted.length);
  assert.equal(Number(same), tinted.filter(([l, s]) => l * s > 0).length);
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  const row = await byId(page, "pulls").locator("tbody tr").first().locator("td").count();
  assert.equal(row, 4, "both ways stand in the table");
  assert.deepEqual(await grave(page), []);
  // Another text is computed anew; back to the first way, the old tints.
  await byId(page, "sentence").fill(TEXT.replace("good", "new"));
  await page.waitForFunction(
    (old) => {
      const now = [...document.querySelectorAll('[data-testid="word"]')].map((e) => Number(e.dataset.pull));
      return document.querySelector('[data-testid="ways-agree"]') && now.some((n, i) => Math.abs(n - old[i]) > 1e-6);
    },
    slopes,
  );
  await byId(page, "sentence").fill(TEXT);
  await byId(page, "ways").getByRole("button", { name: "leave one out" }).click();
  await page.waitForFunction(
    (left) => {
      const now = [...document.querySelectorAll('[data-testid="word"]')].map((e) => Number(e.dataset.pull));
      return now.length === left.length && now.every((n, i) => Math.abs(n - left[i]) < 1e-6);
    },
    left,
  );
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await sideways(page), []);
  await visitor.leave();
});
