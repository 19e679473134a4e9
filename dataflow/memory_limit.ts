/**
 * A limit for the memory of one dataflow. Above it sources stop; a dataflow that stays above it fails and says
 * where its memory is, while there is still some to say it with.
 *
 * @module
 */
import type { MemoryFigures } from "../actors/memory_figures.ts";
import type { Worker } from "../actors/worker.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { formatBytes } from "./insight/format_bytes.ts";
import { formatMemory } from "./insight/format_memory.ts";
import { memoryOf } from "./insight/memory.ts";
import type { Running } from "./running.ts";

/** How much memory a dataflow may take. */
export interface MemoryLimit {
  /**
   * So many bytes: what waits for its vertices and what they keep, on all workers together, as far as it is known
   * ({@linkcode memoryOf}). Above it sources are not called, and `send` of an input gives a promise.
   */
  readonly limit: number;
  /**
   * How long it may then stay above the limit before it fails, in milliseconds of the engine's clock; 5,000 when left
   * out. With half as much again as the limit it fails at once.
   */
  readonly graceMs?: number | undefined;
}

/** What it may have at most, for what it had when its sources were stopped to be worked off. */
const MOST = 1.5;
/** What may be said of a limit. */
const NAMES: readonly string[] = ["limit", "graceMs"];
/** How often it is looked at while its sources are stopped, although nothing happens in it. */
const LOOKS = 8;
/** As many places as the report has. */
const PLACES = 5;

/** What the guard asks of the running dataflow. */
export interface GuardedHome {
  /** Holds all its sources back, on all workers, or lets them go on. */
  stopSources(isStopped: boolean): void;
  /** It has too much. */
  memoryExceeded(error: MeanderError): void;
}

/** See the module. */
export class MemoryGuard {
  readonly #running: Running;
  readonly #home: GuardedHome;
  readonly #worker: Worker;
  readonly #limit: number;
  readonly #graceMs: number;
  #isStopped = false;
  #looks = 0;
  #stopTimer: (() => void) | null = null;

  /**
   * Watches a dataflow from now on.
   *
   * @throws {RangeError} for a limit or a time that cannot be kept.
   */
  constructor(running: Running, home: GuardedHome, worker: Worker, options: MemoryLimit) {
    this.#running = running;
    this.#home = home;
    this.#worker = worker;
    ({ limit: this.#limit, graceMs: this.#graceMs } = checkedLimit(options));
    running.memory.here.listeners.add(() => this.look());
  }

  /** Somebody looked, on this worker or on another. */
  look(): void {
    if (this.#running.hasEnded) return;
    const total = this.#total();
    // Not before sources were stopped: what they have sent meanwhile may be worked off.
    if (this.#isStopped && total >= MOST * this.#limit) return this.#fail(total, "");
    const isAbove = total > this.#limit;
    if (isAbove !== this.#isStopped) this.#stop(isAbove);
  }

  /** It has ended. */
  end(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #total(): number {
    const { here, there } = this.#running.memory;
    let total = here.now.bytes;
    for (const { now } of there.values()) total += bytesOf(now);
    return total;
  }

  #stop(isStopped: boolean): void {
    this.#isStopped = isStopped;
    this.end();
    this.#home.stopSources(isStopped);
    if (!isStopped) return;
    this.#looks = 0;
    this.#wait();
  }

  /** Whoever frees something outside of the dataflow's own work, such as a reader, is noticed all the same. */
  #wait(): void {
    this.#running.askMemory();
    this.#stopTimer = this.#worker.clock.after(this.#graceMs / LOOKS, () => this.#lookAgain());
  }

  #lookAgain(): void {
    this.#stopTimer = null;
    // Between two callbacks only; this one is noticed by the look that follows it.
    if (!this.#worker.isRunning) this.#running.memory.here.measure();
    this.look();
    if (!this.#isStopped || this.#running.hasEnded) return;
    if (++this.#looks < LOOKS) return this.#wait();
    this.#fail(this.#total(), `, ${this.#graceMs} ms after its sources were stopped`);
  }

  #fail(total: number, when: string): void {
    this.end();
    const { name } = this.#running;
    // The table's first line is about the dataflow as a whole, which the message is, too.
    const report = memoryOf(this.#running);
    const places = formatMemory({ ...report, vertices: report.vertices.slice(0, PLACES) });
    this.#home.memoryExceeded(
      new MeanderError(
        "MEANDER_MEMORY",
        `Cannot go on with dataflow "${name}": it has ${
          formatBytes(total)
        } in memory${when}, and its limit is ` +
          formatBytes(this.#limit),
        {
          where: name,
          problems: places.split("\n").slice(1),
          hint:
            "Pace its sources, put a gate before what makes many records of one, let state end sooner, or raise " +
            "the limit",
        },
      ),
    );
  }
}

/** With nothing left out. */
export function checkedLimit(
  options: MemoryLimit,
): { readonly limit: number; readonly graceMs: number } {
  checkForm(options);
  const { limit, graceMs = 5_000 } = options;
  if (typeof limit !== "number" || !(limit > 0)) {
    throw new RangeError(
      `MEANDER_OPTION  Cannot use memory limit ${show(limit)}: it takes a number of bytes above 0`,
    );
  }
  if (typeof graceMs !== "number" || !(graceMs >= 0 && graceMs < Infinity)) {
    throw new RangeError(
      `MEANDER_OPTION  Cannot use graceMs ${
        show(graceMs)
      } of a memory limit: it takes milliseconds from 0 on`,
    );
  }
  return { limit, graceMs };
}

/** A plain number is what comes to mind first, and a misspelt name would otherwise be left out without a word. */
function checkForm(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    const meant = typeof options === "number" ? String(options) : "BYTES";
    throw new RangeError(
      `MEANDER_OPTION  Cannot use memory ${show(options)}: write memory: { limit: ${meant} }`,
    );
  }
  const unknown = Object.keys(options).filter((name) => !NAMES.includes(name));
  if (unknown.length === 0) return;
  throw new RangeError(
    `MEANDER_OPTION  Cannot use ${
      unknown.map((name) => show(name)).join(", ")
    } of a memory limit: there is ${NAMES.join(" and ")}`,
  );
}

function bytesOf({ queuedBytes, keptBytes }: MemoryFigures): number {
  return queuedBytes + keptBytes;
}
