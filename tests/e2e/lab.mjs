// What tests of the fine-tuning lab share: files to learn from, the form, a run's phases, and what it leaves.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { byId, loaded } from "./page.mjs";

export const file = (name, content) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });

const CITY = "city house river town place home world country street north water area".split(" ");
const PLAY = "game team music film album play season league second won last record".split(" ");
const AROUND = "the of and in to was it on with that this they one had been first new".split(" ");

/** Rows of two labels that a few words tell apart; every word is in the tiny vocabulary. */
export function rows(n, seed = 1) {
  let state = seed;
  const next = (of) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % of;
  };
  return Array.from({ length: n }, (_, i) => {
    const words = i % 2 ? PLAY : CITY;
    const word = (k) => (k % 2 ? words[next(words.length)] : AROUND[next(AROUND.length)]);
    return [i % 2 ? "play" : "place", Array.from({ length: 7 }, (_, k) => word(k)).join(" ") + " " + i];
  });
}

export const tsv = (rows) => "label\ttext\n" + rows.map((r) => r.join("\t")).join("\n") + "\n";

/** The lesson on an engine. */
export async function open(visitor, engine = "cpu") {
  const page = await visitor.open(`fine-tune?engine=${engine}`);
  await loaded(page, engine);
  return page;
}

export async function choose(page, ...files) {
  await byId(page, "lab-data").locator('[data-testid="file"]').setInputFiles(files);
  await byId(page, "lab-summary").first().filter({ hasText: files[0].name }).waitFor();
}

export async function put(page, testid, value) {
  await byId(page, testid).fill(String(value));
  await byId(page, testid).blur();
}

export const phase = (page, name, timeout = 120_000) =>
  page.locator(`[data-testid="lab-state"][data-phase="${name}"]`).waitFor({ timeout });

/** The file that an action hands over. */
export async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

/** Losses of a run by its log, line by line as they are written. */
export async function losses(page, name) {
  const model = byId(page, "kept-model").filter({ hasText: name });
  const log = await saved(page, () => model.getByRole("button", { name: "Log (CSV)" }).click());
  const [head, ...lines] = (await readFile(log.path, "utf8")).trimEnd().split(/\r?\n/);
  const at = head.split(",").indexOf("loss");
  assert.ok(at >= 0, head);
  return lines.map((l) => l.split(",")[at]);
}

/** After a reload the kept model, and its file read in, answer a text as the lab did, the likeliest of `said`. */
export async function saysAlike(page, path, text, said, within) {
  await page.reload();
  await loaded(page, "cpu");
  await byId(page, "lab-import").setInputFiles(path);
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="kept-model"]').length === 2);
  for (const which of [0, 1]) {
    await page.goto(page.url().replace(/#.*/, "#fine-tune?engine=cpu"));
    await byId(page, "kept-model").nth(which).getByTestId("lab-use").click();
    await byId(page, "their-model").waitFor();
    await byId(page, "sentence").fill(text);
    await page.locator('[data-testid="verdict"][data-probability]:not(.stale)').waitFor();
    await page.waitForFunction(() => !document.querySelector(":not(textarea).stale"));
    const there = Number(await byId(page, "verdict").getAttribute("data-probability"));
    assert.ok(Math.abs(there - Math.max(...said)) < within, `${there} and ${said}`);
  }
}
