// Stands between the browser and the whole world but the test server: whatever asks to leave is
// written down and refused.
import { createServer } from "node:http";

export async function startProxy() {
  const left = [];
  const http = createServer((request, response) => {
    left.push(request.url);
    response.writeHead(502).end();
  });
  http.on("connect", (request, socket) => {
    left.push(request.url);
    socket.on("error", () => {});
    socket.end("HTTP/1.1 502 Refused\r\n\r\n");
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    left,
    url: `http://127.0.0.1:${http.address().port}`,
    stop: () => (http.closeAllConnections(), new Promise((resolve) => http.close(resolve))),
  };
}

/** Hosts that Chromium itself calls on at its start, whatever page is open. */
const CHROMIUM_ITSELF = /^(https?:\/\/)?((update|optimizationguide-pa|content-autofill|clients\d)\.googleapis\.com|accounts\.google\.com|(www|clients\d)\.google\.com|redirector\.gvt1\.com)[:/]/;

/** What was asked for by a page, not by Chromium. */
export const worldly = (urls) => urls.filter((url) => !CHROMIUM_ITSELF.test(url));
