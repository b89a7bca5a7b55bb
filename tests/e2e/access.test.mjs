// For everyone: by keyboard, read aloud, in the dark, on a phone.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Stage, answered, atRest, byId, grave, loaded, sideways } from "./page.mjs";

const LESSONS = ["blank", "tokens", "attention", "sentiment", "next-sentence", "fine-tune", "context", "masking", "why", "directions", "input", "inside", "answers", "features", "own", "pre-training"];
const PHONE = { viewport: { width: 390, height: 844 } };

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

/** Waits until nothing shown waits for another answer. */
const settled = async (page) => {
  await page.waitForFunction(() => !document.querySelector(":not(textarea).stale"));
  await atRest(page);
};

for (const lesson of LESSONS) {
  for (const [name, options] of Object.entries({
    light: { colorScheme: "light" },
    dark: { colorScheme: "dark" },
    phone: PHONE,
  })) {
    test(`${lesson}, ${name}: axe finds nothing serious, nothing scrolls sideways`, async () => {
      const visitor = await stage.visitor({ ...options, reducedMotion: "reduce" });
      const page = await visitor.open(lesson);
      await loaded(page, "cpu");
      await page.getByRole("heading", { level: 1 }).waitFor();
      await settled(page);
      assert.deepEqual(await grave(page), []);
      assert.deepEqual(await sideways(page), []);
      await byId(page, "engine-chip").click();
      assert.deepEqual(await grave(page), [], "with the engine panel open");
      assert.deepEqual(await sideways(page), [], "with the engine panel open");
      await visitor.leave();
    });
  }
}

for (const [name, options] of Object.entries({ light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, phone: PHONE })) {
  test(`a long review with a word left out and all in words, ${name}: the same`, async () => {
    const visitor = await stage.visitor({ ...options, reducedMotion: "reduce" });
    const long = "It is a good place. And I was left there with all of them! ".repeat(14);
    const page = await visitor.open(`sentiment?a=${encodeURIComponent(long)}&word=3.&word=7.little`);
    await loaded(page, "cpu");
    await byId(page, "windows").waitFor();
    await page.locator('[data-testid="changed"][data-positive]').waitFor();
    await settled(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}

test("axe and the ruler see what is wrong", async () => {
  const visitor = await stage.visitor(PHONE);
  const page = await visitor.open();
  await page.evaluate(() => {
    const image = document.body.appendChild(document.createElement("img"));
    image.width = 1000;
  });
  assert.match((await grave(page)).join(), /image-alt/);
  assert.notDeepEqual(await sideways(page), []);
  await visitor.context.close();
});

/** Elements that Tab reaches, and those that it should. */
async function tabbed(page) {
  const wanted = await page.evaluate(() => {
    const focusable = 'a[href], button:not([disabled]), input, textarea, select, summary, [tabindex="0"]';
    const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.tabIndex >= 0;
    const all = [...document.querySelectorAll(focusable)].filter(seen);
    all.forEach((e, i) => (e.dataset.stop = i));
    return all.map((e) => e.outerHTML.slice(0, 120));
  });
  const reached = new Set();
  await page.evaluate(() => {
    document.activeElement?.blur();
    getSelection().removeAllRanges();
  });
  for (let presses = 0; presses < wanted.length + 20; presses += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => document.activeElement?.dataset.stop);
    if (stop !== undefined) reached.add(Number(stop));
  }
  return wanted.filter((_, i) => !reached.has(i));
}

for (const lesson of LESSONS) {
  test(`${lesson}: Tab reaches everything`, async () => {
    const visitor = await stage.visitor();
    const page = await visitor.open(lesson);
    await loaded(page, "cpu");
    await settled(page);
    assert.deepEqual(await tabbed(page), []);
    await visitor.leave();
  });
}

test("what Tab cannot reach is found", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open("tokens");
  await loaded(page, "cpu");
  await page.evaluate(() => {
    const box = document.body.appendChild(document.createElement("div"));
    box.inert = true;
    box.append(Object.assign(document.createElement("button"), { textContent: "shut away" }));
  });
  assert.match((await tabbed(page)).join(), /^<button [^<]*>shut away<.button>$/);
  await visitor.leave();
});

test("a visit by keyboard alone", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  const focused = (property) => page.evaluate((p) => document.activeElement[p] || document.activeElement.dataset[p], property);
  const tabTo = async (testid) => {
    for (let i = 0; i < 200; i += 1) {
      if ((await focused("testid")) === testid) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not come to ${testid}`);
  };
  await page.keyboard.press("Tab");
  assert.match(await focused("className"), /skip/);
  await tabTo("engine-chip");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Check against the reference" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Check against the reference" }).waitFor({ state: "detached" });
  assert.equal(await focused("testid"), "engine-chip");
  await tabTo("sentence");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("It [MASK] well.");
  await answered(page);
  await tabTo("gap");
  await tabTo("bar");
  await page.keyboard.press("Space");
  assert.equal(await byId(page, "bar").first().getAttribute("aria-pressed"), "true");
  await visitor.leave();
});
