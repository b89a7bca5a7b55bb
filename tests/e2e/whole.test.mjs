// The fine-tuning lab with all weights trained, on the tiny BERT: told beforehand, learned, exported, read in again.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Stage, byId, grave, loaded, sideways } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: true })));
after(() => stage?.close());

const CITY = "city house river town place home world country street north water area".split(" ");
const PLAY = "game team music film album play season league second won last record".split(" ");
const AROUND = "the of and in to was it on with that this they one had been first new".split(" ");
/** Rows of two labels that a few words tell apart; every word is in the tiny vocabulary. */
function two(n) {
  let state = 7;
  const next = (of) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) && (state >>> 8) % of;
  const line = (_, i) => {
    const words = i % 2 ? PLAY : CITY;
    const word = (_, k) => (k % 2 ? words[next(words.length)] : AROUND[next(AROUND.length)]);
    return `${i % 2 ? "play" : "place"}\t${Array.from({ length: 7 }, word).join(" ")} ${i}`;
  };
  const text = ["label\ttext", ...Array.from({ length: n }, line)].join("\n");
  return { name: "two.tsv", mimeType: "text/plain", buffer: Buffer.from(text) };
}

async function put(page, testid, value) {
  await byId(page, testid).fill(String(value));
  await byId(page, testid).blur();
}

const phase = (page, name, timeout = 240_000) =>
  page.locator(`[data-testid="lab-state"][data-phase="${name}"]`).waitFor({ timeout });

/** The lesson on an engine, with data, and all weights chosen by keyboard. */
async function ready(visitor, { engine = "cpu", rows = 200 } = {}) {
  const page = await visitor.open(`fine-tune?engine=${engine}`);
  await loaded(page, engine);
  await byId(page, "lab-data").locator('[data-testid="file"]').setInputFiles(two(rows));
  await byId(page, "lab-summary").first().filter({ hasText: "two.tsv" }).waitFor();
  await page.getByRole("button", { name: "All weights" }).focus();
  await page.keyboard.press("Enter");
  await byId(page, "lab-room").filter({ hasText: "All 108,224 weights" }).waitFor();
  return page;
}

async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

test("all weights of the tiny BERT learn two labels to 95 %, are exported, and say the same after a reload", async (t) => {
  const visitor = await stage.visitor({ acceptDownloads: true });
  const page = await ready(visitor);
  assert.match(await byId(page, "lab-room").innerText(), /take about [\d.]+ MB of memory beside the model, and up to [\d.]+ MB more while a checkpoint is written\.$/);
  assert.equal(await byId(page, "set-rate").inputValue(), "3e-4");
  await put(page, "set-rate", "3e-3");
  await put(page, "set-epochs", 6);
  await byId(page, "lab-model-name").fill("Places");
  await byId(page, "lab-pin").fill("in the city on the river");
  await byId(page, "lab-estimate-ask").click();
  await byId(page, "lab-estimate").filter({ hasText: /108,354 values are trained/ }).waitFor();
  await byId(page, "lab-start").click();
  await phase(page, "done");
  const after = Number(await byId(page, "judged-after").getAttribute("data-accuracy"));
  t.diagnostic(`validation accuracy ${after}`);
  assert.ok(after >= 0.95, `${after}`);
  await byId(page, "lab-pin").fill("in the city on the river again");
  await page.waitForFunction(() => document.querySelector('[data-testid="lab-pinned"] .typed').textContent.includes("again"));
  const said = await byId(page, "pin-row").evaluateAll((rows) => rows.map((row) => Number(row.dataset.probability)));

  await byId(page, "lab-show-changed").click();
  await byId(page, "changed-weights").waitFor();
  const moved = await byId(page, "changed-weights").locator("td[data-value]").evaluateAll((all) => all.map((e) => Number(e.dataset.value)));
  assert.equal(moved.length, 2 * 6);
  assert.ok(moved.every((w) => w > 0 && w < 5), `${moved}`);

  const model = byId(page, "kept-model").filter({ hasText: "Places" });
  assert.match(await model.innerText(), /all weights/);
  const downloads = [];
  page.on("download", (download) => downloads.push(download));
  await model.getByRole("button", { name: "Hugging Face folder" }).click();
  await page.waitForTimeout(2000);
  assert.deepEqual(downloads.map((d) => d.suggestedFilename()).sort(), [
    "config.json",
    "model.safetensors",
    "tokenizer_config.json",
    "vocab.txt",
  ]);
  const config = JSON.parse(await readFile(await downloads.find((d) => d.suggestedFilename() === "config.json").path(), "utf8"));
  assert.deepEqual(config.architectures, ["BertForSequenceClassification"]);
  assert.deepEqual(Object.values(config.id2label).sort(), ["place", "play"]);
  const file = await saved(page, () => model.getByRole("button", { name: "Model file" }).click());
  assert.equal(file.name, "Places.safetensors");
  const header = await readFile(file.path);
  const names = Object.keys(JSON.parse(header.subarray(8, 8 + Number(header.readBigUInt64LE(0))).toString()));
  for (const name of ["bert.embeddings.word_embeddings.weight", "bert.encoder.layer.1.output.LayerNorm.bias", "classifier.weight"]) {
    assert.ok(names.includes(name), name);
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  assert.deepEqual(await grave(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await sideways(page), []);
  await page.setViewportSize({ width: 1280, height: 900 });

  // After a reload the kept model, and the file read in, answer alike.
  await page.reload();
  await loaded(page, "cpu");
  await byId(page, "lab-import").setInputFiles(file.path);
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="kept-model"]').length === 2);
  for (const which of [0, 1]) {
    await page.goto(page.url().replace(/#.*/, "#fine-tune?engine=cpu"));
    await byId(page, "kept-model").nth(which).getByTestId("lab-use").click();
    await byId(page, "their-model").waitFor();
    await byId(page, "sentence").fill("in the city on the river again");
    await page.locator('[data-testid="verdict"][data-probability]:not(.stale)').waitFor();
    await page.waitForFunction(() => !document.querySelector(":not(textarea).stale"));
    const there = Number(await byId(page, "verdict").getAttribute("data-probability"));
    assert.ok(Math.abs(there - Math.max(...said)) < 1e-3, `${there} and ${said}`);
  }
  await visitor.leave();
});

/** Losses of a run by its log, in order. */
async function losses(page, name) {
  const model = byId(page, "kept-model").filter({ hasText: name });
  const log = await saved(page, () => model.getByRole("button", { name: "Log (CSV)" }).click());
  const [head, ...lines] = (await readFile(log.path, "utf8")).trimEnd().split(/\r?\n/);
  const at = head.split(",").indexOf("loss");
  return lines.map((l) => l.split(",")[at]).filter(Boolean).map(Number);
}

test("all weights on a GPU, a software one too: the losses of the CPU", async (t) => {
  const of = {};
  for (const engine of ["cpu", "gpu"]) {
    const visitor = await stage.visitor({ acceptDownloads: true });
    const page = await ready(visitor, { engine, rows: 40 });
    await put(page, "set-epochs", 1);
    await byId(page, "lab-start").click();
    await phase(page, "done", 400_000);
    of[engine] = await losses(page, "My model");
    await visitor.leave();
  }
  assert.ok(of.cpu.length >= 4 && of.cpu.length === of.gpu.length, JSON.stringify(of));
  const apart = Math.max(...of.cpu.map((l, i) => Math.abs(l - of.gpu[i])));
  t.diagnostic(`${of.cpu.length} losses, ${apart.toExponential(1)} apart at most`);
  assert.ok(apart <= 1e-3, `${apart}`);
});
