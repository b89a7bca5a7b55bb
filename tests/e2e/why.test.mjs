// Why BERT: the weights of the page's own parts, and what jobs cost with and without a shared base.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Stage, byId, loaded } from "./page.mjs";
import { repository } from "./server.mjs";

const shipped = JSON.parse(readFileSync(path.join(repository, "assets/adapters/manifest.json"), "utf8")).adapters;
const tiny = JSON.parse(readFileSync(path.join(repository, "tests/data/tiny-q4/manifest.json"), "utf8"));
const sizes = shipped.map((a) => a.bytes).sort((a, b) => b - a);
const base = [tiny.vocab, ...tiny.parts].reduce((sum, file) => sum + file.bytes, 0);

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const shown = async (page, bar) => Number(await byId(page, bar).getAttribute("data-bytes"));

test("jobs cost what their files weigh, by slider, keyboard and link", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("why?form=5");
  await loaded(page, "cpu");
  await page.locator('[data-testid="shared"][data-bytes]').waitFor();
  const together = (n) => Array.from({ length: n }, (_, i) => sizes[i] ?? sizes[0]).reduce((a, b) => a + b, 0);
  assert.equal(await shown(page, "apart"), 5 * base);
  assert.equal(await shown(page, "shared"), base + together(5));
  await byId(page, "tasks").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await shown(page, "shared"), base + together(6));
  assert.match(page.url(), /#why\?form=6/);
  assert.equal(await byId(page, "part").count(), 1 + shipped.length);
  assert.match(await byId(page, "twin").textContent(), /For 6 jobs/);
  await visitor.leave();
});

test("without the weights it says what is missing", async () => {
  const visitor = await stage.visitor();
  stage.server.fault(/part-\d+/, "hang");
  const page = await visitor.open("why");
  await byId(page, "part").first().waitFor();
  assert.match(await byId(page, "shared").innerText(), /not in yet/);
  assert.equal(await byId(page, "part").count(), 1 + shipped.length);
  await visitor.leave();
});
