/**
 * The tools of a program: clocks around its measured part, and checks of its answer.
 */
import process from "node:process";
import type { Spent } from "./program.ts";

/** Measures `work`, which must not leave anything running. */
export function measure(work: () => void): Spent {
  const stop = startClock();
  work();
  return stop();
}

/** Measures `work` where it has to wait, such as for other threads. */
export async function measureAsync(work: () => Promise<void>): Promise<Spent> {
  const stop = startClock();
  await work();
  return stop();
}

/** Time of the whole, and of its rounds. */
export interface Rounds {
  readonly spent: Spent;
  /** Microseconds a round, a value for each group of rounds. */
  readonly laps: Float64Array;
}

/**
 * Runs `round` for 0 to `total` and takes the time of every `group` rounds together. Reading the
 * clock costs about 120 ns, so rounds of less than 2 µs must be grouped. One reading ends a group and
 * begins the next.
 */
export function measureRounds(
  total: number,
  group: number,
  round: (index: number) => void,
): Rounds {
  const samples = Math.floor(total / group);
  const laps = new Float64Array(samples);
  const stop = startClock();
  let index = 0;
  let before = performance.now();
  for (let sample = 0; sample < samples; sample++) {
    for (const end = index + group; index < end; index++) round(index);
    const now = performance.now();
    laps[sample] = (now - before) * 1000 / group;
    before = now;
  }
  for (; index < total; index++) round(index);
  return { spent: stop(), laps };
}

/** Like `measureRounds`, for rounds that have to wait for other threads. */
export async function measureRoundsAsync(
  total: number,
  group: number,
  round: (index: number) => Promise<void>,
): Promise<Rounds> {
  const samples = Math.floor(total / group);
  const laps = new Float64Array(samples);
  const stop = startClock();
  let index = 0;
  let before = performance.now();
  for (let sample = 0; sample < samples; sample++) {
    for (const end = index + group; index < end; index++) await round(index);
    const now = performance.now();
    laps[sample] = (now - before) * 1000 / group;
    before = now;
  }
  for (; index < total; index++) await round(index);
  return { spent: stop(), laps };
}

/**
 * Takes the time of rounds that a dataflow makes by itself, in groups as `measureRounds` does.
 */
export class Laps {
  readonly #group: number;
  readonly #laps: Float64Array;
  #before = 0;
  #count = 0;

  /** For rounds 0 to `total`. */
  constructor(total: number, group: number) {
    this.#group = group;
    this.#laps = new Float64Array(Math.floor(total / group));
  }

  /** All rounds before this one are over. */
  mark(round: number): void {
    if (round % this.#group !== 0) return;
    const now = performance.now();
    if (round > 0) this.#laps[this.#count++] = (now - this.#before) * 1000 / this.#group;
    this.#before = now;
  }

  /** Microseconds a round, a value for each group so far. */
  get taken(): Float64Array {
    return this.#laps.slice(0, this.#count);
  }
}

/** A run that cannot be made or whose answer is wrong; its message says all there is to say. */
export class BenchmarkError extends Error {
  override name = "BenchmarkError";
}

/** Throws unless the answer of a program is right. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (Object.is(actual, expected)) return;
  throw new BenchmarkError(`wrong answer, ${what}: ${actual}, expected ${expected}`);
}

/** The value that a `share` of the samples does not exceed (nearest rank); null without samples. */
export function quantile(samples: Float64Array, share: number): number | null {
  if (samples.length === 0) return null;
  const sorted = samples.slice().sort();
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
}

/** Memory of this process now, in MB. */
export function residentMb(): number {
  return process.memoryUsage().rss / 1e6;
}

/**
 * A reader of the peak memory of this process. The kernel's mark of it is no use by itself: it begins
 * at the mark of the process that started this one. Where it has not moved since, the memory that is
 * held after each run stands in.
 */
export function peakMemory(): () => number {
  const inherited = process.resourceUsage().maxRSS;
  let seen = 0;
  return () => {
    seen = Math.max(seen, residentMb());
    const peak = process.resourceUsage().maxRSS;
    return peak > inherited ? peak * 1024 / 1e6 : seen;
  };
}

function startClock(): () => Spent {
  const cpu = process.cpuUsage();
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  };
}

/** For programs that have not been spread over threads yet. */
export function requireOneWorker(workers: number): void {
  if (workers === 1) return;
  throw new BenchmarkError(
    `Cannot run with ${workers} workers: this program runs on one thread so far`,
  );
}
