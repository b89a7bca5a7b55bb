// Ask a text: the answer is lit where it stands, by keyboard, by link, on any text. On the tiny model, whose answers
// are random and whose places are not.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Stage, byId, grave, loaded, sideways, type } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const link = (text, question) => `answers?${new URLSearchParams({ a: text, b: question })}`;
const settled = (page) => page.locator('.answer:not(.stale) [data-testid="verdict"]').waitFor();

/** The lit characters are those of the span that the verdict names, out of the text that was asked. */
async function litIsSpan(page, text) {
  const verdict = byId(page, "verdict");
  const [start, end] = (await verdict.getAttribute("data-span")).split(" ").map(Number);
  const lit = await byId(page, "lit").evaluate((mark) => mark.textContent);
  assert.equal(lit, text.slice(start, end));
  assert.ok(lit.length > 0);
  return [start, end];
}

test("the opening is answered, its spans and strips and one product worked out", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("answers");
  await loaded(page, "cpu");
  await settled(page);
  const text = await byId(page, "sentence").inputValue();
  await litIsSpan(page, text);
  assert.equal(await byId(page, "span").count(), 10);
  assert.equal(await byId(page, "null").count(), 1);
  const scores = await byId(page, "spans").locator("tbody tr td:nth-last-child(2)").allInnerTexts();
  const numbers = scores.map((s) => Number(s.replace("−", "-").replace("+", "")));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a), "best first");
  assert.equal(await byId(page, "strip").count(), 2);
  await byId(page, "work").click();
  await byId(page, "worked").waitFor();
  // The product is the logit that the table of spans has.
  const best = byId(page, "span").first().locator("td");
  const [start] = (await best.nth(1).innerText()).split(" ");
  const told = await byId(page, "product").first().innerText();
  assert.ok(told.includes(`to ${start}.`), `${told} for ${start}`);
  await visitor.leave();
});

test("by keyboard: a text with accents, emoji and combining marks is lit by whole characters", async () => {
  const visitor = await stage.visitor();
  const text = "Le cafe\u0301 noir de Zoë coûte 3 € 👩🏽‍🚀 à Orléans. 北京 est loin, हिन्दी aussi.";
  const page = await visitor.open(link(text, "who?"));
  await loaded(page, "cpu");
  await settled(page);
  const segments = new Set([...new Intl.Segmenter("fr").segment(text)].map((s) => s.index).concat(text.length));
  const check = async () => {
    for (const at of await litIsSpan(page, text)) assert.ok(segments.has(at), `${at} is inside a character`);
  };
  await check();
  for (const question of ["北京", "Qui est Zoë ?", "combien 🙂"]) {
    await byId(page, "question").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(question);
    await settled(page);
    assert.ok(page.url().includes("b="));
    await check();
  }
  await page.keyboard.press("Tab");
  const moved = await byId(page, "move").first().evaluate((b) => b === document.activeElement || b.tabIndex === 0);
  assert.ok(moved, "the question's words are reached by keyboard");
  await visitor.leave();
});

test("many windows: progress, stop, ask again; the window that said it", async () => {
  const visitor = await stage.visitor();
  const text = "The keeper wrote down every ship that passed the island that year. ".repeat(3000);
  const page = await visitor.open(link("A short text.", "who?"));
  await loaded(page, "cpu");
  await settled(page);
  await type(page, text);
  await byId(page, "stop").click();
  await byId(page, "again").waitFor();
  await byId(page, "again").click();
  await byId(page, "working").waitFor();
  await type(page, text.slice(0, 20_000));
  await settled(page);
  await litIsSpan(page, text);
  assert.match(await byId(page, "window-note").innerText(), /\d+ overlapping windows/);
  await visitor.leave();
});

test("what cannot be asked is told in a sentence, and nothing is lit", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(link("A text.", ""));
  await loaded(page, "cpu");
  for (const [text, question, told] of [
    ["A text.", "", /no question/],
    [" ", "who?", /nothing to read/],
    ["A text.", "who ".repeat(400), /Ask in fewer words/],
    ["\u200b", "who?", /nothing to read/],
  ]) {
    await type(page, text);
    await byId(page, "question").fill(question);
    await page.waitForFunction(
      (source) => new RegExp(source).test(document.querySelector('[data-testid="told"]')?.textContent ?? ""),
      told.source,
    );
    assert.equal(await byId(page, "lit").count(), 0, question);
  }
  // A right-to-left and an unspaced script have places too.
  for (const text of ["בית הקפה נפתח בשנת 1931 בעיר", "กรุงเทพเป็นเมืองหลวงของประเทศไทย", "灯台は1871年に建てられた。"]) {
    await type(page, text);
    await byId(page, "question").fill("when?");
    await settled(page);
    if (await byId(page, "lit").count()) await litIsSpan(page, text);
  }
  await visitor.leave();
});

test("axe finds nothing serious, in light and dark; nothing scrolls sideways on a phone", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const visitor = await stage.visitor({ colorScheme, reducedMotion: "reduce", viewport: { width: 390, height: 800 } });
    const page = await visitor.open("answers");
    await loaded(page, "cpu");
    await settled(page);
    await byId(page, "work").click();
    await byId(page, "worked").waitFor();
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  }
});
