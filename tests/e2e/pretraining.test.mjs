// Words of several pieces, stereotypes and their warning, and both losses of pre-training. On the tiny model.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, answered, byId, grave, loaded, sideways } from "./page.mjs";
import { repository } from "./server.mjs";

const { chain } = JSON.parse(readFileSync(path.join(repository, "tests/data/lessons.json"), "utf8"));

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

test("a word of several pieces gets the product of its pieces' shares, said how", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(`blank?a=${encodeURIComponent(chain.text)}&ask=${chain.words[0]}`);
  await loaded(page, "cpu");
  await answered(page);
  const bar = page.locator(`[data-testid="bar"][data-piece="${chain.words[0]}"]`);
  const shown = await bar.evaluateAll((all) => all.map((e) => Number(e.dataset.probability)));
  // Gap by gap, the words in turn.
  const wanted = [chain.steps[0], chain.steps[2]].map((steps) => steps.reduce((a, b) => a * b));
  assert.equal(shown.length, 2);
  shown.forEach((p, i) => assert.ok(Math.abs(p - wanted[i]) < 0.02 * wanted[i], `${p} for ${wanted[i]}`));
  assert.ok(Math.abs(shown[0] - wanted[1]) > 0.02 * wanted[1], "the comparison tells gaps apart");
  assert.match(await page.locator(".gap-bars .note").first().innerText(), /home .*× ##less .*=/);
  assert.match(await bar.first().innerText(), /in pieces/);
  await visitor.leave();
});

test("stereotypes stand under a warning, recorded, and are asked side by side", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  assert.match(await byId(page, "warning").innerText(), /stereotypes.*not facts/);
  assert.equal(await byId(page, "stereotype").count(), 3);
  await byId(page, "stereotype").nth(1).getByRole("button").focus();
  await page.keyboard.press("Enter");
  await byId(page, "sentence-versus").waitFor();
  await answered(page);
  assert.match(await byId(page, "sentence").inputValue(), /programmer/);
  assert.match(page.url(), /ask=his&ask=her/);
  await visitor.leave();
});

const losses = async (page) => {
  const of = async (id) => Number(await byId(page, id).getAttribute("data-loss"));
  return { words: await of("sum-words"), next: await of("sum-next"), total: await of("sum-total") };
};

test("the two losses of pre-training are added, and the label is the visitor's to say", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("next-sentence?a=The+city+was+home+for+many+of+them+and+he+was+not+the+first.&b=She+made+it+new+again+and+so+did+they+all.");
  await loaded(page, "cpu");
  await byId(page, "sum-up").click();
  await byId(page, "sums").waitFor();
  const follows = await losses(page);
  assert.ok(Math.abs(follows.words + follows.next - follows.total) < 1e-9 && follows.words > 0);
  await page.getByRole("button", { name: "B is random" }).click();
  const random = await losses(page);
  // The two labels' shares sum to one.
  assert.ok(Math.abs(Math.exp(-follows.next) + Math.exp(-random.next) - 1) < 1e-6);
  assert.equal(random.words, follows.words);
  await byId(page, "sum-up").click();
  await page.waitForFunction((old) => {
    const now = document.querySelector('[data-testid="sum-words"]')?.dataset.loss;
    return now !== undefined && Number(now) !== old;
  }, follows.words);
  await visitor.leave();
});

test("on a phone, with it all open, nothing scrolls sideways", async () => {
  const visitor = await stage.visitor({ viewport: { width: 390, height: 844 } });
  const page = await visitor.open(`blank?a=${encodeURIComponent(chain.text)}&ask=${chain.words[1]}`);
  await loaded(page, "cpu");
  await answered(page);
  assert.deepEqual(await grave(page), []);
  assert.deepEqual(await sideways(page), []);
  await visitor.leave();
});
