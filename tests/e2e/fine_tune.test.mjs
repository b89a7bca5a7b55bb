// The fine-tuning lab: a file in, a model out, on the tiny BERT and the CPU.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { choose, file, losses, open, phase, put, rows, saved, saysAlike, tsv } from "./lab.mjs";
import { Stage, byId, grave, loaded, sideways } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const probabilities = (page) =>
  byId(page, "pin-row").evaluateAll((rows) => rows.map((row) => Number(row.dataset.probability)));

test("a file of three labels with broken rows: told by line, the rest is split and shown", async () => {
  const visitor = await stage.visitor();
  const page = await open(visitor);
  const good = rows(200).map(([, text], i) => [["billing", "technical", "praise"][i % 3], text]);
  const lines = ["label\ttext", ...good.map((r) => r.join("\t"))];
  lines[4] = "billing";
  lines[9] = "\t" + good[8][1];
  lines[19] = "praise\t";
  lines[40] = "";
  await choose(page, file("requests.tsv", lines.join("\n")));
  assert.match(await byId(page, "lab-summary").innerText(), /requests\.tsv · 200 rows, 4 cannot be read/);
  const told = await byId(page, "bad-rows").locator("li").allTextContents();
  assert.deepEqual(told.map((t) => t.match(/^Line (\d+)/)[1]), ["5", "10", "20", "41"]);
  assert.equal(await byId(page, "lab-label-row").count(), 3);
  assert.match(await byId(page, "lab-parts").innerText(), /train · \d+ validation · \d+ test/);
  await byId(page, "lab-features").locator("summary").click();
  await byId(page, "lab-printed").waitFor();
  const printed = await byId(page, "lab-printed").innerText();
  assert.match(printed, /\*\*\* Example \*\*\*\nguid: train-0\ntokens: \[CLS\] .* \[SEP\]\ninput_ids: 2 /);
  const width = Number(await byId(page, "set-length").inputValue());
  for (const name of ["input_ids", "input_mask", "segment_ids"]) {
    assert.equal(printed.match(new RegExp(`${name}: (.*)`))[1].split(" ").length, width, name);
  }
  await byId(page, "lab-name").first().fill("invoices");
  await byId(page, "lab-name").first().blur();
  await page.waitForFunction(() => document.querySelector('[data-testid="lab-name"]').value === "invoices");
  // The wrong column is refused in a sentence, and mended.
  await byId(page, "lab-label").selectOption("");
  await byId(page, "lab-refused").filter({ hasText: "Which column has the labels" }).waitFor();
  await visitor.leave();
});

test("the tiny BERT learns two labels to 95 %, is exported, and says the same after a reload", async (t) => {
  const visitor = await stage.visitor({ acceptDownloads: true });
  const page = await open(visitor);
  await choose(page, file("two.tsv", tsv(rows(200))));
  await byId(page, "lab-model-name").fill("Places");
  await byId(page, "lab-pin").fill("in the city on the river");
  await put(page, "set-rate", "5e-3");
  await put(page, "set-epochs", 6);
  await byId(page, "lab-estimate-ask").click();
  await byId(page, "lab-estimate").filter({ hasText: /About .* for \d+ steps/ }).waitFor();
  await byId(page, "lab-start").click();
  await phase(page, "done");
  const before = Number(await byId(page, "judged-before").getAttribute("data-accuracy"));
  const after = Number(await byId(page, "judged-after").getAttribute("data-accuracy"));
  t.diagnostic(`validation accuracy ${before} before, ${after} after`);
  assert.ok(after >= 0.95, `${after}`);
  assert.ok(after > before + 0.2);
  const counts = await page.locator('[data-testid="lab-evaluate"] [data-testid="confusion-cell"]').count();
  assert.equal(counts, 4);
  // Its own answer, by the weights that are kept.
  await byId(page, "lab-pin").fill("in the city on the river again");
  await page.waitForFunction(() => document.querySelector('[data-testid="lab-pinned"] .typed').textContent.includes("again"));
  const said = await probabilities(page);
  const model = byId(page, "kept-model").filter({ hasText: "Places" });
  const adapter = await saved(page, () => model.getByRole("button", { name: "Adapter file" }).click());
  assert.equal(adapter.name, "Places.safetensors");
  const results = await saved(page, () => byId(page, "lab-results").click());
  const lines = (await readFile(results.path, "utf8")).trimEnd().split("\n");
  assert.ok(lines.length > 5 && lines.every((l) => l.split("\t").length === 2));
  await saysAlike(page, adapter.path, "in the city on the river again", said, 2e-3);
  await visitor.leave();
});

test("our samples, one click each: the article's three files, three labels, pairs", async () => {
  const visitor = await stage.visitor();
  const page = await open(visitor);
  const parts = byId(page, "lab-parts");
  await page.getByRole("button", { name: "reviews, two labels" }).click();
  await parts.filter({ hasText: /^\d+ train · \d+ validation · \d+ to predict$/ }).waitFor();
  assert.deepEqual((await byId(page, "lab-summary").allInnerTexts()).map((t) => t.match(/^(\w+)\.tsv · read as (\w+)/)?.slice(1)), [
    ["train", "train"],
    ["dev", "dev"],
    ["test", "test"],
  ]);
  await page.getByText("The parts are those of your files.").or(page.getByText("Stratified")).first().waitFor();
  await page.getByRole("button", { name: "support requests" }).click();
  await parts.filter({ hasText: / test$/ }).waitFor();
  assert.equal(await byId(page, "lab-label-row").count(), 3);
  await page.getByRole("button", { name: "pairs" }).click();
  await byId(page, "lab-pin-b").waitFor();
  assert.match(await byId(page, "lab-summary").innerText(), /answers\.jsonl · \d+ rows, all can be read/);
  await page.getByRole("button", { name: "Clear" }).click();
  await byId(page, "lab-file").waitFor({ state: "detached" });
  await visitor.leave();
});

test("a file of 20 MB is read in the worker, and the page stays awake", async (t) => {
  const visitor = await stage.visitor();
  const page = await open(visitor);
  const some = rows(1000).map((r) => r.join("\t")).join("\n") + "\n";
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
  const began = Date.now();
  await page.evaluate((some) => {
    const data = new DataTransfer();
    data.items.add(new File(["label\ttext\n", ...Array(400).fill(some)], "large.tsv"));
    const box = document.querySelector('[data-testid="lab-data"] [data-testid="intake"]');
    box.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, some);
  await byId(page, "lab-summary").filter({ hasText: "large.tsv · 400,000 rows, all can be read" }).waitFor({ timeout: 120_000 });
  t.diagnostic(`${((Date.now() - began) / 1000).toFixed(1)} s, longest frame ${(await page.evaluate(() => globalThis.longest)).toFixed(0)} ms`);
  assert.match(await byId(page, "lab-copies").innerText(), /repeat a text/);
  await visitor.leave();
});

test("on a GPU, a software one too: the losses of the CPU", async (t) => {
  const gpu = await Stage.open({ webgpu: true });
  try {
    const of = {};
    for (const engine of ["cpu", "gpu"]) {
      const visitor = await gpu.visitor({ acceptDownloads: true });
      const page = await open(visitor, engine);
      await choose(page, file("two.tsv", tsv(rows(40))));
      await put(page, "set-epochs", 1);
      await byId(page, "lab-start").click();
      await phase(page, "done", 240_000);
      of[engine] = (await losses(page, "My model")).filter(Boolean).map(Number);
      await visitor.leave();
    }
    assert.ok(of.cpu.length >= 4 && of.cpu.length === of.gpu.length, JSON.stringify(of));
    const apart = Math.max(...of.cpu.map((l, i) => Math.abs(l - of.gpu[i])));
    t.diagnostic(`${of.cpu.length} losses, ${apart.toExponential(1)} apart at most`);
    assert.ok(apart <= 1e-3, `${apart}`);
  } finally {
    await gpu.close();
  }
});

test("a run whose worker was killed goes on from its checkpoint to the same losses", async () => {
  const visitor = await stage.visitor({ acceptDownloads: true });
  const page = await open(visitor);
  await choose(page, file("two.tsv", tsv(rows(120))));
  await put(page, "set-epochs", 4);
  await byId(page, "lab-more").locator("summary").click();
  await put(page, "set-save", 5);
  await byId(page, "lab-model-name").fill("Whole");
  await byId(page, "lab-start").click();
  await phase(page, "done");
  await byId(page, "lab-model-name").fill("Broken");
  await byId(page, "lab-start").click();
  await page.waitForFunction(() => {
    const state = document.querySelector('[data-testid="lab-state"]:not([data-phase="done"])');
    return Number(state?.dataset.step) >= 12;
  });
  await byId(page, "engine-chip").click();
  await byId(page, "drill-panic").click();
  await byId(page, "banner").getByRole("button", { name: "Restart" }).click();
  await byId(page, "lab-resume").filter({ hasText: /Resume “Broken” from step \d+/ }).waitFor();
  const from = Number((await byId(page, "lab-resume").innerText()).match(/step (\d+)/)[1]);
  assert.ok(from >= 5, `${from}`);
  await loaded(page, "cpu");
  await byId(page, "lab-resume").click();
  await byId(page, "lab-notes").filter({ hasText: `Resumed from step ${from}` }).waitFor();
  await phase(page, "done");
  assert.deepEqual(await losses(page, "Broken"), await losses(page, "Whole"));
  await visitor.leave({ expected: /panicked|unreachable|a drill/ });
});

const PHONE = { viewport: { width: 390, height: 844 } };
for (const [name, options] of Object.entries({ light: {}, dark: { colorScheme: "dark" }, phone: PHONE })) {
  test(`a run that is done, all in words, ${name}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor({ ...options, reducedMotion: "reduce" });
    const page = await open(visitor);
    const some = rows(60).map((r) => r.join("\t"));
    some[7] = "place";
    await choose(page, file("two.tsv", ["label\ttext", ...some].join("\n")));
    await put(page, "set-epochs", 2);
    await byId(page, "lab-pin").fill("in the city");
    await byId(page, "lab-start").click();
    await phase(page, "done");
    await byId(page, "lab-features").locator("summary").click();
    await byId(page, "lab-printed").waitFor();
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}

test("from file to model by keyboard alone", async () => {
  const visitor = await stage.visitor();
  const page = await open(visitor);
  const focused = () => page.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.textContent);
  const tabTo = async (wanted) => {
    for (let i = 0; i < 120; i += 1) {
      if (wanted.test(await focused())) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not come to ${wanted}`);
  };
  await byId(page, "paste").focus();
  await tabTo(/^support requests/);
  await page.keyboard.press("Enter");
  await byId(page, "lab-label-row").first().waitFor();
  await tabTo(/^set-epochs$/);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("1");
  await tabTo(/^lab-pin$/);
  await page.keyboard.type("the house is good");
  await tabTo(/^lab-start$/);
  await page.keyboard.press("Enter");
  await phase(page, "done");
  await tabTo(/^lab-use$|^export-Adapter file$/);
  await visitor.leave();
});

test("pause, go on, stop and keep; rename and delete", async () => {
  const visitor = await stage.visitor();
  const page = await open(visitor);
  await choose(page, file("two.tsv", tsv(rows(200))));
  await put(page, "set-epochs", 50);
  await byId(page, "lab-start").click();
  await phase(page, "training");
  await byId(page, "lab-pause").click();
  await phase(page, "paused");
  const step = await byId(page, "lab-state").getAttribute("data-step");
  // Others are served meanwhile, and nothing goes on.
  await page.evaluate(() => (location.hash = "tokens?engine=cpu&a=the+house"));
  await byId(page, "counts").filter({ hasText: "4" }).waitFor();
  await page.evaluate(() => (location.hash = "fine-tune?engine=cpu"));
  assert.equal(await byId(page, "lab-state").getAttribute("data-step"), step);
  await byId(page, "lab-go-on").click();
  await page.waitForFunction((s) => Number(document.querySelector('[data-testid="lab-state"]').dataset.step) > Number(s), step);
  await byId(page, "lab-stop").click();
  await phase(page, "done");
  const model = byId(page, "kept-model");
  await model.getByTestId("lab-rename").click();
  await byId(page, "lab-new-name").fill("Another name");
  await page.keyboard.press("Enter");
  await model.filter({ hasText: "Another name" }).waitFor();
  await model.getByTestId("lab-delete").click();
  await model.waitFor({ state: "detached" });
  await visitor.leave();
});
