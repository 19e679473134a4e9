/**
 * How much a plugin's process may take.
 *
 * @module
 */

/** What is left out is as it usually is. */
export interface IsolationLimits {
  /** Memory beyond that of an empty process, in MiB: heap and buffers together. 256 when left out. */
  readonly memoryMb?: number;
  /** How long a callback may take, in milliseconds. 10,000 when left out. */
  readonly callbackMs?: number;
  /** How long a process may take to begin, in milliseconds. 10,000 when left out. */
  readonly startMs?: number;
  /** How often one that is idle is asked whether it is there, in milliseconds. 5,000 when left out. */
  readonly heartbeatMs?: number;
  /** How often it may be begun anew within a minute. 3 when left out. */
  readonly restarts?: number;
  /** How long to wait before the first time, in milliseconds; each time four times as long. 100 when left out. */
  readonly backoffMs?: number;
  /** After so many callbacks a snapshot is asked for, by which a vertex can be begun anew. 1,024 when left out. */
  readonly snapshotCalls?: number;
}

/** With everything said. */
export type AllLimits = Required<IsolationLimits>;

/** The usual ones, where nothing else is said. */
export function limitsWith(given: IsolationLimits = {}): AllLimits {
  return {
    memoryMb: 256,
    callbackMs: 10_000,
    startMs: 10_000,
    heartbeatMs: 5_000,
    restarts: 3,
    backoffMs: 100,
    snapshotCalls: 1024,
    ...given,
  };
}

/** Time, as far as processes are looked after. */
export interface Timing {
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls back after so many milliseconds; what it returns takes that back. */
  after(ms: number, task: () => void): () => void;
  /** The same, while something else keeps the engine busy: by itself it keeps nothing from ending. */
  aside(ms: number, task: () => void): () => void;
}

/** The real one. */
export const systemTiming: Timing = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  aside(ms, task) {
    const timer = setTimeout(task, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};
