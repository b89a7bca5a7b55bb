// Attention against gradient, links, a matrix in codes, guesses, recorded openings, a GPU lost in a probe. On the tiny
// model, whose numbers PyTorch gave (tools/against_golden.py, tools/probe_page.py).
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, TINY, byId, grave, loaded, sideways, type } from "./page.mjs";
import { repository } from "./server.mjs";

const read = (file) => JSON.parse(readFileSync(path.join(repository, file), "utf8"));
const golden = read("tests/data/against.json");
const probe = read("tests/data/probe_page.json");
const LOSS = 3e-3;

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const numbers = (locator, name) => locator.evaluateAll((all, name) => all.map((e) => Number(e.dataset[name])), name);
const near = (a, b, within) => a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) <= within);
const current = (page) => page.locator(".answer:not(.stale)").first().waitFor();

async function visit(lesson, values, run, { options = {}, engine = "cpu" } = {}) {
  const visitor = await stage.visitor({ reducedMotion: "reduce", ...options });
  const page = await visitor.open(`${lesson}?${new URLSearchParams(values)}`);
  await loaded(page, engine);
  await run(page, visitor);
  await visitor.leave();
}

test("attention against gradient: both sides and their agreement are PyTorch's", () =>
  visit("attention", { a: golden.text, piece: golden.position, head: "2.3" }, async (page) => {
    await byId(page, "heading").waitFor();
    assert.equal(await byId(page, "against-piece").count(), 0, "nothing is computed unasked");
    await byId(page, "against-act").focus();
    await page.keyboard.press("Enter");
    await byId(page, "against-piece").first().waitFor();
    const shown = async (name) => numbers(byId(page, "against-piece"), name);
    assert.ok(near(await shown("product"), golden.products, 1e-3));
    assert.ok(!near(await shown("product"), golden.products.toReversed(), 1e-3));
    assert.ok(near(await shown("one"), golden.looks[1][2], 2e-4));
    const heads = golden.looks.flat();
    const mean = heads[0].map((_, i) => heads.reduce((sum, h) => sum + h[i], 0) / heads.length);
    assert.ok(near(await shown("all"), mean, 2e-4));
    const told = byId(page, "agreement");
    assert.ok(Math.abs(Number(await told.getAttribute("data-all")) - golden.spearman) < 1e-6);
    // Another head is read from the same answer; another piece is another question.
    await byId(page, "head-select").selectOption("0");
    await page.waitForFunction(() => location.hash.includes("head=2.1"));
    assert.ok(near(await shown("one"), golden.looks[1][0], 2e-4));
    assert.deepEqual(await grave(page), []);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await sideways(page), []);
    await page.keyboard.press("Escape");
    await byId(page, "against-piece").first().waitFor({ state: "detached" });
    assert.ok(await byId(page, "against-act").isDisabled());
  }));

test("links: a pronoun and its noun are guessed, or marked, and a head is chosen from them", () =>
  visit("attention", { a: "It was the city. The home was known and it was first." }, async (page) => {
    await byId(page, "link-head").first().waitFor();
    const name = (id) => byId(page, id).evaluate((s) => s.selectedOptions[0].textContent);
    assert.match(await name("link-pronoun"), /it$/);
    assert.match(await name("link-noun"), /city$/);
    const shares = await numbers(byId(page, "link-head"), "share");
    assert.deepEqual(shares, [...shares].sort((a, b) => b - a));
    const chance = Number(await byId(page, "links-found").getAttribute("data-chance"));
    const pieces = await byId(page, "values").first().locator("tbody tr").count();
    assert.ok(pieces >= 16 && Math.abs(chance - 1 / pieces) < 1e-6, `${chance} of ${pieces}`);
    await byId(page, "link-noun").selectOption({ label: "7. home" });
    await page.waitForFunction(() => /refers=\d+\.6/.test(location.hash));
    assert.notDeepEqual(await numbers(byId(page, "link-head"), "share"), shares);
    // Chosen: the figure above shows that head and the pronoun, with the same share.
    const best = await byId(page, "link-head").first().evaluate((e) => ({ ...e.dataset }));
    await byId(page, "link-head").first().getByRole("button").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((head) => location.hash.includes(`head=${head}`), best.head);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    const home = await byId(page, "values").first().locator("tr", { hasText: "home" }).locator(".num").textContent();
    assert.ok(Math.abs(parseFloat(home) - Number(best.share) * 100) < 0.1, `${home} ${best.share}`);
    await type(page, "no such word here");
    await byId(page, "link-try").waitFor();
    assert.equal(await byId(page, "link-head").count(), 0);
  }));

/** Codes of a matrix's first group, by the pack's own bytes. */
function codes(name) {
  const manifest = read("tests/data/tiny-q4/manifest.json");
  const { shards } = manifest.tensors.find((t) => t.name === name);
  const bytes = readFileSync(path.join(TINY, manifest.parts[shards[0].part].file));
  const q = bytes.subarray(shards[0].offsets[0], shards[0].offsets[0] + 16);
  return [...q].flatMap((b) => [b & 15, b >> 4]);
}

test("inside: a group of a matrix is shown in the file's own codes", () =>
  visit("inside", { a: probe.input.text, head: "1.1" }, async (page) => {
    await byId(page, "grid").waitFor();
    const want = codes("bert.encoder.layer.0.attention.self.query.weight");
    const { scale, minimum } = await byId(page, "grid").evaluate((e) => ({ ...e.dataset }));
    const values = want.map((code) => Number(scale) * code + Number(minimum));
    const shown = () => numbers(byId(page, "weight"), "value");
    assert.ok(near(await shown(), values, 1e-6));
    assert.ok(!near(await shown(), values.toReversed(), 1e-6));
    const counts = await numbers(byId(page, "code"), "count");
    assert.equal(counts.length, 16);
    assert.equal(counts.reduce((a, b) => a + b), 64 * 64);
    assert.equal(await page.locator(".grid-line circle").count(), 32);
    assert.equal(await byId(page, "rounding").count(), 0, "nothing is recorded of the tiny model");
    await byId(page, "stored-row").fill("999");
    await page.keyboard.press("Tab");
    await page.waitForFunction((old) => Number(document.querySelector('[data-testid="weight"]').dataset.value) !== old, values[0]);
    assert.equal(await byId(page, "stored-row").inputValue(), "64");
    const before = await shown();
    await byId(page, "stored-matrix").selectOption({ index: 1 });
    await page.waitForFunction(() => location.hash.includes("form=1"));
    await page.waitForFunction((old) => Number(document.querySelector('[data-testid="weight"]').dataset.value) !== old, before[0]);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    assert.deepEqual(await grave(page), []);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await sideways(page), []);
  }));

/** Opens the guess by keyboard, sees `hidden` go, commits to an option, and gives whether it was right. */
async function guess(page, option, hidden) {
  await byId(page, "guess-start").focus();
  await page.keyboard.press("Enter");
  await byId(page, "guess-option").first().waitFor();
  assert.equal(await hidden.first().isVisible(), false, "the answer stays in sight");
  await page.waitForFunction(() => document.activeElement?.id === "guess-go");
  await byId(page, "guess-option").nth(option).focus();
  await page.keyboard.press("Enter");
  await byId(page, "guess-told").waitFor();
  assert.equal(await hidden.first().isVisible(), true);
  return (await byId(page, "guess-told").getAttribute("data-right")) === "true";
}

/** The one option that is right, of so many; each other is told to be wrong. */
async function rightOne(page, count, hidden) {
  const right = [];
  for (let i = 0; i < count; i++) {
    if (i > 0) await byId(page, "guess-again").click();
    if (i > 0) await byId(page, "guess-option").nth(i).click();
    const ok = i === 0 ? await guess(page, 0, hidden) : (await byId(page, "guess-told").getAttribute("data-right")) === "true";
    if (ok) right.push(i);
  }
  assert.equal(right.length, 1, `${right} are right`);
  return right[0];
}

test("guess: which side helps more, as the losses have it", () =>
  visit("directions", { a: probe.directions.text, piece: "5" }, async (page) => {
    await byId(page, "view").nth(4).waitFor();
    await current(page);
    const [, left, right] = probe.directions.losses;
    assert.equal(await rightOne(page, 2, byId(page, "view")), left < right ? 0 : 1);
    // Another word: another question. Escape and the button leave it open to nobody.
    await byId(page, "word").nth(2).click();
    await byId(page, "guess-start").click();
    await page.keyboard.press("Escape");
    await byId(page, "guess-start").waitFor();
    await byId(page, "guess-start").click();
    assert.deepEqual(await grave(page), []);
    await byId(page, "guess-skip").click();
    await byId(page, "view").first().waitFor();
  }));

test("guess: the nearest pair, the strongest look, the part that matters", async () => {
  const sentences = ["The city was home.", "They made a new city.", "Is the city known?"];
  await visit("context", [["about", "city"], ...sentences.map((s) => ["s", s])], async (page) => {
    await byId(page, "cosine").first().waitFor();
    const pairs = await byId(page, "cosine").evaluateAll((all) => all.map((e) => [e.dataset.pair, Number(e.dataset.cosine)]));
    const of = Object.fromEntries(pairs);
    const found = ["1.2", "1.3", "2.3"].filter((p) => p in of);
    const best = found.reduce((a, b) => (of[a] >= of[b] ? a : b));
    assert.equal(found[await rightOne(page, found.length, byId(page, "cosine"))], best);
  });
  await visit("attention", { a: golden.text, piece: "2", head: "1.1", specials: "shown" }, async (page) => {
    await byId(page, "heading").waitFor();
    await byId(page, "guess-start").waitFor();
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    const row = (await byId(page, "values").first().locator(".num").allTextContents()).slice(1).map(parseFloat);
    const right = await rightOne(page, row.length, byId(page, "values"));
    assert.ok(row[right] >= Math.max(...row) - 0.06, `${right} of ${row}`);
  });
  await visit("input", { a: probe.input.text }, async (page) => {
    await byId(page, "said").first().waitFor();
    await current(page);
    await rightOne(page, 3, byId(page, "said"));
    const told = await byId(page, "guess-told").innerText();
    // Without positions: what the reference says of the word that is first as typed, if it is in its list.
    assert.match(told, /as typed, .* without the row of .* without positions, .* without segments/);
  });
});

test("guess: a review's label and how sure", () =>
  visit("sentiment", { a: "The film was good and it was long." }, async (page) => {
    await page.locator('[data-testid="verdict"][data-probability]').waitFor();
    const { label, probability } = await byId(page, "verdict").evaluate((e) => ({ ...e.dataset }));
    const positive = label === "positive" ? Number(probability) : 1 - Number(probability);
    const band = [0.1, 0.25, 0.75, 0.9].filter((edge) => positive > edge).length;
    assert.equal(await rightOne(page, 5, byId(page, "verdict")), band);
  }));

test("before the weights are in, three more openings are there and say that they are recorded", async () => {
  const real = await Stage.open({ webgpu: false, tiny: false });
  try {
    real.server.fault(/part-\d+/, "hang");
    for (const [lesson, figure] of [["directions", "view"], ["input", "strip"], ["inside", "lens"]]) {
      const visitor = await real.visitor();
      const page = await visitor.open(lesson);
      await byId(page, figure).first().waitFor();
      await byId(page, "recorded").first().waitFor();
      if (lesson === "directions") {
        const [both, left, right] = await numbers(byId(page, "view"), "loss");
        assert.ok(both < 0.2 && left > 2 && right > 2, `${both} ${left} ${right}`);
        await byId(page, "by-word").nth(5).waitFor();
      }
      if (lesson === "input") {
        const [word, position, segment, sum] = await numbers(byId(page, "part"), "value");
        assert.ok(Math.abs(word + position + segment - sum) < 1e-3);
        assert.equal(await byId(page, "strip").count(), 5);
        assert.ok((await byId(page, "said").count()) >= 5);
      }
      if (lesson === "inside") {
        const words = await byId(page, "lens").evaluateAll((rows) => rows.map((row) => row.dataset.word));
        assert.equal(words[0], "paris");
        assert.ok((await byId(page, "model-part").count()) === 15);
      }
      await visitor.context.close();
    }
  } finally {
    await real.close();
  }
});

test("a GPU lost under a probe: a new engine answers, with the same numbers", async (t) => {
  const gpu = await Stage.open();
  try {
    const visitor = await gpu.visitor();
    const page = await visitor.open(`directions?${new URLSearchParams({ engine: "gpu", a: probe.directions.text })}`);
    await loaded(page, "gpu");
    await byId(page, "view").nth(4).waitFor();
    await current(page);
    const views = async (word) => {
      await page.locator('[data-testid="heading"]', { hasText: `“${word}” is hidden` }).waitFor();
      await current(page);
      const now = await numbers(byId(page, "view"), "loss");
      return [now[1], now[2], now[0]];
    };
    const lose = async (then) => {
      const button = page.getByRole("button", { name: /lose the GPU/ });
      if (!(await button.isVisible())) await byId(page, "engine-chip").click();
      await button.click();
      await then();
    };
    // By keyboard: the engine's panel lies over the words.
    const word = async (i) => {
      await byId(page, "word").nth(i).focus();
      await page.keyboard.press("Enter");
    };
    const words = await byId(page, "word").allTextContents();
    gpu.server.forget();
    await lose(() => word(2));
    await byId(page, "notice").filter({ hasText: /GPU was lost.*set up again/ }).waitFor();
    const rebuilt = await views(words[2]);
    await loaded(page, "gpu");
    assert.ok(near(rebuilt, probe.by_word[2], LOSS), `${rebuilt} for ${probe.by_word[2]}`);
    assert.ok(!near(rebuilt, probe.by_word[1], LOSS));
    await lose(() => word(1));
    await byId(page, "notice").filter({ hasText: /CPU has taken over/ }).waitFor();
    const taken = await views(words[1]);
    await loaded(page, "cpu");
    assert.ok(near(taken, probe.by_word[1], LOSS), `${taken} for ${probe.by_word[1]}`);
    assert.deepEqual(gpu.server.asked(/models/), [], "nothing is downloaded again");
    t.diagnostic(`losses by the new GPU engine ${rebuilt}, by the CPU ${taken}`);
    await visitor.leave({ expected: /device|GPU/i });
  } finally {
    await gpu.close();
  }
});
