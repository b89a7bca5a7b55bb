// Pieces hidden as in training: which, what BERT reads there, and the loss, on the tiny model.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, byId, grave, loaded, sideways } from "./page.mjs";
import { repository } from "./server.mjs";

const golden = JSON.parse(readFileSync(path.join(repository, "tests/data/lessons.json"), "utf8")).masking;

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const link = ({ text, seed, rates: [chosen, hidden, random, whole] }) =>
  `masking?a=${encodeURIComponent(text)}&rates=${chosen}.${hidden}.${random}${whole ? ".w" : ""}&seed=${seed}`;
const live = async (page) => {
  await page.locator('[data-testid="masked"]:not(.stale)').waitFor();
  await byId(page, "mask-counts").waitFor();
};
const rows = (page) =>
  byId(page, "mask-row").evaluateAll((all) => all.map((e) => ({ position: Number(e.dataset.position), loss: Number(e.dataset.loss) })));

const near = (a, b) => Math.abs(a - b) < 5e-3;
const same = (shown, wanted) =>
  shown.length === wanted.length && shown.every((s, i) => s.position === wanted[i].position && near(s.loss, wanted[i].loss));

for (const [n, wanted] of golden.entries()) {
  test(`draw ${n + 1}: what is chosen and every loss are PyTorch's, from a link`, async () => {
    const visitor = await stage.visitor();
    const page = await visitor.open(link(wanted));
    await loaded(page, "cpu");
    await live(page);
    const shown = await rows(page);
    assert.ok(same(shown, wanted.chosen), JSON.stringify(shown));
    assert.ok(!same(shown.slice(1), wanted.chosen) && !same(shown.map((s) => ({ ...s, loss: s.loss + 0.1 })), wanted.chosen));
    const fates = await byId(page, "chosen").evaluateAll((all) => all.map((e) => e.dataset.fate));
    assert.deepEqual(fates, wanted.chosen.map(({ fate }) => (fate === "replaced" ? "random" : fate)));
    assert.ok(near(Number(await byId(page, "mask-loss").getAttribute("data-loss")), wanted.loss));
    await visitor.leave();
  });
}

test("rates move by keyboard, never pass a hundred, and stand in the link", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(link(golden[0]));
  await loaded(page, "cpu");
  await live(page);
  await byId(page, "rate-chosen").focus();
  await page.keyboard.press("End");
  await byId(page, "rate-random").focus();
  for (let i = 0; i < 15; i += 1) await page.keyboard.press("ArrowRight");
  assert.match(page.url(), /rates=60\.75\.25/);
  assert.match(await byId(page, "rate-kept").innerText(), /\b0 %/);
  await live(page);
  const before = await rows(page);
  await byId(page, "draw").click();
  await page.waitForFunction(() => /seed=8/.test(location.hash));
  await live(page);
  assert.notDeepEqual(await rows(page), before);
  await byId(page, "rate-chosen").focus();
  await page.keyboard.press("Home");
  await page.getByText("No piece was chosen").waitFor();
  await visitor.leave();
});

test("the visitor guesses before BERT does, and both are scored", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(link(golden[0]));
  await loaded(page, "cpu");
  await live(page);
  const truths = await byId(page, "chosen").evaluateAll((all) => all.filter((e) => e.dataset.fate === "hidden").map((e) => e.dataset.piece));
  await byId(page, "guess").click();
  const gaps = byId(page, "guess-gap");
  assert.equal(await gaps.count(), truths.length);
  assert.equal(await byId(page, "sentence").count(), 0, "the paragraph would tell the answers");
  assert.equal(await byId(page, "mask-row").count(), 0, "so would the table");
  await gaps.first().fill(truths[0].toUpperCase());
  await gaps.nth(1).fill("zebra");
  assert.deepEqual(await grave(page), []);
  await byId(page, "guess").click();
  assert.match(await byId(page, "score").innerText(), new RegExp(`You 1 of ${truths.length}`));
  await visitor.leave();
});

test("5, 15 and 40 percent stand beside each other when asked for", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(`masking?a=${encodeURIComponent("the city was home for many people. ".repeat(9))}`);
  await loaded(page, "cpu");
  await live(page);
  await byId(page, "try-rates").click();
  await byId(page, "rate-row").nth(2).waitFor();
  const chosen = await byId(page, "rate-row").evaluateAll((all) => all.map((e) => Number(e.querySelector("td").textContent)));
  assert.ok(chosen[0] < chosen[1] && chosen[1] < chosen[2], String(chosen));
  await visitor.leave();
});

for (const [name, options] of Object.entries({ dark: { colorScheme: "dark" }, phone: { viewport: { width: 390, height: 844 } } })) {
  test(`all three fates, ${name}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor({ ...options, reducedMotion: "reduce" });
    const page = await visitor.open(link(golden[1]));
    await loaded(page, "cpu");
    await live(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}
