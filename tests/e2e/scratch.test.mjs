// Pre-training in a minute: a small BERT from random numbers beside a left-to-right model. BERT-Base's vocabulary,
// none of its weights.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, byId, grave, sideways } from "./page.mjs";
import { repository } from "./server.mjs";

const recorded = JSON.parse(readFileSync(path.join(repository, "assets/recorded/pretraining.json"), "utf8"));
/** Longest that a whole run may take on a busy machine, ms. */
const RUN = 400_000;

let stage;
before(async () => {
  stage = await Stage.open({ webgpu: false, tiny: false });
  // The manifest and the vocabulary arrive, no weight ever does.
  stage.server.fault(/part-\d+/, "hang");
});
after(() => stage?.close());

const phase = (page, name, timeout = RUN) => page.locator(`[data-testid="pretrain-state"][data-phase="${name}"]`).waitFor({ timeout });
const step = async (page) => Number(await byId(page, "pretrain-state").getAttribute("data-step"));
/** Losses of the first steps: BERT's pieces, the other's, BERT's next sentences. */
const losses = async (page) =>
  (await byId(page, "pretrain-curves").getAttribute("data-first"))
    .split(" ")
    .filter(Boolean)
    .map((p) => p.split(":").map(Number));
const ready = (page) => byId(page, "pretrain-read").waitFor();
/** Waits until the run has come so far. */
const reached = (page, n) =>
  page.waitForFunction((n) => Number(document.querySelector('[data-testid="pretrain-state"]').dataset.step) >= n, n, { timeout: RUN });
/** Presses Tab until the element has the focus. */
async function tabTo(page, testid) {
  for (let i = 0; i < 80; i += 1) {
    if (await byId(page, testid).evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${testid}`);
}

const near = (a, b) => a.length === b.length && a.every((v, i) => Math.abs(v - b[i]) < 1e-3);

test("by keyboard, without a weight of BERT-Base: it runs, its numbers are the native run's, blanks improve", async (t) => {
  const visitor = await stage.visitor();
  const page = await visitor.open("pre-training");
  await ready(page);
  assert.match(await byId(page, "pretrain-read").innerText(), /56 sentences to learn from, 8 held out · 480 pieces · 74 different ones · [\d,]+ numbers/);
  assert.equal(await byId(page, "recorded").count(), 2, "the curves and blanks are recorded ones at first");
  await tabTo(page, "pretrain-start");
  await page.keyboard.press("Enter");
  await phase(page, "running");
  assert.equal(await byId(page, "recorded").count(), 0);
  await reached(page, 25);
  // Paused, it takes no step; the button that goes on stands where the other was.
  await tabTo(page, "pretrain-pause");
  await page.keyboard.press("Enter");
  await phase(page, "paused");
  const at = await step(page);
  await page.waitForTimeout(700);
  assert.equal(await step(page), at);
  const first = await losses(page);
  const wanted = recorded.answer.points.slice(0, 20).map((p) => [p.step, ...p.words, p.next]);
  assert.equal(first.length, 20);
  first.forEach((p, i) => assert.ok(near(p, wanted[i]), `${p} for ${wanted[i]}`));
  assert.ok(!near(first[4], wanted[5]) && !near(first[4].map((v) => v + 0.002), wanted[4]), "the comparison can go red");
  await tabTo(page, "pretrain-go-on");
  await page.keyboard.press("Enter");
  const began = Date.now();
  const from = await step(page);
  await phase(page, "done");
  const took = (Date.now() - began) / (1000 - from);
  t.diagnostic(`${took.toFixed(1)} ms a step of both; ${await byId(page, "pretrain-progress").innerText()}`);
  assert.equal(await step(page), 1000);
  const rows = await byId(page, "pretrain-guess").evaluateAll((all) => all.map((e) => ({ blank: e.dataset.blank, truth: Number(e.dataset.truth) })));
  assert.equal(rows.length, 3 * 11);
  const mean = (some) => some.reduce((a, b) => a + b.truth, 0) / some.length;
  assert.ok(mean(rows.slice(0, 3)) < 0.05 && mean(rows.slice(-3)) > 0.15, `${mean(rows.slice(0, 3))} ${mean(rows.slice(-3))}`);
  const [, bert, left] = (await byId(page, "pretrain-curves").getAttribute("data-last")).split(":").map(Number);
  assert.ok(bert < 2 && left < 1, `${bert} ${left}`);
  const counted = byId(page, "pretrain-counted");
  const share = Number(await counted.getAttribute("data-bert")) / Number(await counted.getAttribute("data-left"));
  assert.ok(Math.abs(share - 0.15) < 0.015, `${share}`);
  const years = byId(page, "pretrain-years");
  const rate = Number(await years.getAttribute("data-rate"));
  assert.ok(Math.abs((131072e6 / rate) * 864 / Number(await years.getAttribute("data-seconds")) - 1) < 0.01);
  assert.match(await years.innerText(), /years/);
  assert.deepEqual(await grave(page), []);
  assert.ok(stage.server.asked(/vocab/).length > 0);
  await visitor.leave();
});

test("the guess is asked first and judged by the run; the curves wait for it", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("pre-training");
  await ready(page);
  await byId(page, "guess-start").click();
  assert.equal(await byId(page, "pretrain-curves").isVisible(), false);
  await byId(page, "guess-option").nth(1).click();
  assert.equal(await byId(page, "guess-told").getAttribute("data-right"), "true");
  assert.match(await byId(page, "guess-told").innerText(), /After 1,600 texts BERT's loss is \d\.\d\d, left to right's \d\.\d\d/);
  assert.equal(await byId(page, "pretrain-curves").isVisible(), true);
  await byId(page, "guess-again").click();
  await byId(page, "guess-option").first().click();
  assert.equal(await byId(page, "guess-told").getAttribute("data-right"), "false");
  await visitor.leave();
});

const STORY = "Tom has a red ball. The ball is round. Ann has a blue boat. The boat is small. ".repeat(6);

test("a text of one's own from a link: run, left and come back to, started anew with another seed", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(`pre-training?corpus=${encodeURIComponent(STORY)}&begin=7`);
  await ready(page);
  assert.match(await byId(page, "pretrain-read").innerText(), /21 sentences to learn from, 3 held out/);
  assert.equal(await byId(page, "pretrain-seed").inputValue(), "7");
  assert.equal(await byId(page, "recorded").count(), 0, "what is recorded is of another text");
  await byId(page, "pretrain-start").click();
  await reached(page, 5);
  // The state is the link's, and the link's is the state.
  const fragment = new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
  assert.deepEqual([fragment.get("corpus"), fragment.get("begin")], [STORY, "7"]);
  await page.locator('nav.rail a[href^="#masking"]').click();
  await page.getByRole("heading", { level: 1, name: /without labels/ }).waitFor();
  await page.locator('nav.rail a[href^="#pre-training"]').click();
  await reached(page, 12);
  const before = await losses(page);
  await byId(page, "pretrain-seed").fill("8");
  await byId(page, "pretrain-other").waitFor();
  await byId(page, "pretrain-anew").click();
  await page.waitForFunction(() => Number(document.querySelector('[data-testid="pretrain-state"]').dataset.step) < 5);
  await reached(page, 5);
  assert.equal(await byId(page, "pretrain-other").count(), 0);
  assert.notDeepEqual((await losses(page))[0], before[0]);
  await visitor.leave();
});

test("too short is said, too long is cut and said", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("pre-training");
  await ready(page);
  await byId(page, "sentence").fill("Only one. And two.");
  await byId(page, "pretrain-refused").filter({ hasText: "This text has 2 sentences; at least 8 are needed" }).waitFor();
  assert.equal(await byId(page, "pretrain-start").isDisabled(), true);
  await byId(page, "sentence").fill("");
  await byId(page, "pretrain-refused").filter({ hasText: "nothing to read" }).waitFor();
  await byId(page, "sentence").fill(`${"A cat sat. ".repeat(250)}`);
  await byId(page, "pretrain-read").filter({ hasText: "the last 10 sentences were left out" }).waitFor();
  await byId(page, "sentence").fill(`${"cat ".repeat(40)}sat. ${"A cat sat. ".repeat(9)}`);
  await byId(page, "pretrain-read").filter({ hasText: "1 sentence was cut after 30 pieces" }).waitFor();
  await page.getByRole("button", { name: "the built-in text" }).click();
  await byId(page, "pretrain-read").filter({ hasText: "56 sentences" }).waitFor();
  assert.equal(new URL(page.url()).hash, "#pre-training");
  await visitor.leave();
});

for (const [name, options] of Object.entries({ light: {}, dark: { colorScheme: "dark" }, phone: { viewport: { width: 390, height: 844 } } })) {
  test(`all of it open, ${name}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor({ ...options, reducedMotion: "reduce" });
    const page = await visitor.open("pre-training");
    await ready(page);
    await byId(page, "pretrain-blanks").waitFor();
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
    await visitor.leave();
  });
}
