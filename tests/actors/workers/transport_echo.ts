/**
 * A thread with a worker that sends back every frame it receives, each byte one more, until the other
 * side has closed.
 * @module
 */

import { type ThreadNetwork, ThreadTransport } from "../../../actors/workers/thread_transport.ts";
import { echo } from "./frames.ts";

/** What is posted to a thread, which answers when it has ended: how often nobody woke it in time. */
export type Order = { network: ThreadNetwork; patienceMs: number };

// The types of a thread's global scope are not those of the main one.
const thread = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(message: number): void;
};

function run({ network, patienceMs }: Order): number {
  const end = new ThreadTransport(network, 1);
  let forgotten = 0;
  const isOver = () => end.isClosed(0) && end.backlog === 0;
  while (!isOver()) {
    if (echo(end)) continue;
    const seen = end.bell.prepare();
    if (echo(end) || isOver()) {
      end.bell.wake();
      continue;
    }
    const before = performance.now();
    end.bell.sleep(seen, patienceMs);
    if (performance.now() - before >= patienceMs) forgotten++;
  }
  end.close();
  return forgotten;
}

thread.onmessage = ({ data }) => {
  thread.postMessage(run(data));
  self.close();
};
