// The fine-tuning lab on questions: a table of context, question and answer in, a span head out, which answers in Ask a
// text. On the tiny BERT and the CPU.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { choose, file, open, phase, put, saved } from "./lab.mjs";
import { Stage, byId, grave, loaded, sideways, type } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const PLACES = "city town street north country".split(" ");
const OTHERS = "the of and was it with they had been first".split(" ");

/** Texts of little words, with one of a place in four of five. */
function rows(n, words = 10) {
  return Array.from({ length: n }, (_, i) => {
    const text = Array.from({ length: words }, (_, k) => OTHERS[(i * (k + 3) + k * k) % OTHERS.length]);
    const answer = i % 5 === 4 ? "" : PLACES[(i * 7) % PLACES.length];
    if (answer) text[(i * 11) % words] = answer;
    return [`${text.join(" ")} ${i}`, "which place was it ?", answer];
  });
}
const csv = (rows) => "context,question,answer\n" + rows.map((r) => r.map((c) => `"${c}"`).join(",")).join("\n") + "\n";

const verdict = (page) => page.locator('.answer:not(.stale) [data-testid="verdict"]');

test("columns are known by their names, and an answer that is not in its text is told by line", async () => {
  const visitor = await stage.visitor();
  const page = await open(visitor);
  const all = rows(40);
  all[3][2] = "Paris";
  all[9][1] = "";
  await choose(page, file("questions.csv", csv(all)));
  const told = await byId(page, "bad-rows").locator("li").allTextContents();
  assert.deepEqual(told.map((t) => t.match(/^Line (\d+)/)[1]), ["5", "11"]);
  assert.match(told[0], /“Paris” does not stand in its text/);
  assert.ok(await byId(page, "lab-answers").isChecked());
  assert.match(await byId(page, "lab-data").innerText(), /answers in[^]*Texts are in[^]*questions in/);
  assert.deepEqual(await byId(page, "lab-name").evaluateAll((all) => all.map((e) => [e.value, e.disabled])), [
    ["answer", true],
    ["no answer", true],
  ]);
  await byId(page, "lab-features").locator("summary").click();
  await byId(page, "lab-printed").waitFor();
  const printed = await byId(page, "lab-printed").innerText();
  const tokens = printed.match(/tokens: (.*)/)[1].split(" ");
  const [start, end] = ["start", "end"].map((what) => Number(printed.match(`${what}_position: (\\d+)`)[1]));
  const label = printed.match(/label: (.*) \(id = /)[1];
  assert.equal(tokens.slice(start, end + 1).join("").replaceAll("##", ""), label);
  assert.deepEqual(await grave(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await sideways(page), []);
  // Read as labels, whatever a cell says is one; the answers' and Paris.
  await byId(page, "lab-answers").uncheck();
  const said = new Set(all.map(([, , answer]) => answer).filter(Boolean));
  await page.waitForFunction((n) => document.querySelectorAll('[data-testid="lab-label-row"]').length === n, said.size);
  await visitor.leave();
});

test("the tiny BERT learns to answer, the model answers in Ask a text, and a copy read in says the same", async (t) => {
  const visitor = await stage.visitor({ acceptDownloads: true });
  const page = await open(visitor);
  await choose(page, file("questions.csv", csv(rows(120))));
  await byId(page, "lab-model-name").fill("Where");
  await put(page, "set-rate", "1e-2");
  await put(page, "set-epochs", 8);
  await byId(page, "lab-pin").fill("which place was it ?");
  await byId(page, "lab-pin-b").fill("it was with the first city and they had been");
  await byId(page, "lab-estimate-ask").click();
  await byId(page, "lab-estimate").filter({ hasText: /About .* for \d+ steps/ }).waitFor();
  await byId(page, "lab-start").click();
  await phase(page, "done");
  const exact = (id) => byId(page, id).getAttribute("data-accuracy").then(Number);
  const [first, last] = [await exact("judged-before"), await exact("judged-after")];
  t.diagnostic(`exact match ${first} before, ${last} after`);
  assert.ok(last >= 0.8 && last > first + 0.3, `${first} to ${last}`);
  // The watched question's answer, and how it came to it.
  const watched = byId(page, "pin-row");
  await watched.filter({ hasText: /^city/ }).waitFor();
  const [answered, none] = await watched.evaluateAll((rows) => rows.map((r) => Number(r.dataset.probability)));
  assert.ok(answered > 0.5 && none < 0.5, `city ${answered}, no answer ${none}`);
  const evaluated = await byId(page, "lab-evaluate").innerText();
  assert.match(evaluated, /exact match \(EM\)[^]*F1/i);
  assert.equal(await byId(page, "confusion-cell").count(), 0);
  assert.deepEqual(await grave(page), []);
  const results = await saved(page, () => byId(page, "lab-results").click());
  const lines = (await readFile(results.path, "utf8")).trimEnd().split("\n");
  assert.equal(lines[0], "answer\tprobability\tno_answer");
  assert.ok(lines.length > 5 && lines.every((l) => l.split("\t").length === 3));
  const model = byId(page, "kept-model").filter({ hasText: "Where" });
  const adapter = await saved(page, () => model.getByRole("button", { name: "Adapter file" }).click());
  const measures = await saved(page, () => model.getByRole("button", { name: "eval_results.txt" }).click());
  assert.match(await readFile(measures.path, "utf8"), /^eval_exact = [^]*eval_f1 = /);
  // After a reload, the kept one and its copy.
  await page.reload();
  await loaded(page, "cpu");
  await byId(page, "lab-import").setInputFiles(adapter.path);
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="kept-model"]').length === 2);
  const said = [];
  for (const which of [0, 1]) {
    await page.goto(page.url().replace(/#.*/, "#fine-tune?engine=cpu"));
    await byId(page, "kept-model").nth(which).getByTestId("lab-use").click();
    await byId(page, "their-model").filter({ hasText: "Where" }).waitFor();
    await byId(page, "question").fill("which place was it ?");
    await type(page, "it was with the first city and they had been");
    await verdict(page).filter({ hasText: "city" }).waitFor();
    said.push(await verdict(page).innerText());
    await byId(page, "work").click();
    await byId(page, "worked").waitFor();
  }
  assert.equal(said[0], said[1]);
  // A text like those it learned from, none of them, without a place.
  const [without, , nothing] = rows(125)[124];
  assert.equal(nothing, "");
  await type(page, without);
  await page.locator('.answer:not(.stale) [data-testid="verdict"][data-none="true"]').waitFor();
  await byId(page, "their-model").getByRole("button").click();
  await byId(page, "their-model").waitFor({ state: "detached" });
  await verdict(page).waitFor();
  await visitor.leave();
});

test("our sample of questions, one click", async () => {
  const visitor = await stage.visitor();
  const page = await open(visitor);
  await page.getByRole("button", { name: "questions on house rules" }).click();
  await byId(page, "lab-parts").filter({ hasText: / test$/ }).waitFor();
  assert.match(await byId(page, "lab-summary").innerText(), /house-rules\.csv · 73 rows, all can be read/);
  await visitor.leave();
});

test("the opening is there before the weights are, labelled as recorded", async () => {
  const visitor = await stage.visitor();
  stage.server.fault(/part-/, "hang");
  const page = await visitor.open("answers");
  await byId(page, "verdict").filter({ hasText: "Ingrid Dahl" }).waitFor();
  assert.ok((await byId(page, "recorded").count()) >= 1);
  assert.equal(await byId(page, "work").count(), 0);
  await visitor.leave();
  stage.server.reset();
});
