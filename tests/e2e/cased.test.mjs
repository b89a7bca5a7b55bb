// BERT-Base, cased: the page's second model. Nothing of it before it is asked for; then tokens, guesses, link, way back.
import { after, afterEach, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { choose, file, phase, put, rows, tsv } from "./lab.mjs";
import { LATE, Stage, answered, byId, grave, loaded, sideways } from "./page.mjs";
import { dist, repository } from "./server.mjs";

const CASED = "/assets/models/bert-base-cased/";
const SHIPPED = path.join(dist, CASED);
/** The same format, small: where it is not the answers that count. */
const SMALL = path.join(repository, "tests/data/tiny-q8");
const reference = JSON.parse(readFileSync(path.join(repository, "tests/data/cased_page.json"), "utf8"));

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());
afterEach(() => stage.server.reset());

const of = (match = "") => stage.server.asked(new RegExp(CASED + match));
const strip = (page) => byId(page, "cased-strip");
const go = (page, state) => page.evaluate((s) => (location.hash = s), state);
const failedLoad = /Failed to load resource/;
const tokens = `tokens?a=${encodeURIComponent(reference.text)}&engine=cpu`;
const chips = async (page, id) => {
  const row = byId(page, id).locator(".tok");
  return row.evaluateAll((all) => all.map((e) => [e.childNodes[0].textContent, Number(e.querySelector("small").textContent)]));
};
const wanted = reference.pieces.map((piece, i) => [piece, reference.ids[i]]);
const near = (got, want) => Math.abs(got - want) <= 1e-3 + 1e-3 * want;

test("on request only; then tokens, guesses, chip, link and way back are the cased model's", async () => {
  stage.server.mount(CASED, SHIPPED);
  const visitor = await stage.visitor();
  const page = await visitor.open(tokens);
  await loaded(page, "cpu");
  await byId(page, "case-model").waitFor();
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
  await page.waitForTimeout(500);
  assert.deepEqual(of(), [], "nothing before a click");

  // Its vocabulary alone, by keyboard.
  await byId(page, "beside-compare").focus();
  await page.keyboard.press("Enter");
  await byId(page, "beside-cased").waitFor();
  assert.deepEqual(of().sort(), [`${CASED}manifest.json`, `${CASED}vocab.txt`]);
  assert.deepEqual(await chips(page, "beside-cased"), wanted);
  assert.equal((await chips(page, "beside-uncased")).some(([piece]) => /[A-Z]/.test(piece.replace("[UNK]", ""))), false);
  assert.match(await byId(page, "beside-told").innerText(), new RegExp(`the cased one ${wanted.length} pieces`));

  // The model.
  const load = byId(page, "cased-load");
  assert.match(await load.innerText(), /Load BERT-Base, cased \(70\.0 MB\)/);
  await load.focus();
  await page.keyboard.press("Enter");
  await strip(page).waitFor({ timeout: LATE });
  await loaded(page, "cpu", LATE);
  assert.match(await strip(page).innerText(), /runs on BERT-Base, cased/);
  assert.match(await byId(page, "engine-chip").innerText(), /BERT-Base, cased/);
  assert.match(page.url(), /[?&]m=cased/);
  await byId(page, "case-model").waitFor();
  await byId(page, "beside-told").waitFor();
  assert.deepEqual(await chips(page, "case-model"), wanted);
  assert.deepEqual(await chips(page, "beside-cased"), wanted);
  const once = of();
  assert.deepEqual(once, [...new Set(once)], "each file once");

  // Two sentences that differ in a capital.
  await page.locator('.rail a[href^="#blank"]').click();
  await byId(page, "ask-cased").click();
  await answered(page);
  await page.waitForFunction((n) => document.querySelectorAll('[data-testid="bar"]').length >= n, 12);
  const bars = await byId(page, "bar").evaluateAll((all) => all.map((b) => [b.dataset.piece, Number(b.dataset.probability)]));
  const expected = reference.sentences.flatMap(([, words]) => words);
  assert.deepEqual(bars.map(([w]) => w), expected.map(([w]) => w));
  bars.forEach(([word, p], i) => assert.ok(near(p, expected[i][1]), `${word}: ${p}, PyTorch ${expected[i][1]}`));
  bars[0][1] += 0.01;
  assert.ok(!near(bars[0][1], expected[0][1]), "a wrong value passes");
  assert.equal(await byId(page, "recorded").count(), 0);
  await byId(page, "of-uncased").first().waitFor();
  assert.deepEqual(await grave(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.deepEqual(await sideways(page), []);
  await page.locator('.rail a[href^="#tokens"]').click();
  await byId(page, "beside-told").waitFor();
  assert.deepEqual(await grave(page), []);
  assert.deepEqual(await sideways(page), []);
  await page.setViewportSize({ width: 1280, height: 900 });

  // Checked against PyTorch like the first.
  await byId(page, "engine-chip").click();
  await byId(page, "prove").click();
  await page.locator('[data-testid="proof"][data-passed="true"]').waitFor();
  await page.keyboard.press("Escape");

  // What belongs to the other base says so.
  await go(page, "sentiment?a=An+apple.&m=cased&engine=cpu");
  await page.getByText("another base").first().waitFor();
  await go(page, "own?m=cased&engine=cpu");
  await byId(page, "own-cased").waitFor();
  const runs = (lesson) => page.locator(`[data-testid="own-runs"][data-lesson="${lesson}"] td`).innerText();
  assert.match(await runs("sentiment"), /was trained on BERT-Base, uncased/);
  assert.equal(await runs("blank"), "runs");

  // The link, a visit later: this model at once, from what is kept, and the other not at all.
  stage.server.forget();
  await page.reload();
  await strip(page).waitFor({ timeout: LATE });
  await loaded(page, "cpu", LATE);
  assert.deepEqual(stage.server.asked(/\/assets\/models\//), []);

  await strip(page).getByTestId("cased-back").click();
  await strip(page).waitFor({ state: "detached" });
  await loaded(page, "cpu");
  assert.doesNotMatch(page.url(), /m=cased/);
  await byId(page, "own-none").waitFor();
  assert.deepEqual(stage.server.asked(/\/assets\/models\//), [], "back at once");
  await visitor.leave();
});

test("a host without it says so, and the page goes on", async () => {
  stage.server.mount(CASED, path.join(repository, "tests/data/no-such-folder"));
  const visitor = await stage.visitor();
  const page = await visitor.open(tokens);
  await loaded(page, "cpu");
  await byId(page, "beside-compare").click();
  await byId(page, "beside-failed").filter({ hasText: "not on this host" }).waitFor();
  await byId(page, "cased-load").click();
  await byId(page, "notice").filter({ hasText: "not on this host" }).waitFor();
  await loaded(page, "cpu");
  assert.equal(await strip(page).count(), 0);
  assert.doesNotMatch(page.url(), /m=cased/);
  // By link too.
  const other = await visitor.open("blank?m=cased&engine=cpu");
  await byId(other, "notice").filter({ hasText: "not on this host" }).waitFor();
  await loaded(other, "cpu");
  await visitor.leave({ expected: failedLoad });
});

test("a broken byte is refused and not kept; a load called off leaves the way back", async () => {
  stage.server.mount(CASED, SMALL);
  stage.server.fault(/bert-base-cased\/part-01/, "corrupt");
  const visitor = await stage.visitor();
  const page = await visitor.open("own?engine=cpu");
  await loaded(page, "cpu");
  await byId(page, "cased-load").click();
  await byId(page, "banner").filter({ hasText: "arrived damaged twice" }).waitFor();
  const kept = () => page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) all.push(url);
    return all.filter((url) => url.includes("bert-base-cased/part-01"));
  });
  assert.deepEqual(await kept(), []);
  await byId(page, "banner").getByTestId("cased-back").click();
  await loaded(page, "cpu");
  await byId(page, "own-none").waitFor();

  stage.server.reset();
  stage.server.fault(/bert-base-cased\/part-01/, "hang");
  await byId(page, "cased-load").click();
  await byId(page, "loading").getByRole("button").click();
  await byId(page, "banner").filter({ hasText: "stopped" }).waitFor();
  stage.server.reset();
  await byId(page, "banner").getByRole("button", { name: "Retry" }).click();
  await strip(page).waitFor();
  assert.deepEqual(of("part-00"), [], "what had arrived is kept");
  assert.equal((await kept()).length, 1);
  await visitor.leave({ expected: failedLoad });
});

test("who saves data is asked first, also by a link to it", async () => {
  stage.server.mount(CASED, SMALL);
  const visitor = await stage.visitor();
  await visitor.context.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
  const page = await visitor.open("own?m=cased&engine=cpu");
  await byId(page, "banner").filter({ hasText: "BERT-Base, cased: 70.0 MB" }).waitFor();
  assert.deepEqual(stage.server.asked(/assets\/models/), []);
  await byId(page, "banner").getByRole("button").first().click();
  await strip(page).waitFor();
  assert.deepEqual(stage.server.asked(/assets\/models/).filter((p) => !p.startsWith(CASED)), []);
  await visitor.leave();
});

test("what is trained on one base is not usable on the other", async () => {
  stage.server.mount(CASED, SMALL);
  const visitor = await stage.visitor();
  const page = await visitor.open("fine-tune?m=cased&engine=cpu");
  await strip(page).waitFor();
  await choose(page, file("two.tsv", tsv(rows(40))));
  await byId(page, "lab-model-name").fill("Of the second");
  await put(page, "set-epochs", 1);
  await byId(page, "lab-start").click();
  await phase(page, "done");
  await byId(page, "kept-model").filter({ hasText: "Of the second" }).waitFor();
  assert.equal(await byId(page, "other-base").count(), 0);
  await strip(page).getByTestId("cased-back").click();
  await loaded(page, "cpu");
  await byId(page, "other-base").filter({ hasText: "not usable" }).waitFor();
  await visitor.leave();
});
