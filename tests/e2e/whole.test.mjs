// The fine-tuning lab with all weights trained, on the tiny BERT: told beforehand, learned, exported, read in again.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { choose, file, losses, open, phase, put, rows, saved, saysAlike, tsv } from "./lab.mjs";
import { Stage, byId, grave, sideways } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: true })));
after(() => stage?.close());

/** The lesson on an engine, with data, and all weights chosen by keyboard. */
async function ready(visitor, { engine = "cpu", n = 200 } = {}) {
  const page = await open(visitor, engine);
  await choose(page, file("two.tsv", tsv(rows(n, 7))));
  await page.getByRole("button", { name: "All weights" }).focus();
  await page.keyboard.press("Enter");
  await byId(page, "lab-room").filter({ hasText: "All 108,224 weights" }).waitFor();
  return page;
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
  await phase(page, "done", 240_000);
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
  const modelFile = await saved(page, () => model.getByRole("button", { name: "Model file" }).click());
  assert.equal(modelFile.name, "Places.safetensors");
  const header = await readFile(modelFile.path);
  const names = Object.keys(JSON.parse(header.subarray(8, 8 + Number(header.readBigUInt64LE(0))).toString()));
  for (const name of ["bert.embeddings.word_embeddings.weight", "bert.encoder.layer.1.output.LayerNorm.bias", "classifier.weight"]) {
    assert.ok(names.includes(name), name);
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  assert.deepEqual(await grave(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await sideways(page), []);
  await page.setViewportSize({ width: 1280, height: 900 });

  await saysAlike(page, modelFile.path, "in the city on the river again", said, 1e-3);
  await visitor.leave();
});

test("all weights on a GPU, a software one too: the losses of the CPU", async (t) => {
  const of = {};
  for (const engine of ["cpu", "gpu"]) {
    const visitor = await stage.visitor({ acceptDownloads: true });
    const page = await ready(visitor, { engine, n: 40 });
    await put(page, "set-epochs", 1);
    await byId(page, "lab-start").click();
    await phase(page, "done", 400_000);
    of[engine] = (await losses(page, "My model")).filter(Boolean).map(Number);
    await visitor.leave();
  }
  assert.ok(of.cpu.length >= 4 && of.cpu.length === of.gpu.length, JSON.stringify(of));
  const apart = Math.max(...of.cpu.map((l, i) => Math.abs(l - of.gpu[i])));
  t.diagnostic(`${of.cpu.length} losses, ${apart.toExponential(1)} apart at most`);
  assert.ok(apart <= 1e-3, `${apart}`);
});
