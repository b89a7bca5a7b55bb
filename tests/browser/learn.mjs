// What a training leaves of the page: the main thread's tasks over 50 ms and the gaps between its frames while a model
// learns in the worker, in the page as it ships. A bench, not a test: nobody fails by it. Where engine, drawing and page
// share few cores, a task stands in line longer than it works: what it took of the processor is told beside.
//
// usage: node learn.mjs [--base]     the tiny BERT, or BERT-Base
import { Stage, LATE, byId, loaded } from "../e2e/page.mjs";
import { choose, file, phase, put, rows, tsv } from "../e2e/lab.mjs";

const base = process.argv.includes("--base");
const stage = await Stage.open({ webgpu: false, tiny: !base });
try {
  const visitor = await stage.visitor();
  const page = await visitor.open("fine-tune?engine=cpu");
  page.setDefaultTimeout(LATE);
  await loaded(page, "cpu", LATE);
  await choose(page, file("two.tsv", tsv(rows(base ? 60 : 400))));
  await put(page, "set-epochs", base ? 1 : 4);
  await byId(page, "lab-start").scrollIntoViewIfNeeded();
  await page.evaluate(() => {
    globalThis.gaps = [];
    let last = performance.now();
    const frame = (now) => {
      gaps.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await stage.browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  await byId(page, "lab-start").click();
  await phase(page, "done", 3_600_000);
  const { traceEvents } = JSON.parse((await stage.browser.stopTracing()).toString());
  const gaps = await page.evaluate(() => globalThis.gaps);
  const points = await page.evaluate(() => document.querySelectorAll('[data-testid="lab-state"]').length);
  const main = traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid} ${e.tid}`);
  const tasks = traceEvents.filter((e) => e.name === "RunTask" && main.includes(`${e.pid} ${e.tid}`));
  if (!tasks.length) throw new Error("the browser traced no tasks");
  // µs: from begin to end, and of the processor.
  const told = (key) => {
    const all = tasks.map((e) => (e[key] ?? 0) / 1000);
    return `${all.filter((ms) => ms > 50).length}, the longest ${Math.max(0, ...all).toFixed(0)} ms`;
  };
  gaps.sort((a, b) => a - b);
  const at = (share) => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))].toFixed(1);
  const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1000;
  console.log(`${base ? "BERT-Base" : "the tiny BERT"}, ${seconds.toFixed(1)} s of learning, ${gaps.length} frames${points ? "" : ", no run"}`);
  console.log(`${tasks.length} tasks; over 50 ms: ${told("dur")}; over 50 ms of the processor: ${told("tdur")}`);
  console.log(`between frames: median ${at(0.5)} ms, 99 % within ${at(0.99)} ms, worst ${at(1)} ms`);
  await visitor.context.close();
} finally {
  await stage.close();
}
