/**
 * What a worker is made with.
 *
 * @module
 */
import type { BufferPool } from "../batches/pool.ts";
import type { Clock } from "./clock.ts";
import type { Mailbox } from "./mailbox.ts";

/** How a worker runs. */
export interface WorkerOptions {
  /** The order in which entries are taken. */
  readonly mailbox: Mailbox;
  /** Time and event loop. */
  readonly clock: Clock;
  /** Buffers of the thread. */
  readonly pool: BufferPool;
  /** How long it runs before the event loop has a turn, in milliseconds. */
  readonly sliceMs: number;
  /** Whether every batch is frozen on its way. */
  readonly checks: boolean;
}
