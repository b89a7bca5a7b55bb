// A BERT of the visitor's own: dropped, looked at, made into a pack, used in every lesson, kept, and left again.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, answered, byId, loaded } from "./page.mjs";
import { repository } from "./server.mjs";

const tiny = (name) => readFileSync(path.join(repository, "tests/data/tiny", name));
const CONFIG = JSON.parse(tiny("config.json"));
const WEIGHTS = tiny("model.safetensors");
const VOCAB = tiny("vocab.txt").toString();
const features = (name) => readFileSync(path.join(repository, "tests/data/features", name));
const SENTENCE = "blank?a=The+%5BMASK%5D+was+home+for+many+people.&engine=cpu";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const file = (name, body) => ({ name, mimeType: "", buffer: Buffer.from(typeof body === "object" && !Buffer.isBuffer(body) ? JSON.stringify(body) : body) });
const folder = ({ config = {}, weights = WEIGHTS, vocab = VOCAB } = {}) => [
  file("model.safetensors", weights),
  file("config.json", { ...CONFIG, ...config }),
  file("vocab.txt", vocab),
];

/** The checkpoint with some of its tensors alone. */
function only(keep) {
  const length = Number(WEIGHTS.readBigUInt64LE(0));
  const header = JSON.parse(WEIGHTS.toString("utf8", 8, 8 + length));
  const kept = {};
  const parts = [];
  let at = 0;
  for (const [name, info] of Object.entries(header).filter(([name]) => name !== "__metadata__" && keep(name))) {
    const [from, to] = info.data_offsets;
    kept[name] = { ...info, data_offsets: [at, at + to - from] };
    parts.push(WEIGHTS.subarray(8 + length + from, 8 + length + to));
    at += to - from;
  }
  const json = Buffer.from(JSON.stringify(kept));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, ...parts]);
}

const give = (page, files) => byId(page, "own-files").setInputFiles(files);
const told = (page, words) => byId(page, "own-told").filter({ hasText: words }).waitFor();
const strip = (page) => byId(page, "own-strip").waitFor();
const go = (page, state) => page.evaluate((s) => (location.hash = s), state);

async function use(page, files) {
  await give(page, files);
  await byId(page, "own-looked").waitFor();
  await byId(page, "own-use").click();
  await strip(page);
  await loaded(page, "cpu");
}

/** The figure's words and probabilities. */
async function bars(page) {
  await go(page, SENTENCE);
  await answered(page);
  assert.equal(await byId(page, "recorded").count(), 0);
  return byId(page, "bar").allInnerTexts();
}

/** The first vector of the features' file. */
async function vector(page, line) {
  await go(page, `features?lines=${encodeURIComponent(line)}&from=1&vectors=cls&engine=cpu`);
  await page.locator('[data-testid="npy"]:not([disabled])').waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), byId(page, "npy").click()]);
  const bytes = readFileSync(await download.path());
  return numbers(bytes);
}
function numbers(bytes) {
  const start = 10 + bytes.readUInt16LE(8);
  return Array.from({ length: 64 }, (_, i) => bytes.readFloatLE(start + 4 * i));
}
const off = (got, wanted) => wanted.filter((w, i) => !(Math.abs(got[i] - w) <= 1e-3 + 1e-3 * Math.abs(w))).length;

test("a dropped folder answers as the same model's pack; kept, it comes back; forgotten, it does not", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open(SENTENCE);
  await loaded(page, "cpu");
  const before = await bars(page);
  stage.server.forget();
  await go(page, "own?engine=cpu");
  await byId(page, "own-none").waitFor();
  const dropped = folder().map(({ name, buffer }) => [name, [...buffer]]);
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, bytes] of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
    return transfer;
  }, dropped);
  await byId(page, "own-drop").dispatchEvent("drop", { dataTransfer: transfer });
  const looked = byId(page, "own-looked");
  await looked.filter({ hasText: "2 layers, 64 wide, 4 heads each, 416 pieces" }).waitFor();
  assert.match(await looked.innerText(), /112,928/);
  assert.match(await looked.innerText(), /uncased: lower-cased, accents dropped \(config\.json says so\)/);
  const [takes] = await byId(page, "own-takes").all();
  const parameters = Number((await looked.innerText()).match(/Weights\s+([\d,]+)/)[1].replaceAll(",", ""));
  assert.equal(Number(await takes.getAttribute("data-cpu")), 4 * parameters);
  await byId(page, "own-title").fill("My tiny one");
  await byId(page, "own-use").click();
  await strip(page);
  await loaded(page, "cpu");
  await byId(page, "own-in-use").filter({ hasText: "My tiny one" }).waitFor();
  const sentiment = page.locator('[data-testid="own-runs"][data-lesson="sentiment"]');
  assert.match(await sentiment.innerText(), /its adapter was trained on BERT-Base/);
  assert.match(await page.locator('[data-testid="own-runs"][data-lesson="blank"] td').innerText(), /^runs$/);
  assert.deepEqual(await bars(page), before);
  assert.equal(off(await vector(page, "The city was home for many people."), numbers(features("cls_1.npy"))), 0);
  await go(page, "sentiment?a=The+city+was+home.&engine=cpu");
  await page.getByText("was trained on another base").first().waitFor();
  await go(page, "inside?a=The+city+was+home.&engine=cpu");
  await byId(page, "step").first().waitFor();
  assert.equal(await byId(page, "size").count(), 0, "the article's sizes are of other models");

  await go(page, "own?engine=cpu");
  await byId(page, "own-keep").click();
  await byId(page, "own-kept").waitFor();
  await page.reload();
  await loaded(page, "cpu");
  assert.equal(await byId(page, "own-strip").count(), 0, "a reloaded page is on its own model");
  await byId(page, "own-use-kept").click();
  await strip(page);
  await loaded(page, "cpu");
  assert.deepEqual(await bars(page), before);
  await go(page, "own?engine=cpu");
  await byId(page, "own-forget").click();
  await byId(page, "own-in-use").filter({ hasText: "this tab" }).waitFor();
  await byId(page, "own-back").click();
  await loaded(page, "cpu");
  assert.equal(await byId(page, "own-strip").count(), 0);
  assert.deepEqual(stage.server.asked(/own-kept/), [], "nothing of it is asked of the server");
  assert.deepEqual(await bars(page), before);
  await page.reload();
  await loaded(page, "cpu");
  await go(page, "own?engine=cpu");
  await byId(page, "own-none").waitFor();
  assert.equal(await byId(page, "own-kept").count(), 0);
  await visitor.leave();
});

test("a cased vocabulary with accents is read as it stands", async () => {
  // The tiny model under other names: what was “the” is “The”, what was “city” is “Café”.
  const pieces = VOCAB.trimEnd().split("\n").map((p) => ({ the: "The", city: "Café" })[p] ?? p);
  const tokenizer = {
    model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", vocab: Object.fromEntries(pieces.map((p, i) => [p, i])) },
    normalizer: { type: "BertNormalizer", lowercase: false, strip_accents: null },
  };
  const config = { ...CONFIG };
  delete config.do_lower_case;
  const visitor = await stage.visitor();
  const page = await visitor.open("own?engine=cpu");
  await loaded(page, "cpu");
  await use(page, [file("model.safetensors", WEIGHTS), file("config.json", config), file("tokenizer.json", tokenizer)]);
  assert.match(await byId(page, "own-looked").innerText(), /cased: as they stand \(tokenizer\.json says so\)/);
  assert.equal(off(await vector(page, "The Café was home for many people."), numbers(features("cls_1.npy"))), 0);
  assert.notEqual(off(await vector(page, "the cafe was home for many people."), numbers(features("cls_1.npy"))), 0);
  await go(page, "tokens?a=The+Caf%C3%A9+was+home&engine=cpu");
  await byId(page, "case-model").filter({ hasText: "Café" }).waitFor();
  assert.match(await byId(page, "case-model-counts").innerText(), /4 pieces, none unknown/);
  assert.doesNotMatch(await byId(page, "case-other").innerText(), /The|Café/);
  await visitor.leave();
});

test("without heads, lessons say what is missing, and the rest runs", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("own?engine=cpu");
  await loaded(page, "cpu");
  await use(page, folder({ weights: only((name) => !name.startsWith("cls.") && !name.includes("pooler")) }));
  assert.match(await byId(page, "own-looked").innerText(), /masked words none, pooler none/);
  assert.match(await page.locator('[data-testid="own-runs"][data-lesson="blank"]').innerText(), /no masked-word head/);
  await go(page, SENTENCE);
  await page.getByText("came without a masked-word head").first().waitFor();
  await go(page, "context?about=city&s=the+city&s=a+city&engine=cpu");
  await byId(page, "cosine").first().waitFor();
  await go(page, "features?lines=the+city&vectors=pooled&engine=cpu");
  await page.getByText("came without a pooler").first().waitFor();
  await go(page, "attention?a=the+city+was+home&engine=cpu");
  await page.locator('.answer:not(.stale)').first().waitFor();
  assert.equal(off(await vector(page, "The city was home for many people."), numbers(features("cls_1.npy"))), 0);
  await visitor.leave();
});

test("what is no BERT is refused in a sentence; a worker that ends takes the model with it", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("own?engine=cpu");
  await loaded(page, "cpu");
  const refusals = [
    [folder().slice(1), "There is no model.safetensors"],
    [[file("pytorch_model.bin", "x"), ...folder().slice(1)], "can hold programs"],
    [[folder()[0], folder()[2]], "“config.json” is missing"],
    [folder().slice(0, 2), "“vocab.txt” is missing"],
    [folder({ config: { model_type: "roberta" } }), "another kind of model"],
    [folder({ config: { hidden_act: "relu" } }), "hidden_act is relu"],
    [folder({ config: { num_hidden_layers: 3 } }), "do not make a BERT"],
    [folder({ config: { hidden_size: 128 } }), "expected"],
    [folder({ weights: WEIGHTS.subarray(0, WEIGHTS.length - 9) }), "refused"],
    [folder({ weights: Buffer.from("no safetensors at all") }), "refused"],
    [folder({ vocab: `${VOCAB}one more\nand more\n` }), "417 pieces".replace("417", "418")],
    [folder({ vocab: VOCAB.replace("[MASK]", "[HIDE]") }), "[MASK]"],
  ];
  for (const [files, words] of refusals) {
    await give(page, files);
    await told(page, words);
    assert.equal(await byId(page, "own-use").count(), 0, words);
  }
  await use(page, folder());
  await byId(page, "engine-chip").click();
  await byId(page, "drill-panic").click();
  await byId(page, "banner").getByRole("button", { name: "Restart" }).click();
  await byId(page, "notice").filter({ hasText: "back on its own BERT-Base" }).waitFor();
  await loaded(page, "cpu");
  assert.equal(await byId(page, "own-strip").count(), 0);
  await visitor.leave({ expected: /panicked|drill/ });
});
