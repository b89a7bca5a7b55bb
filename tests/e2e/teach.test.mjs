// The teacher's sheet: every link opens the lesson that it names, with the state it says.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Stage, grave, loaded, sideways } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

test("each stop opens its lesson, all of them in the rail's order, fifteen minutes in all", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  const rail = await page.locator("nav.rail a").allInnerTexts();
  const here = page.url().replace(/#.*/, "").replace(/[?].*/, "");
  await page.goto(new URL("teach.html", here).href);
  const stops = await page.locator(".stops h3").evaluateAll((all) =>
    all.map((h) => ({ name: h.firstElementChild.textContent, href: h.firstElementChild.href, told: h.lastElementChild.textContent })),
  );
  assert.deepEqual(stops.map((s) => s.name), rail.map((name) => name.replace(/^\d+\s*/, "")));
  assert.equal(stops.reduce((sum, s) => sum + (parseInt(s.told) || 0), 0), 15);
  for (const stop of stops) {
    await page.goto(stop.href);
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await page.title(), `${stop.name} · Bertscope`);
    const asked = new URLSearchParams(new URL(stop.href).hash.split("?")[1] ?? "");
    const kept = new URLSearchParams(new URL(page.url()).hash.split("?")[1] ?? "");
    for (const [key, value] of asked) assert.equal(kept.get(key), value);
  }
  await visitor.leave();
});

for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { viewport: { width: 390, height: 844 } }]) {
  test(`the sheet, ${JSON.stringify(options)}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor(options);
    const page = await visitor.open();
    await page.goto(new URL("teach.html", page.url().replace(/#.*/, "")).href);
    await page.locator(".stops").waitFor();
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}
