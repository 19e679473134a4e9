/**
 * Calls of a function that answers later: so many at once, each for so long, and again when one fails.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Progressed } from "../contract/definition.ts";
import { Fifo } from "./fifo.ts";

/** What a function is told of one attempt at a record. */
export interface AsyncCall {
  /** Aborted when the attempt has taken too long, and when the dataflow has ended. */
  readonly signal: AbortSignal;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** The record's time. */
  readonly time: Time;
}

/** Answers a record, now or later. */
export type AsyncFunction<T, U> = (record: T, call: AsyncCall) => U | PromiseLike<U>;

/** When and how often a record is tried again. */
export interface RetryOptions {
  /** How many attempts there are for a record, the first one included. */
  readonly attempts: number;
  /** How long to wait before the second attempt, in milliseconds; 0 when left out. */
  readonly delayMs?: number | undefined;
  /** How many times longer each further wait is; 2 when left out. */
  readonly factor?: number | undefined;
}

/** The same with nothing left out. */
export interface Retries {
  readonly attempts: number;
  readonly delayMs: number;
  readonly factor: number;
}

/** What came of a record. */
export type Answer =
  | { readonly value: unknown }
  | { readonly error: unknown; readonly attempts: number };

/** One record on its way to an answer. */
export class Job {
  readonly record: unknown;
  readonly time: Time;
  /** How many attempts have begun. */
  attempts = 0;
  /** The attempt that runs; what answers for another one comes too late. */
  attempt: Attempt | null = null;
  answer: Answer | null = null;
  /** Takes back the timer that it waits for. */
  stopTimer: (() => void) | null = null;

  /** A record at its time. */
  constructor(record: unknown, time: Time) {
    this.record = record;
    this.time = time;
  }
}

/** Most functions never look at their signal: it is made for those that do. */
class Attempt implements AsyncCall {
  readonly attempt: number;
  readonly time: Time;
  #controller: AbortController | null = null;
  #reason: unknown = undefined;

  constructor(attempt: number, time: Time) {
    this.attempt = attempt;
    this.time = time;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/** How calls are made. */
export interface AsyncCallsOptions {
  readonly f: AsyncFunction<unknown, unknown>;
  readonly concurrency: number;
  readonly timeoutMs: number | undefined;
  readonly retry: Retries;
}

/** What is asked of the vertex whose calls they are. */
export interface AsyncCallsHost {
  /** Runs a task in the vertex's mailbox after a while; see the operator's context. */
  after(delayMs: number, task: () => Progressed): () => void;
  /** The job has its answer. It may be called within a callback of the vertex, and outside. */
  answered(job: Job): void;
  /** What every callback of the vertex ends with. */
  step(): Progressed;
}

/** See the module. */
export class AsyncCalls {
  readonly #options: AsyncCallsOptions;
  readonly #host: AsyncCallsHost;
  readonly #waiting = new Fifo<Job>();
  /** Those that have a slot: they are being answered, or wait for their next attempt. */
  readonly #running = new Set<Job>();
  #isClosed = false;

  /** Nothing is called before `pump`. */
  constructor(options: AsyncCallsOptions, host: AsyncCallsHost) {
    this.#options = options;
    this.#host = host;
  }

  /** How many jobs wait for a slot. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many jobs have a slot. */
  get running(): number {
    return this.#running.size;
  }

  /** Adds a job behind those that wait. */
  add(job: Job): void {
    this.#waiting.push(job);
  }

  /** Begins as many jobs as there are free slots, within a callback of the vertex. */
  pump(): void {
    // A function may end its own dataflow.
    while (!this.#isClosed && this.#running.size < this.#options.concurrency) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running.add(job);
      this.#begin(job);
    }
  }

  /** The vertex has ended: what runs is told to stop, and nobody listens to what comes of it. */
  close(): void {
    this.#isClosed = true;
    const reason = new DOMException("the dataflow has ended", "AbortError");
    for (const { attempt } of this.#running) attempt?.abort(reason);
    this.#running.clear();
  }

  #begin(job: Job): void {
    const { f, timeoutMs } = this.#options;
    const attempt = new Attempt(++job.attempts, job.time);
    job.attempt = attempt;
    let answer: unknown;
    try {
      answer = f(job.record, attempt);
      if (!isThenable(answer)) return this.#answered(job, attempt, answer);
    } catch (error) {
      return this.#failed(job, attempt, error);
    }
    // Within the call the vertex may have been ended.
    if (!this.#isClosed && timeoutMs !== undefined) {
      job.stopTimer = this.#host.after(timeoutMs, () => this.#timedOut(job, attempt, timeoutMs));
    }
    // Somebody has to listen even then: what nobody hears of ends the process.
    Promise.resolve(answer).then(
      (value) => this.#answered(job, attempt, value),
      (error) => this.#failed(job, attempt, error),
    );
  }

  #answered(job: Job, attempt: Attempt, value: unknown): void {
    if (this.#leaves(job, attempt)) this.#settle(job, { value });
  }

  #failed(job: Job, attempt: Attempt, error: unknown): void {
    if (!this.#leaves(job, attempt)) return;
    const { attempts, delayMs, factor } = this.#options.retry;
    if (job.attempts >= attempts) return this.#settle(job, { error, attempts: job.attempts });
    // A power beyond all numbers times no delay would be no number.
    const growth = Math.min(factor ** (job.attempts - 1), Number.MAX_VALUE);
    const wait = Math.min(delayMs * growth, Number.MAX_SAFE_INTEGER);
    job.stopTimer = this.#host.after(wait, () => {
      job.stopTimer = null;
      this.#begin(job);
      return this.#host.step();
    });
  }

  #timedOut(job: Job, attempt: Attempt, timeoutMs: number): Progressed {
    const error = new DOMException(`it took longer than ${timeoutMs} ms`, "TimeoutError");
    attempt.abort(error);
    this.#failed(job, attempt, error);
    return this.#host.step();
  }

  /** Ends the attempt, unless it is over already. */
  #leaves(job: Job, attempt: Attempt): boolean {
    if (this.#isClosed || job.attempt !== attempt) return false;
    job.attempt = null;
    job.stopTimer?.();
    job.stopTimer = null;
    return true;
  }

  #settle(job: Job, answer: Answer): void {
    this.#running.delete(job);
    job.answer = answer;
    this.#host.answered(job);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}
