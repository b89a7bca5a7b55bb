// Many reviews at once: files in, what is told of them, and the files out, beside the native command's.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LATE, Stage, byId, loaded } from "./page.mjs";
import { repository } from "./server.mjs";

let reading, real;
before(async () => {
  // Files are read, told and shown without a model: its weights never arrive here.
  reading = await Stage.open({ webgpu: false, tiny: false });
  reading.server.fault(/part-\d+/, "hang");
  real = await Stage.open({ webgpu: false, tiny: false });
});
after(async () => {
  await reading?.close();
  await real?.close();
});

const file = (name, content) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
const summary = (page) => byId(page, "many-summary").locator("p").first();

async function choose(page, name, content) {
  await byId(page, "file").setInputFiles(file(name, content));
  await byId(page, "file-name").filter({ hasText: name }).waitFor();
  await summary(page).filter({ hasText: /rows?,/ }).waitFor();
  return summary(page).innerText();
}

const told = (page) => byId(page, "bad-rows").locator("li").allTextContents();

async function saved(page, testid) {
  const [download] = await Promise.all([page.waitForEvent("download"), byId(page, testid).click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

test("a broken file is told line by line, and its sound rows are taken", async () => {
  const visitor = await reading.visitor();
  const page = await visitor.open("sentiment");
  await page.getByRole("button", { name: "a broken file" }).click();
  await byId(page, "bad-rows").waitFor();
  const lines = (await told(page)).map((line) => line.match(/^Line (\d+): (.*)/).slice(1));
  assert.deepEqual(lines.map(([line]) => Number(line)), [3, 5, 7, 8, 9, 11, 14]);
  const reasons = [/text is empty/, /line is empty/, /3 columns, 2 expected/, /“4” is neither/, /quote/, /1 column,/, /quote/];
  reasons.forEach((reason, i) => assert.match(lines[i][1], reason));
  assert.match(await summary(page).innerText(), /^13 rows, 7 cannot be read/);
  // Without labels, "4" is no matter.
  await byId(page, "label-column").selectOption("");
  await summary(page).filter({ hasText: /6 cannot/ }).waitFor();
  assert.match(await byId(page, "many-run").innerText(), /7 reviews/);
  assert.ok(await byId(page, "many-run").isDisabled(), "nothing can be asked before the model is in");
  await visitor.leave();
});

test("hostile files: UTF-16, NUL, no text, a line of megabytes, the article's own columns", async () => {
  const visitor = await reading.visitor();
  const page = await visitor.open("sentiment");
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("text\tlabel\r\nSchön 🙂\t1\r\n", "utf16le")]);
  assert.match(await choose(page, "utf16.tsv", utf16), /^1 row, all can be read/);
  assert.match(await byId(page, "preview").innerText(), /Schön 🙂/);
  const bytes = [...Buffer.from("fine\nnul \0 here\n"), 0xff, 0xfe, 0x0a, ...Buffer.from("fine too")];
  assert.match(await choose(page, "bytes.txt", Buffer.from(bytes)), /^4 rows, 2 cannot/);
  assert.deepEqual((await told(page)).map((l) => l.slice(0, 16)), ["Line 2: not text", "Line 3: not text"]);
  assert.match(await choose(page, "long.txt", `first\n${"x".repeat(3_000_000)}\nlast`), /^3 rows, 1 cannot/);
  assert.match((await told(page)).join(), /^Line 2: longer than 1.0 MB/);
  assert.match(await choose(page, "article.tsv", "0\t1\ta\tGood food\n1\t0\ta\tBad food\n"), /^2 rows, all/);
  assert.equal(await byId(page, "text-column").inputValue(), "3");
  assert.equal(await byId(page, "label-column").inputValue(), "1");
  await choose(page, "empty.txt", "\n");
  await page.getByText("No row of this can be read as text").waitFor();
  await visitor.leave();
});

test("pasting and dropping read as choosing does", async () => {
  const visitor = await reading.visitor();
  const page = await visitor.open("sentiment");
  await byId(page, "paste").fill("One review, short.\nAnother; longer.");
  await summary(page).filter({ hasText: "2 rows, all can be read" }).waitFor();
  await byId(page, "paste").fill("");
  await byId(page, "many-run").waitFor({ state: "detached" });
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["text\tlabel\nDropped\t0\n"], "dropped.tsv"));
    return data;
  });
  await byId(page, "intake").dispatchEvent("drop", { dataTransfer: transfer });
  await summary(page).filter({ hasText: "1 row, all can be read" }).waitFor();
  assert.equal(await byId(page, "file-name").innerText(), "dropped.tsv");
  await visitor.leave();
});

test("ten thousand rows are taken, no more, and the page stays awake", async (t) => {
  const visitor = await reading.visitor();
  const page = await visitor.open("sentiment");
  const row = "1\tA row of the usual length, with a number of words that nobody will read to the end.\n";
  // Frames go on while the file is read.
  await page.evaluate(() => {
    globalThis.longest = 0;
    let last = performance.now();
    const frame = (now) => {
      globalThis.longest = Math.max(globalThis.longest, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  assert.match(await choose(page, "big.tsv", "label\ttext\n" + row.repeat(12_000)), /^10,000 rows, all/);
  await page.getByText(/from line 10,002 on, nothing was read/).waitFor();
  assert.ok((await page.locator(".many tr").count()) < 60, "rows beyond the page shown are in the document");
  t.diagnostic(`longest frame ${(await page.evaluate(() => globalThis.longest)).toFixed(0)} ms`);
  await visitor.leave();
});

const REVIEWS = [
  [1, "A warm and funny film."],
  [0, "I wanted to love it."],
  [1, "Not bad at all!"],
  [0, "Two hours that nobody will give me back."],
  [1, "The soup alone is worth the trip."],
  [0, "Cold soup, cold waiter."],
  [1, "You'll not find a better haircut."],
  [0, "If you enjoy waiting, you'll adore this place."],
  [1, "naïve, but <br />charming"],
  [0, "One star, because zero was not on offer."],
  [1, "It never tries too hard, which is why it does n't fail."],
  [0, "A brilliant cast, wasted."],
];
const TABLE = "label\ttext\n" + REVIEWS.map((row) => row.join("\t") + "\n").join("");

/** What `cargo xtask quality sentiment --predictions` writes for the same file. */
function native(table) {
  const folder = mkdtempSync(path.join(tmpdir(), "bertscope-many-"));
  try {
    const [input, output] = ["in.tsv", "out.tsv"].map((name) => path.join(folder, name));
    writeFileSync(input, table);
    // XTASK names one that is built already.
    const cargo = [process.env.CARGO ?? "cargo", "run", "--quiet", "--package", "xtask", "--features", "engine", "--"];
    const [program, ...args] = process.env.XTASK ? [process.env.XTASK] : cargo;
    args.push("quality", "sentiment", "--file", input, "--predictions", output);
    const done = spawnSync(program, args, { cwd: repository, encoding: "utf8" });
    assert.equal(done.status, 0, done.stderr);
    return { judged: done.stdout.trim().split("\n").at(-1), predictions: readFileSync(output, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Lines whose numbers differ by more than one unit of their last digit. The same kernels in WebAssembly and natively
 * sum in another order, so the last bits of f32 may round a number to its neighbour.
 */
function apart(ours, theirs) {
  const rows = (text) => text.split("\n").map((line) => line.split("\t"));
  const [a, b] = [rows(ours), rows(theirs)];
  if (a.length !== b.length) return [`${a.length} lines, ${b.length} lines`];
  const near = (x, y) => x === y || (/^[01]\.\d{5}$/.test(x) && Math.abs(Number(x) - Number(y)) < 1.5e-5);
  return a.flatMap((row, i) => (row.length === b[i].length && row.every((x, j) => near(x, b[i][j])) ? [] : [`${row} | ${b[i]}`]));
}

test("one unit of the last digit passes, two do not, nor does another row", () => {
  assert.deepEqual(apart("0.25000\t0.75000\n", "0.25001\t0.74999\n"), []);
  assert.equal(apart("0.25000\t0.75000\n", "0.25002\t0.74998\n").length, 1);
  assert.equal(apart("0.25000\n", "0.25000\t0.75000\n").length, 1);
  assert.equal(apart("\n", "0.25000\t0.75000\n").length, 1);
});

test("BERT-Base on the CPU: the file that downloads is the native command's", async (t) => {
  const visitor = await real.visitor();
  const page = await visitor.open("sentiment?engine=cpu");
  await choose(page, "reviews.tsv", TABLE);
  await loaded(page, "cpu", LATE);
  await byId(page, "many-run").click();
  await page.locator('[data-testid="many-state"][data-run="done"]').waitFor({ timeout: LATE });
  const results = await saved(page, "many-tsv");
  assert.equal(results.name, "test_results.tsv");
  const theirs = native(TABLE);
  assert.deepEqual(apart(results.text, theirs.predictions), []);
  t.diagnostic(results.text === theirs.predictions ? "byte for byte" : "equal to one unit of the last digit");

  // The score on the page is the command's.
  const { right, n } = await byId(page, "many-score").evaluate((e) => e.dataset);
  assert.equal(Number(n), 12);
  assert.match(theirs.judged, new RegExp(`^accuracy ${(right / n).toFixed(4)} ci .* n 12$`));

  // The CSV says the same, with lines and texts.
  const csv = (await saved(page, "many-csv")).text.split("\r\n");
  assert.equal(csv[0], "line,text,label,negative,positive,windows,given");
  assert.ok(csv[1].startsWith('2,A warm and funny film.,positive,') && csv[1].endsWith(",1,1"), csv[1]);
  const tsv = results.text.trim().split("\n").map((line) => line.split("\t"));
  tsv.forEach(([negative, positive], i) => assert.ok(csv[i + 1].includes(`,${negative},${positive},1,`), csv[i + 1]));

  // The histogram's twin counts every row.
  await page.locator('.histogram [data-testid="twin"]').evaluate((twin) => (twin.open = true));
  const counts = await byId(page, "bins").locator("td.num").allInnerTexts();
  assert.equal(counts.map(Number).reduce((a, b) => a + b), 12);

  // Sorted by the probability, up and down; the order is the file's numbers'.
  const order = () => byId(page, "many-rows").locator("tbody tr").evaluateAll((rows) => rows.map((r) => Number(r.dataset.line)));
  const ascending = tsv.map((row, i) => [Number(row[1]), i + 2]).sort((a, b) => a[0] - b[0]).map(([, line]) => line);
  const sort = byId(page, "many-sort").nth(2);
  await sort.click();
  assert.equal(await page.locator('th[aria-sort="ascending"]').count(), 1);
  assert.deepEqual(new Set(await order()), new Set(ascending));
  const shown = tsv.map((row) => Number(row[1]));
  const rises = (lines) => lines.every((line, i) => i === 0 || shown[line - 2] >= shown[lines[i - 1] - 2]);
  assert.ok(rises(await order()));
  await sort.press("Enter");
  assert.ok(rises((await order()).reverse()));

  // A review goes into the lesson's box.
  await byId(page, "many-pick").filter({ hasText: "Not bad at all!" }).click();
  assert.match(decodeURIComponent(new URL(page.url()).hash).replaceAll("+", " "), /a=Not bad at all!/);
  await visitor.leave();
});

test("cancel keeps what is done, and the run goes on from there", async (t) => {
  const visitor = await real.visitor();
  const page = await visitor.open("sentiment?engine=cpu");
  await byId(page, "paste").fill(REVIEWS.map(([, text]) => text).join("\n").concat("\n").repeat(8).trim());
  await loaded(page, "cpu", LATE);
  await byId(page, "many-run").click();
  const done = async () => (await saved(page, "many-tsv")).text.split("\n").length - 1;
  await byId(page, "histogram").waitFor({ timeout: LATE });
  await byId(page, "many-cancel").click();
  const state = byId(page, "many-state");
  await state.filter({ hasText: /Stopped after \d+ of 96/ }).waitFor();
  const kept = await done();
  assert.ok(kept > 0 && kept < 96, `${kept} of 96`);
  assert.equal(kept, Number((await state.innerText()).match(/after (\d+)/)[1]));
  await byId(page, "many-run").click();
  await page.locator('[data-testid="many-state"][data-run="done"]').waitFor({ timeout: LATE });
  assert.equal(await done(), 96);
  t.diagnostic(`${await state.innerText()}, ${await state.getAttribute("data-engine-share")} of it in the engine`);
  await visitor.leave();
});
