// What a training leaves of the page: the window's long tasks (over 50 ms) and the gaps between its frames while a model
// learns in the worker, in the page as it ships. A bench, not a test: nobody fails by it. A browser without a GPU draws
// on the processor, beside the engine: there the gaps say more of the machine than of the page.
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
    globalThis.seen = { long: [], gaps: [] };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.long.push(duration);
    }).observe({ type: "longtask" });
    let last = performance.now();
    const frame = (now) => {
      seen.gaps.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await byId(page, "lab-start").click();
  await phase(page, "done", 3_600_000);
  const { long, gaps } = await page.evaluate(() => seen);
  const points = await page.evaluate(() => document.querySelectorAll('[data-testid="lab-state"]').length);
  gaps.sort((a, b) => a - b);
  const at = (share) => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))].toFixed(1);
  const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1000;
  console.log(`${base ? "BERT-Base" : "the tiny BERT"}, ${seconds.toFixed(1)} s of learning, ${gaps.length} frames${points ? "" : ", no run"}`);
  console.log(`tasks over 50 ms: ${long.length}${long.length ? `, the longest ${Math.max(...long).toFixed(0)} ms` : ""}`);
  console.log(`between frames: median ${at(0.5)} ms, 99 % within ${at(0.99)} ms, worst ${at(1)} ms`);
  await visitor.context.close();
} finally {
  await stage.close();
}
