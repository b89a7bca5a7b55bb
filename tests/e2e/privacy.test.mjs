// Nothing leaves: a proxy between the browser and the world writes down whatever would.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Stage, answered, byId, loaded, type } from "./page.mjs";
import { startProxy, worldly } from "./proxy.mjs";

let stage, proxy;
before(async () => {
  proxy = await startProxy();
  stage = await Stage.open({ webgpu: false, proxy: proxy.url });
});
after(async () => {
  await stage?.close();
  await proxy?.stop();
});

test("after the load no request is made, whatever the visitor does", async () => {
  const visitor = await stage.visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await visitor.open();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await loaded(page, "cpu");
  // The page keeps itself for visits without a network: part of the load.
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
  stage.server.forget();
  await page.reload();
  await loaded(page, "cpu");
  // A second after the load Chromium itself looks whether the service worker is still the same.
  for (let tries = 0; tries < 150 && stage.server.asked(/^\/sw\.js$/).length === 0; tries += 1) {
    await page.waitForTimeout(100);
  }
  await page.waitForTimeout(300);
  stage.server.forget();
  asked.length = 0;
  await type(page, "My secret is [MASK].");
  await answered(page);
  await byId(page, "link").click();
  await byId(page, "theme").click();
  await byId(page, "engine-chip").click();
  await page.keyboard.press("Escape");
  for (const lesson of ["tokens", "attention", "blank"]) {
    await page.evaluate((lesson) => (location.hash = lesson), lesson);
    await page.waitForTimeout(300);
  }
  await page.waitForTimeout(500);
  const origin = (url) => url.startsWith(stage.server.origin) || url.startsWith("blob:") || url.startsWith("data:");
  assert.deepEqual(asked.filter((url) => !origin(url)), []);
  assert.deepEqual(stage.server.asked(), []);
  assert.deepEqual(worldly(proxy.left), []);
  await visitor.leave();
});

test("what is typed is not stored", async () => {
  const visitor = await stage.visitor();
  const page = await visitor.open();
  await loaded(page, "cpu");
  await type(page, "Xyzzy secret [MASK].");
  await answered(page);
  const stored = await page.evaluate(async () => {
    const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
    for (const name of await caches.keys()) {
      kept.push(...(await (await caches.open(name)).keys()).map((request) => request.url));
    }
    kept.push(...(await indexedDB.databases()).map(({ name }) => name));
    return kept.join("\n");
  });
  assert.doesNotMatch(stored, /xyzzy/i);
  assert.match(stored, /part-00/, "the store was looked at");
  await visitor.leave();
});
