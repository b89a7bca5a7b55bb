// What every figure has: copy, CSV, SVG, PNG; pins held against what comes next; undo.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Stage, answered, atRest, byId, grave, loaded, sideways, type } from "./page.mjs";

const LESSONS = ["why", "blank", "directions", "context", "attention", "tokens", "input", "masking", "next-sentence", "inside", "sentiment", "answers", "features"];
/** Lessons' own sentences as the tiny BERT can read them. */
const OPEN = { attention: "attention?a=It+is+so.&view=other", blank: "blank?a=It+is+[MASK]." };

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

const lists = { permissions: ["clipboard-read", "clipboard-write"] };

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Rows of a CSV as RFC 4180 has it; throws where it breaks the rules. */
function rowsOf(csv) {
  const rows = [];
  let row = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  while (field.lastIndex < csv.length) {
    const found = field.exec(csv);
    assert.ok(found, `not CSV at ${JSON.stringify(csv.slice(0, 200))}`);
    row.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  assert.equal(row.length, 0, "the last line has no end");
  return rows;
}

/** Tables of a CSV: they are parted by an empty line. */
function tablesOf(csv) {
  const tables = [[]];
  for (const row of rowsOf(csv)) {
    if (row.length === 1 && row[0] === "") tables.push([]);
    else tables.at(-1).push(row);
  }
  return tables;
}

/** What is wrong with an SVG: it has to be XML, to draw texts, and to need nothing of the page. */
const faults = (page, svg) =>
  page.evaluate((svg) => {
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
    const wrong = [...parsed.querySelectorAll("parsererror")].map((e) => e.textContent);
    if (!parsed.querySelector("text")) wrong.push("no text");
    if (!parsed.querySelector("title")?.textContent.trim()) wrong.push("no title");
    wrong.push(...[...parsed.querySelectorAll("[class], [style], script, foreignObject")].map((e) => e.outerHTML.slice(0, 80)));
    wrong.push(...[...parsed.querySelectorAll("[href]")].map((e) => e.getAttribute("href")).filter((h) => !h.startsWith("data:image/png;base64,")));
    if (/NaN|undefined|Infinity/.test(svg)) wrong.push("a number that is none");
    return wrong;
  }, svg);

/** Width and height of a PNG. */
function sizeOf(png) {
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test("the readers see what is broken", async () => {
  assert.deepEqual(rowsOf('a,"b ""c""\r\nd"\r\n'), [["a", 'b "c"\r\nd']]);
  assert.throws(() => rowsOf('a,"b\r\n'));
  assert.throws(() => rowsOf("a,b"));
  assert.throws(() => sizeOf(Buffer.from("GIF89a and more than a few bytes")));
  const visitor = await stage.visitor();
  const page = await visitor.open();
  assert.deepEqual(await faults(page, '<svg xmlns="http://www.w3.org/2000/svg"><title>t</title><text>x</text></svg>'), []);
  assert.match((await faults(page, "<svg><text>x</svg>")).join(), /closing tag/);
  assert.match((await faults(page, '<svg xmlns="http://www.w3.org/2000/svg"><title>t</title><text class="a">x</text></svg>')).join(), /class/);
  // The browser reports a broken file with a style, which this page refuses.
  await visitor.leave({ expected: /inline style/ });
});

for (const lesson of LESSONS) {
  test(`${lesson}: each figure is copied, saved as CSV, SVG and PNG`, async () => {
    const visitor = await stage.visitor(lists);
    const page = await visitor.open(OPEN[lesson] ?? lesson);
    await loaded(page, "cpu");
    await page.waitForFunction(() => !document.querySelector("main :not(textarea).stale"));
    await atRest(page);
    // A card whose figure went again, as where a text is too long, has no tools any more.
    const cards = page.locator("main [data-card]:has(.take)");
    const count = await cards.count();
    assert.ok(count > 0);
    // No figure is without.
    const bare = await page.evaluate(() =>
      [...document.querySelectorAll("main :is(section.card, aside section)")]
        .filter((card) => card.querySelector("svg, canvas, table") && !card.querySelector(".tools"))
        .map((card) => card.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(bare, []);
    for (let i = 0; i < count; i += 1) {
      const card = cards.nth(i);
      const name = await card.locator(".take").getAttribute("aria-label");
      await byId(card, "take-text").click();
      await card.getByText("Copied").waitFor();
      const text = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(text.includes("#" + new URL(page.url()).hash.slice(1).split("?")[0]), `${name}: ${text}`);
      assert.match(text, /Computed in this run: |Recorded from/);
      const svg = await saved(page, byId(card, "take-svg"));
      assert.match(svg.name, /^bertscope-[a-z0-9-]+\.svg$/);
      const drawn = svg.bytes.toString();
      assert.deepEqual(await faults(page, drawn), [], name);
      assert.match(drawn, /Computed in this run|Recorded from/);
      if (await byId(card, "take-csv").count()) {
        const csv = await saved(page, byId(card, "take-csv"));
        for (const table of tablesOf(csv.bytes.toString())) {
          assert.ok(table.length > 1, `${name}: ${csv.bytes}`);
          assert.ok(table.every((row) => row.length === table[0].length), `${name}: ${csv.bytes}`);
          assert.deepEqual(table[0].slice(-3), ["text", "model", "values"]);
        }
      }
      const [, width, height] = /width="([0-9.]+)" height="([0-9.]+)"/.exec(drawn).map(Number);
      const png = await saved(page, byId(card, "take-png"));
      const [w, h] = sizeOf(png.bytes);
      assert.ok(Math.abs(w / h - width / height) < 0.01, `${name}: ${w} × ${h} of ${width} × ${height}`);
    }
    await visitor.leave();
  });
}

const bars = (page) =>
  byId(page, "bar").evaluateAll((all) => all.map((b) => [b.dataset.piece, b.dataset.probability, b.dataset.rank]));

test("blank: the CSV has the exact numbers shown, the picture the words, the copy both", async () => {
  const visitor = await stage.visitor({ ...lists, colorScheme: "dark" });
  const page = await visitor.open("blank?a=It+is+[MASK],+\"so\".");
  await loaded(page, "cpu");
  await answered(page);
  await atRest(page);
  const card = page.locator("section.card").filter({ has: byId(page, "bar") });
  const shown = await bars(page);
  const [table] = tablesOf((await saved(page, byId(card, "take-csv"))).bytes.toString());
  assert.deepEqual(table[0], ["piece", "probability", "rank", "text", "model", "values"]);
  assert.deepEqual(table.slice(1).map((row) => row.slice(0, 3)), shown);
  assert.equal(table[1][3], 'It is [MASK], "so".');
  assert.match(table[1][4], /CPU$/);
  assert.equal(table[1][5], "Computed in this run");
  const svg = (await saved(page, byId(card, "take-svg"))).bytes.toString();
  for (const [piece] of shown) assert.ok(svg.includes(`>${piece.replace("&", "&amp;").replace("<", "&lt;")}<`), piece);
  assert.ok(svg.includes("[MASK], &quot;so&quot;."));
  // Dark as seen.
  const ground = /<rect width="\d+" height="\d+" fill="rgb\((\d+), /.exec(svg);
  assert.ok(Number(ground[1]) < 60, ground[0]);
  await visitor.leave();
});

test("blank: what was pinned stands beside what comes next, old, new and difference", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?a=It+is+[MASK].&ask=the");
  await loaded(page, "cpu");
  await answered(page);
  await atRest(page);
  const card = page.locator("section.card").filter({ has: byId(page, "bar") });
  const before = new Map((await bars(page)).map(([piece, p]) => [piece, Number(p)]));
  await byId(card, "take-pin").press("Enter");
  await byId(card, "against").getByText("Nothing has changed").waitFor();
  const pinnedAt = new URL(page.url()).hash;
  await type(page, "So it was [MASK].");
  await answered(page);
  await atRest(page);
  const now = new Map((await bars(page)).map(([piece, p]) => [piece, Number(p)]));
  const rows = await byId(card, "change").evaluateAll((all) => all.map((tr) => [...tr.children].map((c) => c.textContent.trim())));
  assert.deepEqual(rows[0].slice(0, 3), ["Text", "It is [MASK].", "So it was [MASK]."]);
  const row = rows.find(([what]) => what === "the · probability");
  assert.ok(row, rows.join("\n"));
  // Four digits that count; the difference is of the exact values.
  const near = (text, value, by) => assert.ok(Math.abs(Number(text.replace("−", "-")) - value) <= by, `${text} ${value}`);
  near(row[1], before.get("the"), 1e-3 * before.get("the"));
  near(row[2], now.get("the"), 1e-3 * now.get("the"));
  near(row[3], now.get("the") - before.get("the"), 1e-6);
  assert.throws(() => near(row[1], now.get("the"), 1e-3 * now.get("the")));
  assert.deepEqual(await grave(page), []);
  // It goes along to other lessons, and its link leads back.
  await page.locator("nav.rail a").filter({ hasText: "Tokens" }).click();
  await byId(page, "tok").first().waitFor();
  await byId(page, "pins-chip").click();
  assert.equal(await byId(page, "pin").count(), 1);
  await byId(page, "set-beside").click();
  await page.keyboard.press("Escape");
  const image = byId(page, "beside").locator("img");
  await image.waitFor();
  assert.ok(await image.evaluate((img) => img.decode().then(() => img.naturalWidth > 100)));
  assert.deepEqual(await grave(page), []);
  await byId(page, "beside").getByRole("link").click();
  await answered(page);
  assert.equal(new URL(page.url()).hash, pinnedAt);
  assert.equal(await byId(page, "sentence").inputValue(), "It is [MASK].");
  await byId(page, "pins-chip").click();
  await byId(page, "pins").getByRole("button", { name: /^Release: / }).click();
  await byId(page, "pins-chip").waitFor({ state: "detached" });
  assert.equal(await byId(page, "beside").count(), 0);
  assert.equal(await byId(page, "against").count(), 0);
  await visitor.leave();
});

for (const options of [{ colorScheme: "dark" }, { viewport: { width: 390, height: 844 } }]) {
  test(`pins, ${JSON.stringify(options)}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor(options);
    const page = await visitor.open("attention?a=It+is+so.");
    await loaded(page, "cpu");
    await byId(page, "arc-piece").first().waitFor();
    await atRest(page);
    await byId(page, "take-pin").first().click();
    await type(page, "It is so, and it was so for all that long time.");
    await byId(page, "change").first().waitFor();
    await byId(page, "pins-chip").click();
    await byId(page, "set-beside").click();
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await page.keyboard.press("Escape");
    await byId(page, "pins").waitFor({ state: "detached" });
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}

test("undo and redo: texts and settings of the lesson, by key and button; back leaves the lesson", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("blank?a=It+is+[MASK].");
  await loaded(page, "cpu");
  const sentence = () => byId(page, "sentence").inputValue();
  assert.ok(await byId(page, "undo").isDisabled());
  await type(page, "It was [MASK].");
  await page.waitForTimeout(1_000);
  await type(page, "It was [MASK] then.");
  await page.waitForTimeout(1_000);
  // Inside a box the keys are the box's own.
  await byId(page, "sentence").focus();
  await page.keyboard.press("Control+z");
  assert.notEqual(await sentence(), "It is [MASK].");
  await type(page, "It was [MASK] then.");
  await byId(page, "undo").focus();
  await page.keyboard.press("Control+z");
  assert.equal(await sentence(), "It was [MASK].");
  await byId(page, "undo").click();
  assert.equal(await sentence(), "It is [MASK].");
  assert.ok(await byId(page, "undo").isDisabled());
  await page.keyboard.press("Control+Shift+z");
  assert.equal(await sentence(), "It was [MASK].");
  await page.waitForFunction(() => location.hash.includes("It+was+%5BMASK%5D."));
  // Another lesson has a history of its own, and settings are in it.
  await page.locator("nav.rail a").filter({ hasText: "Tokens" }).click();
  await byId(page, "tok").first().waitFor();
  assert.ok(await byId(page, "undo").isDisabled());
  await page.getByRole("button", { name: "Table", exact: true }).click();
  await byId(page, "table").waitFor();
  await byId(page, "undo").click();
  await byId(page, "tok").first().waitFor();
  assert.equal(await byId(page, "table").count(), 0);
  await byId(page, "redo").click();
  await byId(page, "table").waitFor();
  await page.goBack();
  await page.waitForFunction(() => location.hash.startsWith("#blank"));
  assert.equal(await sentence(), "It was [MASK].");
  await visitor.leave();
});
