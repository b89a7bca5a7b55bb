// Opens the page, watches it, and says at the end what it should not have done.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { launch } from "./browser.mjs";
import { ADAPTERS, MODEL, Server, repository } from "./server.mjs";

/** A pack of the same format as BERT-Base's, small enough for a software GPU in no time. */
export const TINY = path.join(repository, "tests/data/tiny-q4");
/** Its task adapters: random, as it is itself. */
export const TINY_ADAPTERS = path.join(repository, "tests/data/tiny-q4-adapters");
export const CAPITAL = "The capital of France is [MASK].";
/** Longest that anything but BERT-Base may take, ms. */
export const SOON = 60_000;
/** Longest that a load or an answer of BERT-Base on a software GPU may take, ms. */
export const LATE = 180_000;

export const byId = (page, id) => page.locator(`[data-testid="${id}"]`);

/** One browser and one server for a file of tests. */
export class Stage {
  static async open({ webgpu = true, tiny = true, proxy } = {}) {
    const stage = new Stage();
    stage.server = await Server.start();
    if (tiny) {
      stage.server.mount(MODEL, TINY);
      stage.server.mount(ADAPTERS, TINY_ADAPTERS);
    }
    stage.browser = await launch({ webgpu, proxy });
    return stage;
  }

  async close() {
    await this.browser?.close();
    await this.server?.stop();
  }

  /**
   * A new visitor: nothing cached. `options` go to the browser context; `state` is the address's
   * fragment. `visit.problems` fills with console errors and breaches of the content security policy.
   */
  async visitor(options = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US", ...options });
    return new Visitor(this, context);
  }
}

export class Visitor {
  problems = [];

  constructor(stage, context) {
    this.stage = stage;
    this.context = context;
  }

  async open(state = "") {
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(SOON);
    this.page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(`console: ${message.text()} ${message.location().url}`);
    });
    this.page.on("pageerror", (error) => this.problems.push(`error: ${error.message}`));
    await this.page.goto(`${this.stage.server.origin}/${state && "#" + state}`);
    return this.page;
  }

  /** The network is gone, for the page and its workers. */
  async offline() {
    this.stage.server.down = true;
    await this.context.setOffline(true);
  }

  /** Ends the visit. What the page should not have done fails the test, unless it is expected. */
  async leave({ expected = /^$/ } = {}) {
    await this.context.close();
    const unexpected = this.problems.filter((problem) => !expected.test(problem));
    assert.deepEqual(unexpected, [], "the page complained");
  }
}

/** Waits until the engine chip says that the model is in, on the engine wanted. */
export async function loaded(page, engine, timeout = SOON) {
  await page.waitForSelector(`[data-testid="engine-chip"][data-ready="true"][data-engine="${engine}"]`, { timeout });
}

/** Puts a text into the sentence box at once, as pasting does; surrogates may stand alone in it. */
export async function type(page, text) {
  await byId(page, "sentence").evaluate((box, text) => {
    box.value = text;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }, text);
}

/** Waits until the bars shown are the answer to the text shown. */
export async function answered(page, timeout = SOON) {
  await page.locator('.answer:not(.stale) [data-testid="bar"]').first().waitFor({ timeout });
}

/** Waits until the lesson has not changed for half a second: its figures then have their tools. */
export const atRest = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        const rest = () => (observer.disconnect(), done());
        let timer = setTimeout(rest, 500);
        const observer = new MutationObserver(() => (clearTimeout(timer), (timer = setTimeout(rest, 500))));
        observer.observe(document.getElementById("lesson"), { childList: true, characterData: true, subtree: true });
      }),
  );

/** What PyTorch says on the shipped bytes. */
export const proof = JSON.parse(readFileSync(path.join(repository, "assets/recorded/proof.json"), "utf8"));

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds serious or critical. */
export async function grave(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await globalThis.axe.run(document, { runOnly: tags });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
}

/** What is wider than the window. */
export const sideways = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return [];
    const beyond = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return [`${wide} px too wide`, ...beyond.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))];
  });
