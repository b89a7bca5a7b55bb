// Bad input, a lost GPU, a panic: a sentence that says what to do, and nothing typed is lost.
import { after, afterEach, before, test } from "node:test";
import assert from "node:assert/strict";
import { Stage, answered, byId, loaded, type } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());
afterEach(() => stage.server.reset());

/** Waits for the sentence under the heading, and for the engine still to be there. */
async function told(page, pattern) {
  await byId(page, "told").filter({ hasText: pattern }).waitFor();
  assert.equal(await byId(page, "banner").count(), 0, "the engine fell over");
}

const badInput = [
  ["empty text", "", /nothing to read/],
  ["only spaces", "   \u00a0\t ", /nothing to read/],
  ["no masked word", "Nothing is hidden here.", /No word is hidden/],
  ["512 masked words", "[MASK] ".repeat(512), /512 words are hidden.*at most 16/],
  ["more than 1 MB", "word ".repeat(220_000) + "[MASK]", /reads at most/],
  ["a blank beyond what is read", "word ".repeat(190_000) + "[MASK]", /beyond the \d+ pieces/],
];
const oddInput = [
  ["lone surrogates", "It \ud83d is \udc4d [MASK] \ud800."],
  ["unbalanced emoji", "\u200d👩\u200d\u200d [MASK] 👨\u200d \ufe0f🏳\u200d"],
  ["control characters and marks", "\u0000\u0007\u202e It [MASK] \u0301\u0301\u0301 \ufffe."],
  ["right to left", "שלום [MASK] مرحبا."],
  ["one endless word", "a".repeat(5000) + " [MASK]"],
];

test("bad input gets a sentence, odd input an answer", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?engine=cpu");
  await loaded(page, "cpu");
  for (const [name, text, pattern] of badInput) {
    await type(page, text);
    await told(page, pattern).catch((error) => assert.fail(`${name}: ${error.message}`));
    await type(page, `After ${name} comes [MASK].`);
    await answered(page).catch((error) => assert.fail(`after ${name}: ${error.message}`));
  }
  for (const [name, text] of oddInput) {
    await type(page, text);
    await answered(page).catch((error) => assert.fail(`${name}: ${error.message}`));
  }
  assert.equal(await byId(page, "banner").count(), 0);
  await visitor.leave();
});

test("a hostile address opens the page", async () => {
  const addresses = ["%ff%fe", "blank?a=%ZZ&ask=&head=99.99&piece=-1", "attention?head=0.0&a=%00", "nowhere?b=only", "tokens?a=" + "%F0".repeat(3000)];
  for (const address of addresses) {
    const visitor = await stage.visitor();
    const page = await visitor.open(address);
    await loaded(page, "cpu");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await visitor.leave();
  }
});

const panel = (page, button) => page.getByRole("button", { name: button });

test("a lost GPU is rebuilt once without a download, then the CPU takes over", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?engine=gpu");
  await loaded(page, "gpu");
  await byId(page, "engine-chip").click();
  stage.server.forget();
  await panel(page, /lose the GPU/).click();
  await type(page, "It was lost [MASK].");
  await byId(page, "notice").filter({ hasText: /GPU was lost.*set up again/ }).waitFor();
  await answered(page);
  await loaded(page, "gpu");
  assert.equal(await byId(page, "sentence").inputValue(), "It was lost [MASK].");
  if (!(await panel(page, /lose the GPU/).isVisible())) await byId(page, "engine-chip").click();
  await panel(page, /lose the GPU/).click();
  await type(page, "It was lost [MASK] again.");
  await byId(page, "notice").filter({ hasText: /CPU has taken over/ }).waitFor();
  await answered(page);
  await loaded(page, "cpu");
  assert.deepEqual(stage.server.asked(/models/), []);
  await visitor.leave({ expected: /device|GPU/i });
});

test("a panic is told, and restart keeps the text", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?engine=cpu");
  await loaded(page, "cpu");
  await type(page, "Keep [MASK] of this.");
  await answered(page);
  await byId(page, "engine-chip").click();
  await byId(page, "drill-panic").click();
  await byId(page, "banner").filter({ hasText: /engine stopped.*what you typed stays/ }).waitFor();
  assert.equal(await byId(page, "sentence").inputValue(), "Keep [MASK] of this.");
  await byId(page, "banner").getByRole("button", { name: "Restart" }).click();
  await loaded(page, "cpu");
  await answered(page);
  assert.equal(await byId(page, "sentence").inputValue(), "Keep [MASK] of this.");
  await visitor.leave({ expected: /panicked|unreachable|a drill/ });
});

test("an engine changed in the middle of an answer does not come back", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?engine=gpu");
  await loaded(page, "gpu");
  await answered(page);
  await byId(page, "engine-chip").click();
  // A text that needs pipelines the software adapter has not compiled yet: a slow answer.
  await type(page, `${"a long way ".repeat(20)}[MASK]`);
  await panel(page, /^CPU$/).click();
  await loaded(page, "cpu");
  await answered(page);
  await page.waitForTimeout(3000);
  await type(page, "It is a [MASK] again.");
  await answered(page);
  await loaded(page, "cpu");
  assert.match(await byId(page, "engine-chip").textContent(), /CPU/);
  await visitor.leave();
});

test("typing fast ends with the answer to the last text", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?engine=gpu");
  await loaded(page, "gpu");
  await byId(page, "sentence").fill("");
  await byId(page, "sentence").pressSequentially("This is typed quite fast, and BERT must [MASK] up.", { delay: 5 });
  await answered(page);
  const shown = await answerOf(page);
  await page.waitForTimeout(500);
  assert.deepEqual(await answerOf(page), shown, "an older answer came late");
  await visitor.leave();
});

const answerOf = (page) =>
  byId(page, "bar").evaluateAll((bars) => bars.map((bar) => [bar.dataset.piece, bar.dataset.probability]));
