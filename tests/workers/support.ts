/**
 * What tests of dataflows on threads need: memory that all threads see, waits for what happens in another
 * thread, and looks at how a dataflow ended.
 *
 * @module
 */
import { Engine, type EngineOptions, MeanderError, type Running } from "../../mod.ts";

/** Counters that every thread of a dataflow sees when it gets them in `madeBy`. */
export type Words = Int32Array<SharedArrayBuffer>;

/** So many counters, all 0. */
export function words(count: number): Words {
  return new Int32Array(new SharedArrayBuffer(4 * count));
}

/** For the side that counts: adds one, and tells whoever waits. */
export function count(all: Words, at: number, by = 1): void {
  Atomics.add(all, at, by);
  Atomics.notify(all, at);
}

/** Resolves when another thread has counted up to `least`; the event loop goes on meanwhile. */
export async function reached(all: Words, at: number, least: number): Promise<void> {
  for (;;) {
    const seen = Atomics.load(all, at);
    if (seen >= least) return;
    const { async, value } = Atomics.waitAsync(all, at, seen);
    if (async) await value;
  }
}

/** For programs on a thread: blocks it until another thread has counted up to `least`. */
export function block(all: Words, at: number, least: number): void {
  for (;;) {
    const seen = Atomics.load(all, at);
    if (seen >= least) return;
    Atomics.wait(all, at, seen);
  }
}

/** What the promise is rejected with. */
export function causeOf(promise: Promise<unknown>): Promise<MeanderError> {
  return quietly(causeWhenRejected(promise));
}

async function causeWhenRejected(promise: Promise<unknown>): Promise<MeanderError> {
  try {
    await promise;
  } catch (error) {
    if (MeanderError.is(error)) return error;
    throw new Error(`It was rejected with something else: ${error}`, { cause: error });
  }
  throw new Error("It was not rejected");
}

/** The same promise, for a test that may fail before it waits for it: its rejection ends no test run. */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** What a function throws. */
export function thrownBy(f: () => unknown): unknown {
  try {
    f();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** An engine whose other workers are threads, whatever the tests run on. */
export function threaded(workers: number, options: EngineOptions = {}): Engine {
  return new Engine({ workers, threads: true, ...options });
}

/** Waits for the end of several dataflows at once. */
export async function ends(...runs: readonly Pick<Running, "done">[]): Promise<void> {
  await Promise.all(runs.map(({ done }) => done));
}

/** Numbers that look random and are the same in every run. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
