// Next sentence: the answer, its switches, the draws, the quiz. Recorded answers where weights never come,
// live ones on BERT-Base.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { LATE, Stage, byId, grave, loaded, sideways } from "./page.mjs";
import { repository } from "./server.mjs";

/** What the native engine says of the page's own pairs. */
const recorded = JSON.parse(readFileSync(path.join(repository, "assets/recorded/next_sentence.json"), "utf8"));
const opening = recorded.rows[0].text;

let waiting;
before(async () => {
  waiting = await Stage.open({ webgpu: false, tiny: false });
  waiting.server.fault(/part-\d+/, "hang");
});
after(() => waiting?.close());

/** P(IsNext) of a pair by the native engine. */
function native(text, oneSegment = false) {
  const row = recorded.rows.find((r) => r.text.a === text.a && r.text.b === text.b && r.one_segment === oneSegment);
  return row.row.probabilities[0];
}

const swapped = ({ a, b }) => ({ a: b, b: a });

/** Whether "41.7 %" is a share, within one unit of its last digit. */
function says(text, share) {
  const [, number, decimals = ""] = text.match(/(\d+)(?:\.(\d+))?\s*%/);
  const unit = 10 ** -decimals.length;
  return Math.abs(Number(decimals ? `${number}.${decimals}` : number) - share * 100) <= unit * (1 + 1e-9);
}

const bar = (page, which) => page.locator(`[data-testid="follows"][data-which="${which}"]`);
const settled = (page, timeout) => page.locator(".stale").waitFor({ state: "detached", timeout });

/** The ends of a bar say the native engine's numbers. */
async function agrees(page, which, share) {
  const [next, not] = await bar(page, which).locator(".end").allInnerTexts();
  assert.ok(next.startsWith("IsNext") && says(next, share), `${next}, native ${share}`);
  assert.ok(not.startsWith("NotNext") && says(not, 1 - share), `${not}, native ${1 - share}`);
}

const segments = async (page) => (await byId(page, "segment").allInnerTexts()).join("");

test("a share one unit off passes, two do not", () => {
  assert.ok(says("IsNext 41.7 %", 0.4168) && says("41.6 %", 0.4168));
  assert.ok(!says("41.9 %", 0.4168) && !says("99.98 %", 0.9995));
});

test("before the weights: the recorded answer, its switches, its words", async () => {
  const visitor = await waiting.visitor();
  const page = await visitor.open("next-sentence");
  await byId(page, "recorded").waitFor();
  assert.equal(await byId(page, "sentence").inputValue(), opening.a);
  assert.equal(await byId(page, "sentence-b").inputValue(), opening.b);
  await agrees(page, "typed", native(opening));
  await byId(page, "segment").first().waitFor();
  assert.match(await segments(page), /^A+B+$/);

  await byId(page, "swap").click();
  await agrees(page, "changed", native(swapped(opening)));
  await page.locator('.seat:nth-child(2) [data-piece="he"]').waitFor();
  await byId(page, "one-segment").click();
  await agrees(page, "changed", native(swapped(opening), true));
  assert.match(await segments(page), /^A+$/);
  await byId(page, "swap").click();
  await agrees(page, "changed", native(opening, true));
  await agrees(page, "typed", native(opening));

  // The twin has the numbers that the bars have.
  const twin = byId(page, "twin").first();
  await twin.evaluate((t) => (t.open = true));
  const told = await twin.innerText();
  for (const which of ["typed", "changed"]) {
    const [next] = await bar(page, which).locator(".end .v").allInnerTexts();
    assert.ok(told.includes(next), `${told} lacks ${next}`);
  }
  await visitor.leave();
});

test("a piece tells what enters at its position; Escape releases it", async () => {
  const visitor = await waiting.visitor();
  const page = await visitor.open("next-sentence");
  await page.locator('[data-testid="tok"][data-piece="gallon"]').click();
  await page.mouse.move(0, 0);
  await page.waitForFunction(() => /piece=\d+/.test(location.hash));
  assert.match(await byId(page, "seat").innerText(), /“gallon”.*segment B/);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Escape");
  await byId(page, "seat").filter({ hasText: /Pick a piece/ }).waitFor();
  await visitor.leave();
});

test("a pair without its second text says what to do", async () => {
  const visitor = await waiting.visitor();
  const page = await visitor.open("next-sentence?a=Alone.");
  await byId(page, "told").filter({ hasText: /Type the second one/ }).waitFor();
  assert.equal(await byId(page, "follows").count(), 0);
  await byId(page, "sentence").fill("");
  await byId(page, "told").filter({ hasText: /nothing to read/ }).waitFor();
  await visitor.leave();
});

test("draws: the other kind keeps the first text, the same kind draws anew, the link restores it", async () => {
  const visitor = await waiting.visitor();
  const page = await visitor.open("next-sentence");
  const texts = async () => [await byId(page, "sentence").inputValue(), await byId(page, "sentence-b").inputValue()];
  await byId(page, "draw-next").click();
  const [a, b] = await texts();
  assert.match(await byId(page, "source").innerText(), /the one after it/);
  await byId(page, "draw-random").click();
  const random = await texts();
  assert.equal(random[0], a);
  assert.notEqual(random[1], b);
  await byId(page, "draw-random").click();
  assert.notDeepEqual(await texts(), random);
  await byId(page, "swap").click();
  await byId(page, "one-segment").click();
  await page.waitForFunction(() => /draw=random\.2&order=swapped&segments=one/.test(location.hash));
  const other = await waiting.visitor();
  const again = await other.open(new URL(page.url()).hash.slice(1));
  await byId(again, "source").filter({ hasText: /one of “/ }).waitFor();
  assert.deepEqual([await byId(again, "sentence").inputValue(), await byId(again, "sentence-b").inputValue()], await texts());
  for (const id of ["swap", "one-segment"]) assert.equal(await byId(again, id).getAttribute("aria-pressed"), "true");
  // A typed pair is no drawn one.
  await byId(again, "sentence-b").fill("Something else.");
  await again.waitForFunction(() => !location.hash.includes("draw="));
  assert.equal(await byId(again, "source").innerText(), "");
  await visitor.leave();
  await other.leave();
});

const looks = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 } },
};
for (const [name, options] of Object.entries(looks)) {
  test(`${name}: axe finds nothing serious, nothing scrolls sideways, in the quiz too`, async () => {
    const visitor = await waiting.visitor({ ...options, reducedMotion: "reduce" });
    const page = await visitor.open("next-sentence?order=swapped&quiz=3&piece=2");
    await bar(page, "changed").waitFor();
    await byId(page, "segment").first().waitFor();
    await byId(page, "guess-next").click();
    await byId(page, "quiz-shown").waitFor();
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    for (let i = 1; i < 10; i += 1) {
      await byId(page, "quiz-next").click();
      await byId(page, "guess-not").click();
    }
    await byId(page, "quiz-next").click();
    await byId(page, "quiz-table").waitFor();
    assert.deepEqual(await grave(page), [], "at the quiz's end");
    assert.deepEqual(await sideways(page), [], "at the quiz's end");
    await visitor.leave();
  });
}

/** Ten answers by Enter and Tab alone; returns what was asked. */
async function playByKeyboard(page) {
  const focused = () => page.evaluate(() => document.activeElement?.dataset.testid);
  const arrive = (id) => page.waitForFunction((id) => document.activeElement?.dataset.testid === id, id);
  const asked = [];
  for (let i = 0; i < 10; i += 1) {
    await arrive("guess-next");
    asked.push(await page.locator("#quiz-pair").innerText());
    if (i % 2) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await arrive("quiz-next");
    await page.keyboard.press("Enter");
  }
  await arrive("quiz-again");
  assert.equal(await focused(), "quiz-again");
  return asked;
}

test("BERT-Base, live: the native numbers, the switches, a quiz by keyboard alone", async (t) => {
  const stage = await Stage.open({ webgpu: false, tiny: false });
  t.after(() => stage.close());
  const visitor = await stage.visitor();
  const page = await visitor.open("next-sentence");
  await loaded(page, "cpu", LATE);
  await byId(page, "recorded").waitFor({ state: "detached", timeout: LATE });
  await settled(page, LATE);
  await agrees(page, "typed", native(opening));
  await byId(page, "swap").click();
  await byId(page, "one-segment").click();
  await byId(page, "recorded").waitFor({ state: "detached", timeout: LATE });
  await settled(page, LATE);
  await agrees(page, "changed", native(swapped(opening), true));
  await page.waitForFunction(() => /order=swapped&segments=one/.test(location.hash));
  // One vector, two numbers: softmax of the logits at the temperature is the share shown.
  const logits = (await byId(page, "logits").locator("b").allInnerTexts()).slice(1).map((s) => Number(s.replace("−", "-")));
  const share = 1 / (1 + Math.exp((logits[1] - logits[0]) / recorded.rows[0].row.temperature));
  assert.ok(Math.abs(share - native(swapped(opening), true)) < 0.01, `${logits}: ${share}`);

  await byId(page, "quiz-start").focus();
  await page.keyboard.press("Enter");
  const asked = await playByKeyboard(page);
  const cells = byId(page, "quiz-table").locator("tbody td:last-child");
  await cells.filter({ hasText: "…" }).first().waitFor({ state: "detached", timeout: LATE });
  const rows = await byId(page, "quiz-table").locator("tbody tr").evaluateAll((all) =>
    all.map((row) => [...row.cells].map((cell) => cell.textContent)),
  );
  assert.equal(rows.length, 10);
  assert.equal(rows.filter(([, truth]) => truth === "next").length, 5);
  // Marks are what truth, answers and shares make them.
  const right = { you: 0, bert: 0 };
  rows.forEach(([, truth, you, bert], i) => {
    const yours = (i % 2 === 0) === (truth === "next");
    assert.equal(you.startsWith("✓"), yours, `${i}: ${you}`);
    const berts = Number.parseFloat(bert.match(/IsNext ([\d.]+)/)[1]) >= 50 === (truth === "next");
    assert.equal(bert.startsWith("✓"), berts, `${i}: ${bert}`);
    right.you += yours;
    right.bert += berts;
  });
  const final = await byId(page, "final").innerText();
  assert.match(final, new RegExp(`you ${right.you} of 10, BERT ${right.bert}\\.`));
  t.diagnostic(final);

  // The link brings the same ten back.
  const link = await page.evaluate(() => location.hash);
  const other = await waiting.visitor();
  const again = await other.open(link.slice(1));
  await byId(again, "guess-next").waitFor();
  assert.equal(await again.locator("#quiz-pair").innerText(), asked[0]);
  await byId(again, "guess-next").focus();
  assert.deepEqual(await playByKeyboard(again), asked);
  await visitor.leave();
  await other.leave();
});
