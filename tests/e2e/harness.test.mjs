// The harness itself: each of its alarms goes off when it should.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch } from "./browser.mjs";
import { Stage, Visitor } from "./page.mjs";
import { startProxy, worldly } from "./proxy.mjs";
import { Server, parseHeaders } from "./server.mjs";

const HEADERS = "/*\n  Content-Security-Policy: default-src 'none'; script-src 'self'; connect-src 'self'\n/a.txt\n  Content-Type: text/plain\n";
const root = mkdtempSync(path.join(tmpdir(), "bertscope-"));
let server, proxy, stage;

before(async () => {
  writeFileSync(path.join(root, "_headers"), HEADERS);
  writeFileSync(path.join(root, "a.txt"), "0123456789");
  writeFileSync(path.join(root, "index.html"), "<!doctype html><title>plain</title>");
  server = await Server.start({ root });
  proxy = await startProxy();
  stage = Object.assign(new Stage(), { server, browser: await launch({ proxy: proxy.url }) });
});

after(async () => {
  await stage?.close();
  await proxy?.stop();
  rmSync(root, { recursive: true });
});

const get = async (name) => (await fetch(`${server.origin}/${name}`)).text();

test("headers are those of the file that ships", async () => {
  assert.equal(parseHeaders(HEADERS).get("/a.txt")["Content-Type"], "text/plain");
  const { headers } = await fetch(`${server.origin}/a.txt`);
  assert.equal(headers.get("content-type"), "text/plain");
  assert.match(headers.get("content-security-policy"), /default-src 'none'/);
});

test("faults go as told, and as often", async () => {
  server.fault(/a\.txt/, "corrupt", { times: 1 });
  assert.equal(await get("a.txt"), "01234%6789");
  assert.equal(await get("a.txt"), "0123456789");
  server.fault(/a\.txt/, "cut", { times: 1 });
  await assert.rejects(get("a.txt"));
  server.fault(/a\.txt/, "status", { times: 1, status: 404 });
  assert.equal((await fetch(`${server.origin}/a.txt`)).status, 404);
  server.fault(/a\.txt/, "rewrite", { times: 1, rewrite: (text) => text + "!" });
  assert.equal(await get("a.txt"), "0123456789!");
  server.fault(/a\.txt/, "slow", { times: 1, bytesPerS: 100 });
  const start = performance.now();
  assert.equal(await get("a.txt"), "0123456789");
  assert.ok(performance.now() - start > 40);
});

test("requests are written down, and nothing above the folder is served", async () => {
  server.forget();
  await get("a.txt?x");
  assert.deepEqual(server.asked(), ["/a.txt"]);
  assert.equal((await fetch(`${server.origin}/%2e%2e/%2e%2e/etc/hostname`)).status, 404);
});

test("a stopped server answers no more", async () => {
  const brief = await Server.start({ root });
  await brief.stop();
  await assert.rejects(fetch(brief.origin));
});

const visit = async () => new Visitor(stage, await stage.browser.newContext());

test("a console error, an exception and a breach of the policy fail a visit", async () => {
  const breaches = [
    (page) => page.evaluate(() => console.error("on purpose")),
    (page) => page.evaluate(() => void setTimeout(() => document.body.append("x", null.x))),
    (page) => page.evaluate(() => fetch("https://elsewhere.example/").catch(() => {})),
    (page) => page.evaluate(() => document.body.setAttribute("style", "color: red")),
  ];
  for (const breach of breaches) {
    const visitor = await visit();
    await breach(await visitor.open());
    await visitor.page.waitForTimeout(200);
    await assert.rejects(visitor.leave(), /complained/, breach.toString());
  }
  const good = await visit();
  await good.open();
  await good.leave();
});

test("the proxy sees what leaves the page", async () => {
  const visitor = await visit();
  const page = await visitor.open();
  assert.deepEqual(worldly(proxy.left), []);
  // Leaving by a link is no fetch: the content security policy does not stop it, the proxy sees it.
  await page.goto("http://elsewhere.example/").catch(() => {});
  assert.equal(worldly(proxy.left).length, 1);
  await visitor.context.close();
});
