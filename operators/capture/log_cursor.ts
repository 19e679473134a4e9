/**
 * Reading a log with its laws.
 *
 * @module
 */
import { MeanderError } from "../contract/fault.ts";
import type { EventReader, LogEvent, Replayable, WhenTorn } from "./event.ts";
import { LogState, openTimes } from "./log_state.ts";

/** How a log is read. */
export interface CursorOptions {
  /** How many coordinates its times must have; `null` for any number. */
  readonly depth: number | null;
  readonly whenTorn: WhenTorn;
}

/** One place in one log. What it gives keeps the laws, and it ends with a complete log, or as it is told to. */
export class LogCursor<T> {
  /** Up to the last event that it gave. */
  readonly state: LogState;
  /** How many events it gave. */
  taken = 0;
  readonly #name: string;
  readonly #reader: EventReader<T>;
  readonly #whenTorn: WhenTorn;

  /** At the beginning of the log. */
  constructor(log: Replayable<T>, { depth, whenTorn }: CursorOptions) {
    this.#name = log.name;
    this.#reader = log.open();
    this.#whenTorn = whenTorn;
    this.state = new LogState(depth);
  }

  /**
   * The next event; see `EventReader.next`.
   *
   * @throws {MeanderError} `MEANDER_LOG` for an event that breaks a law, naming its place; `MEANDER_LOG_TORN` for a
   * log that ends before it is complete, unless that is to count as complete.
   */
  next(): LogEvent<T> | "wait" | "end" {
    const event = this.#reader.next();
    if (event === "wait") {
      return this.state.isComplete && this.#reader.isLive ? "end" : "wait";
    }
    if (event === "end") {
      const isWhole = this.state.isComplete && this.#reader.torn === undefined;
      if (!isWhole && this.#whenTorn === "fail") throw this.#tornError();
      return "end";
    }
    const problem = this.state.take(event);
    if (problem !== undefined) throw this.#broken(problem);
    this.taken++;
    return event;
  }

  /** After the end: what is cut off there, when something is. */
  get torn(): string | undefined {
    return this.#reader.torn;
  }

  /** After `wait`: calls back when it is worth asking again. */
  whenReady(ready: () => void): void {
    this.#reader.whenReady(ready);
  }

  /** It is not read any more. */
  close(): void | Promise<void> {
    return this.#reader.close();
  }

  #broken(problem: string): MeanderError {
    const name = this.#name;
    return new MeanderError(
      "MEANDER_LOG",
      `Cannot read log "${name}" at ${this.#reader.place}: ${problem}`,
      {
        where: name,
        hint: "It was not written by a capture, or was changed, or is for other times",
      },
    );
  }

  #tornError(): MeanderError {
    const name = this.#name;
    const frontier = this.state.frontier;
    const { torn } = this.#reader;
    const open = frontier === null ? "it has not begun" : openTimes(frontier);
    const why = this.state.isComplete
      ? `there is more behind its last event (${torn})`
      : `it ends before its last time is complete (${
        torn === undefined ? "" : `${torn}; `
      }${open})`;
    return new MeanderError(
      "MEANDER_LOG_TORN",
      `Cannot read log "${name}" to its end: ${why}`,
      {
        where: name,
        hint: 'Replay it with { whenTorn: "complete" } to take what there is as all there was',
      },
    );
  }
}
