// Serves dist/ with the headers of dist/_headers, writes down every request, and misbehaves when told.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
export const dist = process.env.DIST ?? path.join(repository, "dist");
/** Where the page looks for its model. */
export const MODEL = "/assets/models/bert-base-uncased/";
/** Where it looks for the task adapters. */
export const ADAPTERS = "/assets/adapters/";

/** `/path` → { header: value }, from the file that ships; `/*` is for all. */
export function parseHeaders(text) {
  const rules = new Map();
  let rule;
  for (const line of text.split("\n").filter((l) => l.trim())) {
    if (!line.startsWith(" ")) rules.set(line.trim(), (rule = {}));
    else rule[line.slice(0, line.indexOf(":")).trim()] = line.slice(line.indexOf(":") + 1).trim();
  }
  return rules;
}

export class Server {
  /** { path, at } of every request, in order; `at` in ms of performance.now(). */
  log = [];
  #faults = [];
  #folders = new Map();

  static async start({ root = dist, port = 0 } = {}) {
    const server = new Server();
    server.root = root;
    server.rules = parseHeaders(readFileSync(path.join(root, "_headers"), "utf8"));
    server.http = createServer((request, response) => {
      server.#answer(request, response).catch(() => response.destroy());
    });
    server.port = await server.#listen(port);
    server.origin = `http://127.0.0.1:${server.port}`;
    return server;
  }

  #listen(port) {
    return new Promise((resolve, reject) => {
      this.http.once("error", reject);
      this.http.listen(port, "127.0.0.1", () => resolve(this.http.address().port));
    });
  }

  /** Serves another folder's files below a URL path. */
  mount(url, folder) {
    this.#folders.set(url, folder);
  }

  /**
   * What goes wrong with requests whose path matches, `times` times:
   * "cut" (half the body, then the connection breaks), "corrupt" (one byte is changed), "status"
   * (an error status), "slow" (`bytesPerS`), "hang" (headers, then nothing), "rewrite" (a function of
   * the text).
   */
  fault(match, kind, { times = Infinity, ...options } = {}) {
    const fault = { match, kind, times, hits: 0, ...options };
    this.#faults.push(fault);
    return fault;
  }

  /** No faults, and nothing asked for yet. */
  reset() {
    this.#faults = [];
    this.log = [];
    this.down = false;
  }

  /** Paths asked for, of those that match. */
  asked(match = /./) {
    return this.log.map((entry) => entry.path).filter((p) => match.test(p));
  }

  forget() {
    this.log = [];
  }

  /** While true, every connection breaks. */
  down = false;

  async stop() {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  headersFor(pathname) {
    return { ...this.rules.get("/*"), ...this.rules.get(pathname) };
  }

  #file(pathname) {
    for (const [url, folder] of this.#folders) {
      if (pathname.startsWith(url)) return path.join(folder, path.normalize("/" + pathname.slice(url.length)));
    }
    return path.join(this.root, path.normalize(pathname.endsWith("/") ? pathname + "index.html" : pathname));
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, "http://x");
    this.log.push({ path: pathname, at: performance.now() });
    if (this.down) return void request.socket.destroy();
    const fault = this.#faults.find((f) => f.match.test(pathname) && f.hits < f.times);
    if (fault) fault.hits += 1;
    if (fault?.kind === "status") {
      response.writeHead(fault.status ?? 404, this.headersFor("/*"));
      return void response.end("on purpose");
    }
    let body;
    try {
      body = await readFile(this.#file(decodeURIComponent(pathname)));
    } catch {
      response.writeHead(404, this.headersFor("/*"));
      return void response.end("not here");
    }
    if (fault?.kind === "rewrite") body = Buffer.from(fault.rewrite(body.toString()));
    if (fault?.kind === "corrupt") {
      body = Buffer.from(body);
      body[fault.byte ?? body.length >> 1] ^= 0x10;
    }
    response.writeHead(200, { ...this.headersFor(pathname), "Content-Length": body.length });
    if (fault?.kind === "hang") return void response.flushHeaders();
    if (fault?.kind === "cut") {
      return void response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    }
    if (fault?.kind === "slow") return this.#trickle(response, body, fault.bytesPerS);
    response.end(body);
  }

  async #trickle(response, body, bytesPerS) {
    const chunk = Math.max(1, Math.ceil(bytesPerS / 20));
    for (let at = 0; at < body.length && !response.destroyed; at += chunk) {
      response.write(body.subarray(at, at + chunk));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    response.end();
  }
}
