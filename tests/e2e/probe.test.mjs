// Both directions, The input, Inside: on the tiny model, whose numbers PyTorch gave (tools/probe_page.py).
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, byId, grave, loaded, sideways, type } from "./page.mjs";
import { repository } from "./server.mjs";

const reference = JSON.parse(readFileSync(path.join(repository, "tests/data/probe_page.json"), "utf8"));
/** Of a loss in nats, a value of the embedding, a probability. */
const LOSS = 3e-3;
const VALUE = 1e-3;
const SHARE = 5e-4;

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const query = (values) => new URLSearchParams(values);
const current = (page) => page.locator(".answer:not(.stale)").waitFor();
const numbers = (locator, name) => locator.evaluateAll((all, name) => all.map((e) => Number(e.dataset[name])), name);

/** Where the two lists differ by more than the tolerance. */
function apart(got, want, tolerance) {
  if (got.length !== want.length) return [`${got.length} values, ${want.length} expected`];
  return want.flatMap((w, i) => (Math.abs(got[i] - w) <= tolerance ? [] : [`[${i}] ${got[i]} for ${w}`]));
}

test("a value beyond the tolerance, or missing, is seen", () => {
  assert.deepEqual(apart([1, 2], [1, 2.001], LOSS), []);
  assert.equal(apart([1, 2], [1, 2.01], LOSS).length, 1);
  assert.equal(apart([1], [1, 2], LOSS).length, 1);
  assert.equal(apart([NaN], [1], LOSS).length, 1);
});

async function visit(lesson, values, run, options) {
  const visitor = await stage.visitor(options);
  const page = await visitor.open(`${lesson}?${query(values)}`);
  await loaded(page, "cpu");
  await run(page, visitor);
  await visitor.leave();
}

const { text, losses } = reference.directions;

test("directions: five views and each word's losses are PyTorch's", () =>
  visit("directions", { a: text, piece: "5" }, async (page) => {
    await current(page);
    assert.match(await byId(page, "heading").innerText(), /“new” is hidden/);
    await byId(page, "view").nth(4).waitFor();
    assert.deepEqual(apart(await numbers(byId(page, "view"), "loss"), losses, LOSS), []);
    await byId(page, "by-word").first().waitFor();
    const words = page.locator('tbody [data-testid="by-word"] [data-loss]');
    assert.deepEqual(apart(await numbers(words, "loss"), reference.by_word.flat(), LOSS), []);
  }));

test("directions: by keyboard another word is hidden, and the link says which", () =>
  visit("directions", { a: text }, async (page) => {
    await byId(page, "view").first().waitFor();
    const before = await numbers(byId(page, "view"), "loss");
    await byId(page, "word").nth(2).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash.includes("piece=2"));
    await page.locator('[data-testid="heading"]', { hasText: "“not” is hidden" }).waitFor();
    await current(page);
    const now = await numbers(byId(page, "view"), "loss");
    assert.notDeepEqual(now, before);
    // Of that word, in the table of all words: left, right, both.
    const [left, right, both] = reference.by_word[2];
    assert.deepEqual(apart([now[1], now[2], now[0]], [left, right, both], LOSS), []);
    await page.getByRole("button", { name: "Two passes" }).click();
    assert.equal(await byId(page, "flow").getAttribute("data-form"), "2");
    assert.match(new URL(page.url()).hash, /form=2/);
  }));

test("directions: nothing to read and too much of it are told", () =>
  visit("directions", { a: text }, async (page) => {
    await type(page, " ");
    await byId(page, "told").filter({ hasText: /nothing to read/ }).waitFor();
    await type(page, "the ".repeat(40));
    await byId(page, "too-many").waitFor();
    await byId(page, "view").first().waitFor();
    assert.equal(await byId(page, "by-word").count(), 0);
    await type(page, "the ".repeat(80));
    await byId(page, "told").filter({ hasText: /82 pieces/ }).waitFor();
    await type(page, "she was [MASK].");
    await page.locator('[data-testid="heading"]', { hasText: "[MASK]" }).waitFor();
    await current(page);
    await byId(page, "view").first().waitFor();
    assert.equal(await byId(page, "view").first().getAttribute("data-loss"), null, "nothing to compare with");
  }));

test("input: the rows add up, and are PyTorch's", () =>
  visit("input", { a: reference.input.text, piece: "1" }, async (page) => {
    await byId(page, "part").first().waitFor({ state: "attached" });
    await current(page);
    await byId(page, "dimension").fill(String(reference.input.number));
    const parts = await numbers(byId(page, "part"), "value");
    assert.deepEqual(apart(parts, reference.input.parts, VALUE), []);
    const equation = (await byId(page, "equation").innerText()).replaceAll("−", "-");
    assert.equal(equation, `${parts.slice(0, 3).map((v) => v.toFixed(3)).join(" + ")} = ${parts[3].toFixed(3)}`);
    assert.equal(await byId(page, "strip").count(), 5);
  }));

const said = async (page) =>
  Object.fromEntries(
    await byId(page, "said").evaluateAll((rows) =>
      rows.map((row) => [row.dataset.word, [...row.querySelectorAll("td")].map((cell) => cell.textContent)]),
    ),
  );

test("input: without positions the blank says what PyTorch says, and back", () =>
  visit("input", { a: reference.input.text }, async (page) => {
    await byId(page, "said").first().waitFor();
    const percent = (share) => new RegExp(`^${(share * 100).toFixed(1)}`);
    const typed = reference.input.typed;
    assert.match((await said(page))[typed.word][0], percent(typed.probability));
    await page.locator('[data-change="no-positions"]').focus();
    await page.keyboard.press("Space");
    await page.waitForFunction(() => location.hash.includes("change=no-positions"));
    await page.locator('[data-testid="said"] td:nth-child(3)').first().waitFor();
    await current(page);
    const changed = reference.input.no_positions;
    assert.match((await said(page))[changed.word][1], percent(changed.probability));
    assert.match((await said(page))[typed.word][0], percent(typed.probability));
    // The position's strip is 0 now.
    assert.equal((await numbers(byId(page, "part"), "value"))[1], 0);
    await byId(page, "trade").selectOption("4");
    await page.waitForFunction(() => location.hash.includes("change=trade.1.4"));
    await current(page);
    await page.locator('[data-change="nothing"]').click();
    await page.locator('[data-testid="said"] td:nth-child(3)').first().waitFor({ state: "detached" });
  }));

test("input: positions are compared with others", () =>
  visit("input", { a: "she was in the city" }, async (page) => {
    await byId(page, "no-blank").waitFor();
    await byId(page, "alike").first().waitFor();
    const cosines = await numbers(byId(page, "alike"), "cosine");
    assert.deepEqual(apart(cosines.slice(0, 1), [1], VALUE), []);
    assert.ok(cosines.length > 3 && cosines.every((c) => Math.abs(c) <= 1.001));
    await byId(page, "position").fill("20");
    assert.notDeepEqual(await numbers(byId(page, "alike"), "cosine"), cosines);
  }));

test("inside: the lens is PyTorch's, the sizes the manifest's", () =>
  visit("inside", { a: reference.input.text }, async (page) => {
    await byId(page, "lens").first().waitFor();
    await current(page);
    const want = [...reference.lens].reverse();
    const words = await byId(page, "lens").evaluateAll((rows) => rows.map((row) => row.dataset.word));
    assert.deepEqual(words, want.map((w) => w.word));
    const shares = await numbers(byId(page, "lens"), "probability");
    assert.deepEqual(apart(shares, want.map((w) => w.probability), SHARE), []);
    const manifest = JSON.parse(readFileSync(path.join(repository, "tests/data/tiny-q4/manifest.json"), "utf8"));
    const weights = manifest.tensors.reduce((sum, t) => sum + t.shape.reduce((a, b) => a * b), 0);
    const told = await numbers(byId(page, "model-part"), "weights");
    assert.equal(told.reduce((a, b) => a + b), weights);
    assert.equal(await byId(page, "step").count() > 0, true);
    assert.match(await byId(page, "size").last().innerText(), /measured[\s\S]*estimated/);
  }));

test("inside: a layer is opened, its head's shares sum to one", () =>
  visit("inside", { a: reference.input.text, head: "1.2" }, async (page) => {
    await byId(page, "look").first().waitFor();
    await current(page);
    const sum = async () => (await numbers(byId(page, "look"), "share")).reduce((a, b) => a + b);
    assert.ok(Math.abs((await sum()) - 1) < 1e-4);
    const before = await numbers(byId(page, "look"), "share");
    await byId(page, "choose-layer").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash.includes("head=2.2"));
    await current(page);
    assert.notDeepEqual(await numbers(byId(page, "look"), "share"), before);
    assert.ok(Math.abs((await sum()) - 1) < 1e-4);
    assert.equal(await byId(page, "strip").count(), 5);
    await type(page, "no blank here");
    await byId(page, "no-blank").waitFor();
  }));

for (const lesson of ["directions", "input", "inside"]) {
  for (const [name, options] of Object.entries({
    light: { colorScheme: "light" },
    dark: { colorScheme: "dark" },
    phone: { viewport: { width: 390, height: 844 } },
  })) {
    test(`${lesson}, ${name}: axe finds nothing serious, nothing scrolls sideways`, () =>
      visit(lesson, {}, async (page) => {
        await page.locator('[data-testid="view"], [data-testid="said"], [data-testid="lens"]').first().waitFor();
        await page.waitForFunction(() => !document.querySelector(":not(textarea).stale"));
        await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
        assert.deepEqual(await grave(page), []);
        assert.deepEqual(await sideways(page), []);
      }, { ...options, reducedMotion: "reduce" }));
  }

  test(`${lesson}: that the weights are missing is told`, async () => {
    const slow = await Stage.open({ webgpu: false });
    slow.server.fault(/part-\d+/, "hang");
    const visitor = await slow.visitor();
    // A text of which nothing is recorded.
    const page = await visitor.open(`${lesson}?a=she+was+[MASK].`);
    await byId(page, "told").first().waitFor();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await visitor.context.close();
    await slow.close();
  });
}
