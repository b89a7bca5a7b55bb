// One word in several sentences: the cosines of its vectors, layer by layer, on the tiny model.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, byId, grave, loaded, sideways } from "./page.mjs";
import { repository } from "./server.mjs";

const golden = JSON.parse(readFileSync(path.join(repository, "tests/data/lessons.json"), "utf8")).context;

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const link = ({ word, sentences }, more = "") =>
  `context?about=${encodeURIComponent(word)}${sentences.map((s) => `&s=${encodeURIComponent(s)}`).join("")}${more}`;
const live = async (page) => {
  await page.locator('[data-testid="contexts"]:not(.stale)').waitFor();
  await byId(page, "cosine").first().waitFor();
};
const cosines = (page) =>
  byId(page, "cosine").evaluateAll((all) => Object.fromEntries(all.map((e) => [e.dataset.pair, Number(e.dataset.cosine)])));

/** Pairs whose cosine is off PyTorch's in that layer. */
function off(shown, { found, cosines }, layer) {
  return Object.entries(shown)
    .filter(([pair, value]) => {
      const [i, j] = pair.split(".").map((n) => found.indexOf(Number(n) - 1));
      return !(Math.abs(value - cosines[layer][i][j]) < 2e-3);
    })
    .map(([pair]) => pair);
}

for (const [n, wanted] of golden.entries()) {
  test(`“${wanted.word}”: every layer's cosines are PyTorch's, from a link`, async () => {
    const visitor = await stage.visitor();
    const page = await visitor.open(link(wanted));
    await loaded(page, "cpu");
    await live(page);
    const layers = wanted.cosines.length - 1;
    assert.equal(await byId(page, "context-layer").getAttribute("max"), String(layers));
    for (const layer of [layers, 0]) {
      await byId(page, "context-layer").fill(String(layer));
      const shown = await cosines(page);
      assert.equal(Object.keys(shown).length, wanted.found.length * (wanted.found.length - 1));
      assert.deepEqual(off(shown, wanted, layer), []);
      const read = await byId(page, "read-word").locator("td").allInnerTexts();
      assert.deepEqual(read.map((list) => list.split(" ")[0]), wanted.words[layer]);
      assert.notDeepEqual(off(shown, wanted, layers - layer), [], "the comparison tells layers apart");
    }
    const missing = wanted.sentences.length > wanted.found.length;
    assert.equal(await byId(page, "not-found").count(), Number(missing));
    assert.equal(await byId(page, "map-point").count(), wanted.found.length);
    if (n === 0) {
      const again = await (await stage.visitor()).open(new URL(page.url()).hash.slice(1));
      await live(again);
      assert.equal(await byId(again, "context-layer").inputValue(), "0");
      assert.deepEqual(await cosines(again), await cosines(page));
      await again.context().close();
    }
    await visitor.leave();
  });
}

test("sentences come and go by keyboard; a pair is followed; too few are told", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("context?about=city&s=the+city&s=a+city");
  await loaded(page, "cpu");
  await live(page);
  await byId(page, "add-sentence").focus();
  await page.keyboard.press("Enter");
  await byId(page, "context-sentence").nth(2).fill("home is the city");
  await byId(page, "cosine").nth(5).waitFor();
  await live(page);
  const cell = page.locator('[data-testid="cosine"][data-pair="2.3"]');
  await cell.focus();
  await page.keyboard.press("Enter");
  assert.equal(await cell.getAttribute("aria-pressed"), "true");
  assert.match(page.url(), /between=2\.3/);
  assert.match(await byId(page, "drift").locator("figcaption").innerText(), /2 – 3/);
  await byId(page, "context-layer").focus();
  await page.keyboard.press("Home");
  assert.match(await byId(page, "context-layer-name").innerText(), /input/);
  await byId(page, "context-word").fill("nowhere");
  await page.getByText("at least two sentences").waitFor();
  await visitor.leave();
});
for (const [name, options] of Object.entries({ dark: { colorScheme: "dark" }, phone: { viewport: { width: 390, height: 844 } } })) {
  test(`eight sentences, ${name}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor({ ...options, reducedMotion: "reduce" });
    const sentences = Array.from({ length: 8 }, (_, i) => "the city " + "was ".repeat(i * 9));
    const page = await visitor.open(link({ word: "city", sentences }));
    await loaded(page, "cpu");
    await live(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}
