// The sheet beside the article: every link opens what its words say.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Stage, grave, loaded, sideways } from "./page.mjs";

let stage;
before(async () => (stage = await Stage.open({ webgpu: false })));
after(() => stage?.close());

/** Opens the sheet from the page's foot. */
async function sheet(visitor) {
  const page = await visitor.open();
  await loaded(page, "cpu");
  await page.getByRole("link", { name: "Beside the article" }).click();
  await page.locator(".stops").first().waitFor();
  return page;
}

test("below each heading is a link, every lesson has one, and each keeps its state", async () => {
  const visitor = await stage.visitor();
  const page = await sheet(visitor);
  const headings = await page.locator(".stops > li").evaluateAll((all) =>
    all.map((li) => ({ name: li.querySelector("h3").textContent, links: [...li.querySelectorAll("li a")].map((a) => a.href) })),
  );
  assert.ok(headings.length >= 10 && headings.every(({ links }) => links.length > 0));
  const links = headings.flatMap((h) => h.links);
  await page.goto(links[0]);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const slugs = await page.locator("nav.rail a").evaluateAll((all) => all.map((a) => new URL(a.href).hash.split("?")[0]));
  for (const slug of slugs) assert.ok(links.some((l) => new URL(l).hash.split("?")[0] === slug), slug);
  for (const link of links) {
    await page.goto(link);
    await page.locator('nav.rail a[aria-current="page"]').waitFor();
    const current = await page.locator('nav.rail a[aria-current="page"]').getAttribute("href");
    const [asked, kept] = [new URL(link).hash, current].map((hash) => hash.slice(1).split("?"));
    assert.equal(kept[0], asked[0]);
    // Whatever the link says, the state says: nothing of it was dropped as unknown.
    const state = new URLSearchParams(kept[1] ?? "");
    for (const [key, value] of new URLSearchParams(asked[1] ?? "")) assert.equal(state.get(key), value, link);
  }
  await visitor.leave();
});

for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { viewport: { width: 390, height: 844 } }]) {
  test(`the sheet beside the article, ${JSON.stringify(options)}: axe finds nothing serious, nothing scrolls sideways`, async () => {
    const visitor = await stage.visitor(options);
    const page = await sheet(visitor);
    assert.deepEqual(await grave(page), []);
    assert.deepEqual(await sideways(page), []);
    await visitor.leave();
  });
}
