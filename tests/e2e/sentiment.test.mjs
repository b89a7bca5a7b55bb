// The Sentiment lesson: on the tiny model with a random adapter, and once on BERT-Base with its own.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { LATE, Stage, byId, loaded, type } from "./page.mjs";
import { repository } from "./server.mjs";

const recorded = JSON.parse(readFileSync(path.join(repository, "assets/recorded/sentiment.json"), "utf8"));
const LONG = "It is a good place and I was happy there with all of them. ".repeat(40).trim();

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

/** Opens the lesson and waits until the review in the box is answered live. */
async function lesson(visitor, text, more = "") {
  const page = await visitor.open(`sentiment${text === undefined ? "" : `?a=${encodeURIComponent(text)}${more}`}`);
  await loaded(page, "cpu");
  await current(page);
  return page;
}

const current = (page) => page.locator(`.card:has([data-testid="verdict"][data-label]) > .answer:not(.stale)`).waitFor();
const weighed = (page) => page.locator('[data-testid="word"][data-pull]').first().waitFor();
const word = (page, text) => page.locator(`[data-testid="word"][data-word="${text}"]`).first();
const numbers = (locator, key) => locator.evaluateAll((all, key) => all.map((e) => Number(e.dataset[key])), key);
const share = async (page, label) => (await page.locator(`[data-testid="share"][data-label="${label}"]`).innerText()).trim();
const openTwins = (page) => page.locator("details.twin").evaluateAll((all) => all.forEach((d) => (d.open = true)));
const cells = (page, id) =>
  byId(page, id).locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((c) => c.textContent.trim())));

/** "41.7 %" as a share, and one unit of its last digit. */
function shown(text) {
  const [, number, decimals = ""] = text.match(/(\d+)(?:\.(\d+))?/);
  return { share: Number(decimals ? `${number}.${decimals}` : number) / 100, unit: 10 ** -decimals.length / 100 };
}

/** Whether a percentage as shown is the value, within a unit of its last digit. */
function agrees(text, value) {
  const { share, unit } = shown(text);
  return Math.abs(share - value) <= unit * (1 + 1e-9);
}

test("a percentage one unit off agrees, two do not", () => {
  assert.ok(agrees("41.7 %", 0.4168) && agrees("41.6 %", 0.4168));
  assert.ok(!agrees("41.9 %", 0.4168) && !agrees("41.7 %", NaN));
});

test("the answer follows the typing, in lines", async () => {
  const visitor = await stage.visitor();
  const page = await lesson(visitor, "It was good.");
  const before = await share(page, 1);
  await byId(page, "sentence").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Then I left.");
  await page.waitForFunction(() => /Then\+I\+left/.test(location.hash));
  await current(page);
  assert.equal(await byId(page, "sentence").inputValue(), "It was good.\nThen I left.");
  assert.notEqual(await share(page, 1), before);
  const { share: one } = shown(await share(page, 0));
  const { share: two } = shown(await share(page, 1));
  assert.ok(Math.abs(one + two - 1) < 0.0021, `${one} ${two}`);
  await byId(page, "sentence-row").nth(1).waitFor();
  assert.equal(await byId(page, "sentence-row").count(), 2);
  await visitor.leave();
});

test("a GPU says of a review and of its words what the CPU says, and again after it was lost", async (t) => {
  const text = "It was a good place.";
  const graphics = await Stage.open({ webgpu: true });
  t.after(() => graphics.close());
  const told = async (visitor, engine) => {
    const page = await visitor.open(`sentiment?a=${encodeURIComponent(text)}&engine=${engine}`);
    await loaded(page, engine, LATE);
    await current(page);
    await weighed(page);
    const [said] = await numbers(byId(page, "verdict"), "probability");
    return { page, said, pulls: await numbers(byId(page, "word"), "pull") };
  };
  const close = (a, b) => a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) <= 5e-3);
  const [cpu, gpu] = [await stage.visitor(), await graphics.visitor()];
  const [one, two] = [await told(cpu, "cpu"), await told(gpu, "gpu")];
  assert.ok(one.pulls.length === 5 && Number.isFinite(one.said), JSON.stringify(one.pulls));
  assert.ok(close([one.said, ...one.pulls], [two.said, ...two.pulls]), `${one.said} ${one.pulls}; ${two.said} ${two.pulls}`);
  assert.ok(!close([one.said], [one.said + 0.01]), "the comparison sees a difference");
  await byId(two.page, "engine-chip").click();
  await two.page.getByRole("button", { name: "Drill: lose the GPU" }).click();
  await type(two.page, "It was a bad place.");
  await current(two.page);
  await type(two.page, text);
  await current(two.page);
  const [again] = await numbers(byId(two.page, "verdict"), "probability");
  assert.ok(close([again], [one.said]), `${again} after the loss, ${one.said} before`);
  await cpu.leave();
  await gpu.leave();
});

test("a word's pull is what leaving it out does; Esc brings all back, a link brings all along", async () => {
  const visitor = await stage.visitor();
  const page = await lesson(visitor, "It was a good place and I was happy.");
  await weighed(page);
  await openTwins(page);
  const rows = await cells(page, "pulls");
  assert.equal(rows.length, 9);
  const strengths = rows.map(([, pull]) => Math.abs(Number(pull.replace("−", "-"))));
  assert.deepEqual(strengths, [...strengths].sort((a, b) => b - a), "by strength");
  const row = rows.find(([text]) => text === "happy");
  const pull = Number(await word(page, "happy").getAttribute("data-pull"));
  assert.ok(Math.abs(pull - Number(row[1].replace("−", "-"))) < 0.0051, `${pull} ${row}`);

  await word(page, "happy").click();
  const changed = page.locator('[data-testid="changed"][data-positive]');
  await changed.waitFor();
  const after = Number(await changed.getAttribute("data-positive"));
  assert.ok(agrees(row[2], after), `${row} ${after}`);
  assert.equal(await word(page, "happy").getAttribute("aria-pressed"), "true");

  await byId(page, "instead").fill("sad");
  await byId(page, "instead").press("Enter");
  await page.waitForFunction(() => /word=8\.sad/.test(location.hash));
  await page.locator(`[data-testid="changed"][data-positive]:not([data-positive="${after}"])`).waitFor();
  await word(page, "good").click();
  await page.waitForFunction(() => /word=3\./.test(location.hash));
  await changed.waitFor();

  const other = await stage.visitor();
  const again = await other.open(new URL(page.url()).hash.slice(1));
  await loaded(again, "cpu");
  await again.locator('[data-testid="changed"][data-positive]').waitFor();
  assert.equal(await again.locator('[data-testid="word"][aria-pressed="true"]').count(), 2);
  assert.equal(await word(again, "happy").innerText(), "happy sad");

  // Both under way or both answered: the last answer is that of the last change.
  await page.waitForFunction(
    (value) => document.querySelector('[data-testid="changed"]')?.dataset.positive === value,
    await again.locator('[data-testid="changed"]').getAttribute("data-positive"),
  );
  await page.keyboard.press("Escape");
  await byId(page, "changed").waitFor({ state: "detached" });
  assert.equal(await page.locator('[data-testid="word"][aria-pressed="true"]').count(), 0);
  assert.doesNotMatch(page.url(), /word=/);
  await visitor.leave();
  await other.leave();
});

test("a long review: windows over all of it, their weighted mean the answer; weighing can be stopped", async () => {
  const visitor = await stage.visitor();
  const page = await lesson(visitor, LONG);
  await byId(page, "windows").waitFor();
  await openTwins(page);
  const windows = byId(page, "window");
  const [starts, ends] = [await numbers(windows, "start"), await numbers(windows, "end")];
  assert.ok(starts.length > 3, `${starts}`);
  assert.equal(Math.min(...starts), 0);
  assert.equal(Math.max(...ends), LONG.length);
  const rows = await cells(page, "window-table");
  const mean = rows.pop();
  const weights = rows.map((r) => Number(r[2]));
  const logits = (r) => r[4].split(", ").map((l) => Number(l.replace("−", "-")));
  assert.equal(weights.reduce((a, b) => a + b), Number(mean[2]));
  for (const label of [0, 1]) {
    const expected = rows.reduce((sum, r, i) => sum + weights[i] * logits(r)[label], 0) / Number(mean[2]);
    assert.ok(Math.abs(expected - logits(mean)[label]) < 0.011, `${expected} ${mean}`);
  }
  assert.equal(shown(mean[3]).share, shown(await share(page, 1)).share);

  await windows.first().focus();
  await page.keyboard.press("ArrowRight");
  assert.match(await byId(page, "window-said").innerText(), /^Window 2 of/);
  assert.ok((await page.locator('[data-testid="weighed"] .lit').count()) > 10, "the window is not lit in the text");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator('[data-testid="window"][aria-pressed="true"]').count(), 1);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator('[data-testid="window"][aria-pressed="true"]').count(), 0);

  assert.equal(await page.locator('[data-testid="word"][data-pull]').count(), 0, "weighed unasked");
  await type(page, LONG.slice(0, 1700));
  await current(page);
  await byId(page, "weigh").click();
  const working = byId(page, "working").filter({ hasText: /Weighing/ });
  await working.waitFor();
  assert.match(await working.innerText(), /\d of [\d,]+/);
  await working.getByTestId("stop").click();
  await byId(page, "weigh").waitFor();
  await working.waitFor({ state: "detached" });
  assert.equal(await page.locator('[data-testid="word"][data-pull]').count(), 0);
  // Nobody waits for what was stopped.
  await type(page, "It was good.");
  await weighed(page);
  assert.equal(await byId(page, "word").count(), 3);
  await visitor.leave();
});

test("by keyboard alone: a review, a word left out, another put in", async () => {
  const visitor = await stage.visitor();
  const page = await lesson(visitor);
  const focused = () => page.evaluate(() => document.activeElement.dataset.testid);
  const tabTo = async (testid) => {
    for (let i = 0; i < 60; i += 1) {
      if ((await focused()) === testid) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not come to ${testid}`);
  };
  await tabTo("sentence");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("All was well.");
  await current(page);
  await weighed(page);
  await tabTo("word");
  assert.match(await byId(page, "read-out").innerText(), /“All” pulls/);
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="changed"][data-positive]').waitFor();
  await tabTo("instead");
  await page.keyboard.type("Little");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /word=0\.Little/.test(location.hash));
  assert.match(await word(page, "All").innerText(), /Little/);
  await page.keyboard.press("Escape");
  await byId(page, "changed").waitFor({ state: "detached" });
  await visitor.leave();
});

test("pairs go into the box; a sample is judged here, and says what it misread", async () => {
  const visitor = await stage.visitor();
  const page = await lesson(visitor);
  await page.waitForFunction(() => !document.querySelector(".stale"));
  const pair = byId(page, "contrast").nth(1);
  const positive = Number(await pair.getAttribute("data-positive"));
  assert.ok(positive > 0 && positive < 1);
  const text = await pair.locator(".w").innerText();
  await pair.click();
  await current(page);
  assert.equal(await byId(page, "sentence").inputValue(), text);
  assert.ok(agrees(await share(page, 1), positive), `${await share(page, 1)} ${positive}`);
  await byId(page, "judge").click();
  const judged = page.locator('[data-testid="judged"]');
  await judged.filter({ hasText: /right here, just now/ }).waitFor();
  const [, right, of] = (await judged.innerText()).match(/(\d+) of (\d+) texts? right/);
  const misread = await page.locator(".misread tbody tr").count();
  assert.equal(Number(right) + misread, Number(of));
  await visitor.leave();
});

test("nothing to read, and too much, are told", async () => {
  const visitor = await stage.visitor();
  const page = await lesson(visitor, "It was good.");
  await type(page, " \n ");
  await byId(page, "told").filter({ hasText: /nothing to read/ }).waitFor();
  await type(page, "x".repeat((1 << 20) + 1));
  await byId(page, "told").filter({ hasText: /at most 1.0 MB/ }).waitFor();
  await type(page, "It was good.");
  await byId(page, "told").waitFor({ state: "detached" });
  await current(page);
  await visitor.leave();
});

test("an adapter that is not there is told, with a way to ask again", async () => {
  const visitor = await stage.visitor();
  const fault = stage.server.fault(/sentiment\.safetensors/, "status", { status: 404 });
  const page = await visitor.open("sentiment");
  await loaded(page, "cpu");
  await byId(page, "told").filter({ hasText: /sentiment\.safetensors.*404/ }).first().waitFor();
  fault.times = 0;
  await byId(page, "again").first().click();
  await current(page);
  await byId(page, "recorded").first().waitFor({ state: "detached" });
  await visitor.leave({ expected: /404/ });
});

test("an adapter of another base is refused before it is used, a damaged one too", async () => {
  for (const [options, said] of [
    [{ kind: "corrupt", match: /sentiment\.safetensors/ }, /damaged twice/],
    [{ kind: "rewrite", match: /adapters\/manifest\.json/, rewrite: (t) => t.replace(/"bytes": \d+/g, '"bytes": 99999999999') }, /refused/],
  ]) {
    const visitor = await stage.visitor();
    stage.server.fault(options.match, options.kind, options);
    const page = await visitor.open("sentiment");
    await loaded(page, "cpu");
    await byId(page, "told").filter({ hasText: said }).first().waitFor();
    stage.server.reset();
    await visitor.leave();
  }
});

test("BERT-Base: a pasted review gets the label and the probability of the native engine", async (t) => {
  const base = await Stage.open({ webgpu: false, tiny: false });
  t.after(() => base.close());
  const visitor = await base.visitor();
  const page = await visitor.open("sentiment");
  await byId(page, "recorded").first().waitFor();
  await loaded(page, "cpu", LATE);
  // Recorded as one of a pair: as a review of its own it is answered live or not at all.
  const { task, answer } = recorded.find((r) => r.task.purpose === "contrast");
  for (const i of [0, 1]) {
    const [text, row] = [task.texts[i].a, answer.rows[i]];
    await type(page, text);
    await byId(page, "weighed").filter({ hasText: text }).waitFor();
    await page.locator(`.card:has([data-testid="verdict"]) > .answer:not(.stale)`).waitFor({ timeout: LATE });
    const label = row.probabilities[1] > 0.5 ? "positive" : "negative";
    assert.equal(await byId(page, "verdict").getAttribute("data-label"), label, text);
    for (const l of [0, 1]) assert.ok(agrees(await share(page, l), row.probabilities[l]), `${text}: ${await share(page, l)}`);
    t.diagnostic(`${text} ${await byId(page, "verdict").innerText()}`);
  }
  await visitor.leave();
});
