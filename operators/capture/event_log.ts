/**
 * A log in memory.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { MeanderError } from "../contract/fault.ts";
import type { EventReader, EventSink, LogEvent, Replayable } from "./event.ts";
import { LogState } from "./log_state.ts";

/**
 * A log in memory: a list of events to which a capture appends, and which any number of replays read, also
 * while it grows. It keeps all events for as long as it lives. Columns stay columns.
 *
 * @example
 * ```ts
 * import { dataflow, EventLog, execute, extract } from "meander";
 * import { expect } from "vitest";
 *
 * const log = new EventLog<string>();
 * const capturing = dataflow("capturing", (root) => {
 *   const words = root.input<string>("words");
 *   words.map((word) => word.toUpperCase()).captureInto(log);
 *   return { words };
 * });
 * await using run = execute(capturing);
 * run.handles.words.send(["to", "be"]);
 * run.handles.words.advanceTo(1);
 * run.handles.words.send(["or"]);
 * run.handles.words.close();
 * await run.done;
 *
 * const replaying = dataflow("replaying", (root) => {
 *   return { counts: root.replay(log).count().output("counts") };
 * });
 * await using again = execute(replaying);
 * expect(await again.handles.counts.toArray()).toEqual([2, 1]);
 * expect(await extract(log)).toEqual([[0, ["BE", "TO"]], [1, ["OR"]]]);
 * ```
 */
export class EventLog<T = unknown> implements EventSink<T>, Replayable<T> {
  /** For messages. */
  readonly name: string;
  readonly #events: LogEvent<T>[] = [];
  readonly #state = new LogState();
  readonly #waiting = new Set<() => void>();
  #ended = false;

  /** An empty log. */
  constructor(name = "events") {
    this.name = name;
  }

  /** The events so far. The list grows; nobody else may change it. */
  get events(): readonly LogEvent<T>[] {
    return this.#events;
  }

  /** The minimal times that may still come; empty when the log is complete, `null` before it has begun. */
  get frontier(): readonly Time[] | null {
    return this.#state.frontier;
  }

  /** Whether it is complete: nothing more can come. */
  get isComplete(): boolean {
    return this.#state.isComplete;
  }

  /** Whether it was told that nothing more comes, be it complete or not. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /**
   * Appends an event. Its records are shared from now on: do not change them.
   *
   * @throws {MeanderError} `MEANDER_LOG` for one that breaks a law of logs, and after the end.
   */
  push(event: LogEvent<T>): void {
    const problem = this.#ended ? "it was ended" : this.#state.take(event);
    if (problem !== undefined) throw refusal(this.name, this.#events.length + 1, problem);
    this.#events.push(event);
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Begins to read it. */
  open(): EventReader<T> {
    return new Reader(this.#events, this.#waiting, () => this.#ended);
  }

  #wake(): void {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const ready of waiting) ready();
  }
}

/** What does not fit a log that is written. */
export function refusal(name: string, number: number, problem: string): MeanderError {
  return new MeanderError(
    "MEANDER_LOG",
    `Cannot write event ${number} to log "${name}": ${problem}`,
    { where: name, hint: "Give every capture, and every run of it, a log of its own" },
  );
}

class Reader<T> implements EventReader<T> {
  readonly isLive = true;
  readonly torn = undefined;
  readonly #events: readonly LogEvent<T>[];
  readonly #waiting: Set<() => void>;
  readonly #isEnded: () => boolean;
  #at = 0;
  #ready: (() => void) | null = null;

  constructor(
    events: readonly LogEvent<T>[],
    waiting: Set<() => void>,
    isEnded: () => boolean,
  ) {
    this.#events = events;
    this.#waiting = waiting;
    this.#isEnded = isEnded;
  }

  get place(): string {
    return `event ${this.#at}`;
  }

  next(): LogEvent<T> | "wait" | "end" {
    if (this.#at < this.#events.length) return this.#events[this.#at++];
    return this.#isEnded() ? "end" : "wait";
  }

  whenReady(ready: () => void): void {
    this.close();
    this.#ready = ready;
    this.#waiting.add(ready);
  }

  close(): void {
    if (this.#ready !== null) this.#waiting.delete(this.#ready);
    this.#ready = null;
  }
}
