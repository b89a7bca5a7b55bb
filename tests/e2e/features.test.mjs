// Vectors of lines, as files: against PyTorch's, on the tiny model, through the worker.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Stage, byId, loaded, type } from "./page.mjs";
import { repository } from "./server.mjs";

const data = (name) => path.join(repository, "tests/data/features", name);
const { lines } = JSON.parse(readFileSync(data("lines.json"), "utf8"));

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

/** Header as text, and numbers, of a .npy of f32. */
function npy(bytes) {
  assert.equal(bytes.toString("latin1", 0, 8), "\x93NUMPY\x01\x00");
  const start = 10 + bytes.readUInt16LE(8);
  const numbers = Array.from({ length: (bytes.length - start) / 4 }, (_, i) => bytes.readFloatLE(start + 4 * i));
  return { header: bytes.toString("latin1", 10, start), numbers };
}

/** How many numbers are off. */
const off = (got, wanted) => wanted.filter((w, i) => !(Math.abs(got[i] - w) <= 1e-3 + 1e-3 * Math.abs(w))).length;

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), byId(page, button).click()]);
  return readFile(await download.path());
}

const fresh = (page) => page.locator('[data-testid="features"]:not(.stale)').waitFor();
const settled = async (page) => {
  await page.locator('[data-testid="npy"]:not([disabled])').waitFor();
  await fresh(page);
};
const link = (more) => `features?lines=${encodeURIComponent(lines.join("\n"))}&${more}`;

for (const [name, more, width] of [
  ["cls_1", "from=1&vectors=cls", 64],
  ["mean_sum", "from=sum&vectors=mean", 64],
  ["mean_joined", "from=joined&vectors=mean", 128],
  ["pooled", "vectors=pooled", 64],
  ["pieces_sum", "from=sum&vectors=pieces", 64],
]) {
  test(`${name}: the files hold PyTorch's numbers, from a link`, async () => {
    const visitor = await stage.visitor();
    const page = await visitor.open(link(more));
    await loaded(page, "cpu");
    await settled(page);
    const wanted = npy(readFileSync(data(`${name}.npy`)));
    const got = npy(await saved(page, "npy"));
    assert.equal(got.header, wanted.header);
    assert.equal(got.numbers.length, wanted.numbers.length);
    assert.equal(off(got.numbers, wanted.numbers), 0);
    assert.notEqual(off(got.numbers.toReversed(), wanted.numbers), 0, "the comparison sees another order");
    const [head, ...rows] = (await saved(page, "csv")).toString().trimEnd().split("\r\n");
    assert.equal(head.split(",").length, 2 + width);
    assert.equal(rows.length, wanted.numbers.length / width);
    const last = rows.at(-1).split(",").slice(-width).map(Number);
    assert.deepEqual(last.map(Math.fround), got.numbers.slice(-width));
    assert.match(await byId(page, "cut").innerText(), /1 line was cut after 160 pieces/);
    assert.equal(await byId(page, "names").count(), Number(name.startsWith("pieces")));
    assert.ok(page.url().endsWith(`&${more}`), "the link is the state");
    await visitor.leave();
  });
}

test("alike lines, by keyboard; many lines wait, tell how far they are, and can be called off", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("features");
  await loaded(page, "cpu");
  await settled(page);
  assert.equal(await byId(page, "feature-cosine").count(), 36);
  assert.match(await byId(page, "closest").innerText(), /lines \d and \d, cosine/);
  const size = byId(page, "feature-size");
  assert.match(await size.innerText(), /6 texts, each 64 numbers/);
  await page.getByRole("button", { name: "the last four, joined" }).focus();
  await page.keyboard.press("Enter");
  await size.filter({ hasText: "128 numbers" }).waitFor();
  await page.getByRole("button", { name: "one layer" }).click();
  await byId(page, "feature-layer").focus();
  await page.keyboard.press("Home");
  await settled(page);
  assert.match(page.url(), /from=0/);

  await type(page, Array.from({ length: 300 }, (_, i) => `the city number ${i} ${"was home for many people ".repeat(12)}`).join("\n"));
  await page.locator('[data-testid="npy"][disabled]').waitFor();
  await byId(page, "read-lines").click();
  await byId(page, "reading").filter({ hasText: "of 300 lines read" }).waitFor();
  await byId(page, "cancel-reading").click();
  await byId(page, "read-lines").waitFor();
  assert.equal(await page.locator('[data-testid="npy"][disabled]').count(), 1);
  await byId(page, "read-lines").click();
  await settled(page);
  assert.match(await size.innerText(), /300 texts/);
  const { numbers } = npy(await saved(page, "npy"));
  assert.equal(numbers.length, 300 * 64);

  await type(page, " \n ");
  await page.getByText("There is nothing to read yet").waitFor();
  await type(page, Array.from({ length: 600 }, () => "war").join("\n"));
  await byId(page, "read-lines").click();
  await byId(page, "told").filter({ hasText: "at most 512 fit" }).waitFor();
  await visitor.leave();
});
