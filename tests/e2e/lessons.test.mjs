// What each lesson does: pieces before any weight is in, attention on the tiny model.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Stage, answered, byId, loaded, type } from "./page.mjs";

let real, tiny;
before(async () => {
  // Pieces need the vocabulary only: BERT-Base's weights never arrive here.
  real = await Stage.open({ webgpu: false, tiny: false });
  real.server.fault(/part-\d+/, "hang");
  tiny = await Stage.open({ webgpu: false });
});
after(async () => {
  await real?.close();
  await tiny?.close();
});

const current = (page) => page.locator(".answer:not(.stale)").waitFor();
const names = (page, testid) => byId(page, testid).evaluateAll((all) => all.map((e) => e.dataset.piece));

async function pieces(page, text) {
  await type(page, text);
  await current(page);
  return names(page, "tok");
}

test("tokens: a text becomes pieces, each with the steps that cut it", async () => {
  const visitor = await real.visitor();
  const page = await visitor.open("tokens?a=Hello");
  await byId(page, "tok").first().waitFor();
  assert.deepEqual(await pieces(page, "Tokenization is unaffable."), "[CLS] token ##ization is una ##ffa ##ble . [SEP]".split(" "));
  await page.locator('[data-testid="tok"][data-piece="##ffa"]').click();
  const steps = await byId(page, "steps").locator("li").allInnerTexts();
  assert.match(steps[0], /^unaffable/);
  assert.ok(steps.some((step) => /^✓ ##ffa\s/.test(step)), steps.join("; "));
  assert.deepEqual(await pieces(page, "Naïve CAFÉ 中文"), "[CLS] naive cafe 中 文 [SEP]".split(" "));
  assert.ok((await pieces(page, "wow 🙂")).includes("[UNK]"));
  assert.ok((await byId(page, "changes").innerText()).length > 0);
  await pieces(page, "word ".repeat(700));
  assert.match(await byId(page, "cut").innerText(), /512/);
  assert.equal(await byId(page, "tok").count(), 512);
  await visitor.leave();
});

test("tokens: the table downloads, the link restores a pair and its view", async () => {
  const visitor = await real.visitor();
  const page = await visitor.open("tokens?a=First+text.&b=Second+one&view=other");
  await byId(page, "table").waitFor();
  await current(page);
  const [download] = await Promise.all([page.waitForEvent("download"), byId(page, "take-csv").first().click()]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split(/\r?\n/);
  assert.equal(lines.length, 1 + 8, lines.join("\n"));
  const rows = await byId(page, "table").locator("tbody tr").count();
  assert.equal(rows, 8);
  const other = await real.visitor();
  const again = await other.open(new URL(page.url()).hash.slice(1));
  await byId(again, "table").waitFor();
  assert.equal(await byId(again, "sentence").inputValue(), "First text.");
  assert.equal(await byId(again, "sentence-b").inputValue(), "Second one");
  await visitor.leave();
  await other.leave();
});

/** "12.3 %" → 12.3 */
const percentages = (cells) => cells.map((text) => Number.parseFloat(text));

async function values(page) {
  await byId(page, "twin").first().evaluate((twin) => (twin.open = true));
  return percentages(await byId(page, "values").locator("td.num").allInnerTexts());
}

const probabilities = (page) =>
  byId(page, "bar").evaluateAll((bars) => Object.fromEntries(bars.map((b) => [b.dataset.piece, Number(b.dataset.probability)])));

test("blank: a click hides a word, several at once, and brings it back", async () => {
  const visitor = await tiny.visitor();
  const page = await visitor.open("blank?a=It+is+so.");
  await loaded(page, "cpu");
  await byId(page, "told").filter({ hasText: /No word is hidden/ }).waitFor();
  await page.getByRole("button", { name: "is", exact: true }).click();
  await answered(page);
  assert.equal(await byId(page, "sentence").inputValue(), "It [MASK] so.");
  await page.getByRole("button", { name: "so", exact: true }).click();
  await byId(page, "gap-bars").nth(1).waitFor();
  await answered(page);
  assert.equal(await byId(page, "sentence").inputValue(), "It [MASK] [MASK].");
  await byId(page, "gap").first().click();
  assert.equal(await byId(page, "sentence").inputValue(), "It is [MASK].");
  await visitor.leave();
});

test("blank: the whole vocabulary is weighed, and downloads with the numbers shown", async () => {
  const visitor = await tiny.visitor();
  const page = await visitor.open("blank?a=It+is+[MASK].&ask=the");
  await loaded(page, "cpu");
  await answered(page);
  await byId(page, "own-word").fill("zzzzq");
  await byId(page, "own-word").press("Enter");
  await page.locator(".gap-bars .note").filter({ hasText: /zzzzq/ }).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), byId(page, "csv").click()]);
  const rows = (await readFile(await download.path(), "utf8")).trim().split(/\r?\n/).slice(1);
  assert.equal(rows.length, 416);
  const weights = rows.map((row) => Number(row.slice(row.lastIndexOf(",") + 1)));
  assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-4);
  const shown = await probabilities(page);
  for (const row of rows) {
    const [, piece, weight] = row.split(",");
    if (piece in shown) assert.ok(Math.abs(shown[piece] - Number(weight)) < 1e-6, `${piece}: ${shown[piece]} ${weight}`);
  }
  const rank = await page.locator('[data-testid="bar"][data-piece="the"]').first().getAttribute("data-rank");
  const above = weights.filter((w) => w > shown.the).length;
  assert.equal(Number(rank), above + 1);
  await visitor.leave();
});

test("blank: the same gap in two sentences stands side by side", async () => {
  const visitor = await tiny.visitor();
  const page = await visitor.open("blank?a=It+is+[MASK].&versus=It+was+[MASK].");
  await loaded(page, "cpu");
  await answered(page);
  assert.equal(await byId(page, "answer").count(), 2);
  assert.equal(await byId(page, "gap-bars").count(), 2);
  await byId(page, "sentence-versus").fill("It was not [MASK] at all.");
  await answered(page);
  await page.waitForFunction(() => /versus=It\+was\+not/.test(location.hash));
  await visitor.leave();
});

test("attention: a head's row is a distribution, for every piece and by keyboard", async () => {
  const visitor = await tiny.visitor();
  const page = await visitor.open("attention?a=It+is+a+[MASK].&piece=1&specials=shown");
  await loaded(page, "cpu");
  await current(page);
  assert.equal(await byId(page, "head").count(), 8);
  const first = await values(page);
  assert.ok(Math.abs(first.reduce((a, b) => a + b, 0) - 100) < 0.06 * first.length, `${first}`);
  await page.locator('[data-testid="head"][tabindex="0"]').focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => /head=2\.2/.test(location.hash));
  assert.notDeepEqual(await values(page), first);
  const other = await tiny.visitor();
  const again = await other.open(new URL(page.url()).hash.slice(1));
  await loaded(again, "cpu");
  assert.equal(await again.locator('[data-testid="head"][aria-selected="true"]').getAttribute("id"), "head-1-1");
  await visitor.leave();
  await other.leave();
});

test("attention: a pair has four blocks that make a whole", async () => {
  const visitor = await tiny.visitor();
  const page = await visitor.open("attention?a=It+is+a+[MASK].&b=It+was.&specials=shown");
  await loaded(page, "cpu");
  await current(page);
  await byId(page, "block").first().waitFor();
  assert.equal(await byId(page, "block").count(), 4);
  await visitor.leave();
});

test("attention: a text too long to draw is told", async () => {
  const visitor = await tiny.visitor();
  const page = await visitor.open("attention");
  await loaded(page, "cpu");
  await type(page, "it is ".repeat(100));
  await byId(page, "told").filter({ hasText: /at most 128/ }).waitFor();
  await visitor.leave();
});

test("attention: before the weights, the recorded head shows what the text says", async () => {
  const visitor = await real.visitor();
  const page = await visitor.open("attention");
  await byId(page, "recorded").waitFor();
  assert.equal(await byId(page, "head").count(), 144);
  await byId(page, "twin").first().evaluate((twin) => (twin.open = true));
  const rows = await byId(page, "values").locator("tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent)),
  );
  const [best] = rows.sort((a, b) => Number.parseFloat(b[1]) - Number.parseFloat(a[1]));
  assert.equal(best[0], "river");
  await visitor.leave();
});

test("context: before the weights are in, the opening is there and says that it is recorded", async () => {
  const visitor = await real.visitor();
  const page = await visitor.open("context");
  await byId(page, "cosine").first().waitFor();
  await byId(page, "recorded").waitFor();
  const of = (pair) => page.locator(`[data-testid="cosine"][data-pair="${pair}"]`).getAttribute("data-cosine").then(Number);
  const [alike, apart] = [await of("1.3"), await of("1.2")];
  assert.ok(alike > apart + 0.1, `${alike} and ${apart}`);
  await visitor.leave();
});

test("masking: before the weights are in, the opening is there and says that it is recorded", async () => {
  const visitor = await real.visitor();
  const page = await visitor.open("masking");
  await byId(page, "mask-row").first().waitFor();
  await byId(page, "recorded").waitFor();
  assert.equal(await byId(page, "try-rates").isDisabled(), true);
  await visitor.leave();
});
