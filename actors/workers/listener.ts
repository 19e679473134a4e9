/**
 * What a worker with a thread of its own does when it has nothing to do: it sleeps until another one rings,
 * and its event loop goes on meanwhile.
 *
 * @module
 */
import type { Worker } from "../worker.ts";
import type { Link } from "./link.ts";
import type { ThreadTransport } from "./thread_transport.ts";

/** How long it sleeps at most, in milliseconds: longer gaps between two heartbeats mean that it hangs. */
const LONGEST_SLEEP_MS = 250;

/** See the module. */
export class Listener {
  readonly #worker: Worker;
  readonly #link: Link;
  readonly #transport: ThreadTransport;
  #ended = false;
  #isAsleep = false;

  /** Listens from `listen` on. */
  constructor(worker: Worker, link: Link, transport: ThreadTransport) {
    this.#worker = worker;
    this.#link = link;
    this.#transport = transport;
  }

  /** Resolves after `end`. */
  async listen(): Promise<void> {
    const { bell } = this.#transport;
    while (!this.#ended) {
      await this.#worker.idle();
      this.#transport.beat();
      const seen = bell.prepare();
      // What came before it said that it sleeps, nobody rings for.
      const missed = this.#link.poll();
      if (missed || !this.#worker.isIdle) bell.wake();
      else {
        this.#isAsleep = true;
        await bell.sleepAsync(seen, LONGEST_SLEEP_MS);
        this.#isAsleep = false;
      }
      if (!this.#ended) this.#worker.slice();
    }
  }

  /** Blocks the thread until another one rings, for a moment at most. */
  block(): void {
    const { bell } = this.#transport;
    this.#transport.beat();
    const seen = bell.prepare();
    if (this.#link.poll()) bell.wake();
    else bell.sleep(seen, 1);
    // The bell was prepared for `listen` as well, which sleeps on when this one is awake.
    if (!this.#isAsleep) return;
    bell.prepare();
    this.#worker.wake();
  }

  /** Ends `listen`. */
  end(): void {
    this.#ended = true;
    // Whoever rings himself wakes himself: a sleeping one waits for nothing any more.
    this.#transport.bell.ring();
  }
}
