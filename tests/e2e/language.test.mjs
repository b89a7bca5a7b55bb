// Two languages: chosen by the browser or the visitor, kept, and switched without losing anything.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { choose, file, phase, put, rows, tsv } from "./lab.mjs";
import { Stage, answered, atRest, byId, grave, loaded, sideways, type } from "./page.mjs";

const LESSONS = ["why", "blank", "directions", "context", "attention", "tokens", "input", "masking", "next-sentence", "pre-training", "inside", "sentiment", "fine-tune", "answers", "features", "own"];
const GERMAN = { locale: "de-DE" };

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

/**
 * Texts that people read, and that are English: what stands in quotation marks, is marked as English, is code, or is of
 * the text that BERT read (pieces, spans, rows of a file) is not looked at.
 */
const english = (page) =>
  page.evaluate(() => {
    const left = "body [lang=en], textarea, code, pre, .mono, .try, script, style, option, svg title, .text, [data-testid=verdict] b, [data-testid=span], [data-testid=refused], [data-testid=first-numbers] td, [data-testid=preview]";
    const told = (text) => text.replace(/„[^“]*“|“[^”]*”/g, "");
    const found = (text) => / (the|of|and|with|is|are|this|that|from|which|has|not|to) /i.test(` ${told(text)} `);
    const out = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { textContent, parentElement } = walk.currentNode;
      // One word alone may be a piece of the text, and where a special token stands, pieces stand around it.
      if (textContent.includes("[CLS]")) continue;
      if (textContent.trim().includes(" ") && !parentElement.closest(left) && found(textContent)) out.push(textContent.trim());
    }
    for (const name of ["aria-label", "title", "placeholder"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        const text = element.getAttribute(name);
        if (text.includes(" ") && !element.closest("body [lang=en]") && found(text)) out.push(`${name}: ${text}`);
      }
    }
    return out;
  });

const settled = async (page) => {
  await page.waitForFunction(() => !document.querySelector(":not(textarea).stale"));
  await atRest(page);
};

const title = (page) => page.getByRole("heading", { level: 1 }).innerText();

test("the reader of languages sees English", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?a=It+is+[MASK].");
  await loaded(page, "cpu");
  await settled(page);
  assert.ok((await english(page)).length > 5);
  await visitor.leave();
});

for (const lesson of LESSONS) {
  test(`${lesson} in German: nothing is left in English; axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor({ ...GERMAN, viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
    const page = await visitor.open(lesson);
    await loaded(page, "cpu");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await settled(page);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    assert.deepEqual(await english(page), []);
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await byId(page, "engine-chip").click();
    assert.deepEqual(await english(page), [], "with the engine panel open");
    assert.deepEqual(await sideways(page), [], "with the engine panel open");
    await visitor.leave();
  });
}

test("the switch works by keyboard, loses neither text nor answer, and is kept", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?a=It+is+[MASK].");
  await loaded(page, "cpu");
  await type(page, "So it was [MASK].");
  await answered(page);
  await page.waitForTimeout(1_000);
  const bars = () => byId(page, "bar").evaluateAll((all) => all.map((b) => [b.dataset.piece, b.dataset.probability]));
  const weights = () => stage.server.asked().filter((path) => path.includes("/assets/")).length;
  const [before, name, files] = [await bars(), await title(page), weights()];
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  await byId(page, "language").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.lang === "de");
  await page.waitForFunction(() => document.activeElement?.dataset.testid === "language");
  await settled(page);
  assert.notEqual(await title(page), name);
  assert.equal(await byId(page, "sentence").inputValue(), "So it was [MASK].");
  assert.deepEqual(await bars(), before);
  assert.equal(await byId(page, "recorded").count(), 0);
  assert.deepEqual(await english(page), []);
  assert.match(await page.title(), /^Lücken füllen/);
  assert.match(await byId(page, "bar").first().innerText(), /\d,\d+\s%/);
  // What was done can still be taken back; nothing was loaded anew; the link says nothing of the language.
  await byId(page, "undo").click();
  assert.equal(await byId(page, "sentence").inputValue(), "It is [MASK].");
  assert.equal(weights(), files);
  assert.ok(!page.url().includes("de"), page.url());
  await page.reload();
  await loaded(page, "cpu");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  await byId(page, "language").click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  assert.equal(await title(page), name);
  await visitor.leave();
});

test("what is half done goes along: a quiz, a guess, a pin", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("next-sentence");
  await loaded(page, "cpu");
  await byId(page, "quiz-start").click();
  await byId(page, "guess-next").click();
  await byId(page, "quiz-next").waitFor();
  const change = async (code) => {
    await byId(page, "language").click();
    await page.waitForFunction((code) => document.documentElement.lang === code, code);
    await settled(page);
  };
  await change("de");
  await byId(page, "quiz-next").waitFor();
  assert.equal(await byId(page, "guess-next").count(), 0);
  // A guess that is open keeps the answer out of sight.
  await page.goto(page.url().replace(/#.*/, "#directions"));
  await byId(page, "guess-start").click();
  await byId(page, "guess-option").first().waitFor();
  await change("en");
  await byId(page, "guess-option").first().waitFor();
  // A pinned figure is the same figure in another language.
  await page.goto(page.url().replace(/#.*/, "#blank?a=It+is+[MASK]."));
  await answered(page);
  await settled(page);
  await page.locator("section.card").filter({ has: byId(page, "bar") }).getByTestId("take-pin").click();
  await byId(page, "against").waitFor();
  await change("de");
  await byId(page, "against").filter({ hasText: "angehefteten" }).waitFor();
  // A word that was hidden comes back, and what was unfolded stays so.
  await page.getByRole("button", { name: "is", exact: true }).click();
  await byId(page, "gap").nth(1).waitFor();
  const unfolded = () => page.locator("details").evaluateAll((all) => all.map((fold) => fold.open));
  const before = (await unfolded()).map((open) => !open);
  assert.ok(before.includes(true) && before.includes(false), `${before}`);
  await page.locator("details").evaluateAll((all) => all.forEach((fold) => (fold.open = !fold.open)));
  await change("en");
  assert.deepEqual(await unfolded(), before);
  assert.equal(await byId(page, "sentence").inputValue(), "It [MASK] [MASK].");
  await byId(page, "gap").first().click();
  assert.equal(await byId(page, "sentence").inputValue(), "It is [MASK].");
  await visitor.leave();
});

test("the browser's first language that the page has is spoken", async () => {
  for (const [locale, lang] of [["de-AT", "de"], ["fr-FR", "en"], ["en-GB", "en"]]) {
    const visitor = await stage.visitor({ locale });
    const page = await visitor.open();
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang, locale);
    await visitor.leave();
  }
});

test("a file holds the same numbers in either language", async () => {
  const csv = async (options) => {
    const visitor = await stage.visitor(options);
    const page = await visitor.open("attention?a=It+is+so.&view=other");
    await loaded(page, "cpu");
    await settled(page);
    const button = byId(page, "take-csv").first();
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    const text = await readFile(await download.path(), "utf8");
    await visitor.leave();
    return text.match(/[-−]?\d+\.\d+/g);
  };
  const [en, de] = [await csv({}), await csv(GERMAN)];
  assert.ok(en.length > 3);
  assert.deepEqual(de, en);
});

test("a training goes on while the language changes", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("fine-tune?engine=cpu");
  await loaded(page, "cpu");
  await choose(page, file("two.tsv", tsv(rows(200))));
  await put(page, "set-epochs", 3);
  await byId(page, "lab-start").click();
  await phase(page, "training");
  await byId(page, "language").click();
  await page.waitForFunction(() => document.documentElement.lang === "de");
  await phase(page, "done");
  assert.deepEqual(await english(page), []);
  assert.equal(await byId(page, "kept-model").count(), 1);
  await visitor.leave();
});
