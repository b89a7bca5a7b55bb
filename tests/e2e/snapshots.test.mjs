// Each lesson's figures as they stand on their recorded openings, beside small pictures of how they last stood.
// `SNAPSHOTS=write node --test snapshots.test.mjs` takes them anew: look at them before they are committed.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stage, atRest, byId } from "./page.mjs";
import { repository } from "./server.mjs";

const FOLDER = path.join(repository, "tests/e2e/snapshots");
const WRITE = process.env.SNAPSHOTS === "write";
/** A lesson, and what is there once its recorded opening is. */
const LESSONS = {
  why: "part",
  blank: "bar",
  directions: "view",
  context: "recorded",
  attention: "recorded",
  tokens: "counts",
  input: "strip",
  masking: "recorded",
  "next-sentence": "recorded",
  "pre-training": "recorded",
  inside: "lens",
  sentiment: "recorded",
  "fine-tune": "path",
  answers: "recorded",
  features: "recorded",
  own: "own-drop",
};
/** Pictures are kept at a fourth of their size: text blurs to grey, so that a font's hinting is no difference. */
const SMALLER = 4;
/** A pixel differs from this share of a channel's range on; a figure from so many such pixels on: a short bar is more. */
const PIXEL = 0.15;
const MOST = 12;

let stage, bench;
before(async () => {
  stage = await Stage.open({ webgpu: false, tiny: false });
  stage.server.fault(/part-\d+/, "hang");
  bench = await stage.browser.newPage();
});
after(() => stage?.close());

/** The picture, smaller, as a PNG's bytes. */
async function smaller(png) {
  const small = await bench.evaluate(
    async ([png, by]) => {
      const picture = await createImageBitmap(await (await fetch(png)).blob());
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width / by);
      canvas.height = Math.round(picture.height / by);
      const pen = canvas.getContext("2d");
      pen.imageSmoothingQuality = "high";
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL("image/png");
    },
    [`data:image/png;base64,${png.toString("base64")}`, SMALLER],
  );
  return Buffer.from(small.split(",")[1], "base64");
}

/** How many pixels differ, ∞ where the sizes do. */
const difference = (one, other) =>
  bench.evaluate(
    async ([pngs, pixel]) => {
      const read = async (png) => {
        const picture = await createImageBitmap(await (await fetch(png)).blob());
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        const pen = canvas.getContext("2d");
        pen.drawImage(picture, 0, 0);
        return pen.getImageData(0, 0, picture.width, picture.height);
      };
      const [a, b] = await Promise.all(pngs.map(read));
      if (a.width !== b.width || a.height !== b.height) return Infinity;
      let differ = 0;
      for (let at = 0; at < a.data.length; at += 4) {
        const most = Math.max(...[0, 1, 2].map((c) => Math.abs(a.data[at + c] - b.data[at + c])));
        differ += most > pixel * 255;
      }
      return differ;
    },
    [[one, other].map((png) => `data:image/png;base64,${png.toString("base64")}`), PIXEL],
  );

/** Fonts of the tests' own, as bytes: what a machine has installed must not show. */
const FONTS = ["Sans", "Serif", "SansMono"].flatMap((face) =>
  ["", "-Bold"].map((weight) => {
    const file = createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/DejaVu${face}${weight}.ttf`);
    const source = `url(data:font/ttf;base64,${readFileSync(file).toString("base64")})`;
    return `@font-face { font-family: "of the tests ${face}"; font-weight: ${weight ? "600 900" : "100 500"}; src: ${source}; }`;
  }),
);
const STYLE = `${FONTS.join("\n")}
:root { --sans: "of the tests Sans" !important; --serif: "of the tests Serif" !important; --mono: "of the tests SansMono" !important; }`;

async function opened(lesson, run) {
  // High, so that nothing need be scrolled to under the bar. A style of the tests' own is against the page's policy.
  const options = { viewport: { width: 1280, height: 6000 }, reducedMotion: "reduce", colorScheme: "light", bypassCSP: true };
  const visitor = await stage.visitor(options);
  const page = await visitor.open(lesson);
  await page.addStyleTag({ content: STYLE });
  await byId(page, LESSONS[lesson]).first().waitFor();
  // Cutting a text needs no weights: what is recorded of Tokens gives way at once.
  if (lesson === "tokens") await byId(page, "recorded").waitFor({ state: "detached" });
  await page.waitForFunction(() => !document.querySelector("main .stale:not(textarea)"));
  await page.evaluate(() => document.fonts.ready);
  await atRest(page);
  await run(page);
  await visitor.context.close();
}

for (const lesson of Object.keys(LESSONS)) {
  test(`${lesson}: its figures look as they did`, () =>
    opened(lesson, async (page) => {
      const cards = await page.locator("section.card:visible").all();
      assert.ok(cards.length, "no figure");
      const names = [];
      for (const [i, card] of cards.entries()) {
        const name = `${lesson}-${i + 1}.png`;
        names.push(name);
        const file = path.join(FOLDER, name);
        const now = await smaller(await card.screenshot());
        if (WRITE) {
          mkdirSync(FOLDER, { recursive: true });
          writeFileSync(file, now);
          continue;
        }
        assert.ok(existsSync(file), `no snapshot ${name}: SNAPSHOTS=write takes it`);
        const pixels = await difference(now, readFileSync(file));
        if (pixels > MOST) writeFileSync(path.join(FOLDER, `now-${name}`), now);
        assert.ok(pixels <= MOST, `${pixels} pixels of ${name} differ, see now-${name} beside it`);
      }
      const kept = readdirSync(FOLDER).filter((f) => f.replace(/-\d+\.png$/, "") === lesson);
      assert.deepEqual(kept.sort(), names.sort(), "snapshots of figures that are no more");
    }));
}

test("a bar that is missing, or longer, is seen", () =>
  opened("blank", async (page) => {
    const card = page.locator("section.card:visible").first();
    const before = await smaller(await card.screenshot());
    assert.equal(await difference(before, await smaller(await card.screenshot())), 0);
    await byId(page, "bar").nth(1).evaluate((bar) => (bar.style.visibility = "hidden"));
    assert.ok((await difference(before, await smaller(await card.screenshot()))) > MOST);
  }));
