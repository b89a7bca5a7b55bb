// How long the layer × head grids take to draw at 128 pieces, and how evenly they scroll: BERT-Base on the CPU, in the
// page as it ships. A bench, not a test: nobody fails by it.
//
// usage: node draw.mjs
import { Stage, LATE, byId, loaded } from "../e2e/page.mjs";

/** Redraws that are timed, and frames of a scroll. */
const REDRAWS = 5;
const FRAMES = 90;

const stage = await Stage.open({ webgpu: false, tiny: false });
try {
  const visitor = await stage.visitor();
  const text = "the river ".repeat(63);
  const page = await visitor.open(`attention?${new URLSearchParams({ engine: "cpu", a: text })}`);
  page.setDefaultTimeout(LATE);
  await loaded(page, "cpu", LATE);
  await page.waitForFunction(() => document.querySelectorAll('.answer:not(.stale) [data-testid="head"]').length === 144);
  await page.waitForFunction(() => document.querySelector('[data-testid="head"] canvas').width >= 126);
  const pieces = await byId(page, "link-pronoun").locator("option").count();
  // Showing [CLS] and [SEP] paints every cell anew. From the click to the frame after it, and the script's own part.
  const redraws = await page.evaluate(async (count) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const times = [];
    for (let i = 0; i < count; i++) {
      await frame();
      const start = performance.now();
      document.querySelector('[data-testid="specials"]').click();
      await new Promise((done) => setTimeout(done));
      const script = performance.now() - start;
      await frame();
      await frame();
      times.push([script, performance.now() - start]);
    }
    return times;
  }, REDRAWS);
  const frames = await page.evaluate(async (count) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    document.querySelector('[data-testid="head"]').scrollIntoView({ block: "center" });
    await frame();
    const times = [];
    for (let i = 0, last = await frame(); i < count; i++) {
      scrollBy(0, i % 30 < 15 ? 24 : -24);
      const now = await frame();
      times.push(now - last);
      last = now;
    }
    return times;
  }, FRAMES);
  const sorted = (list) => [...list].sort((a, b) => a - b);
  const median = (list) => sorted(list)[list.length >> 1].toFixed(1);
  const of = (which) => redraws.map((r) => r[which]);
  console.log(`144 heads, ${pieces - 1} words: script ${median(of(0))} ms, to the frame after it ${median(of(1))} ms (median of ${REDRAWS})`);
  console.log(`scrolling: median frame ${median(frames)} ms, worst of ${FRAMES} ${Math.max(...frames).toFixed(1)} ms, over 20 ms: ${frames.filter((f) => f > 20).length}`);
  await visitor.context.close();
} finally {
  await stage.close();
}
