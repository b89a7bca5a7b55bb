// A real Chromium, with WebGPU on its software adapter or without WebGPU.
import { chromium } from "playwright-core";

const QUIET = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];
const WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** `proxy` is the address of what stands between the browser and the world. */
export function launch({ webgpu = true, proxy } = {}) {
  const args = [...QUIET, ...(webgpu ? WEBGPU : [])];
  // Chromium leaves out the proxy for this machine's own addresses, where the test server is.
  if (proxy) args.push(`--proxy-server=${proxy}`);
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
}
