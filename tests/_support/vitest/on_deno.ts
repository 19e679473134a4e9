/**
 * A setup file for real vitest in a worker thread of Deno, which has no `removeAllListeners` on
 * the port of a worker. Vitest calls it as its last act, before it terminates the thread, so
 * nothing is lost when it does nothing.
 */

import { parentPort } from "node:worker_threads";

if ("Deno" in globalThis && parentPort !== null) {
  const port = parentPort;
  port.removeAllListeners = () => port;
}
