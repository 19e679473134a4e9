/**
 * Records that come one by one, as a source.
 *
 * @module
 */
import { checkTime, depthOf, formatTime, lessEqual, type Time } from "../../progress/time.ts";
import type { Place } from "../contract/definition.ts";
import { MeanderError, show } from "../contract/fault.ts";
import type { SourceBody, SourceContext, SourceHandlers, SourceStep } from "./source.ts";

/** Where an asynchronous source begins. */
export interface AsyncStart {
  /** Which of the workers it is on. */
  readonly worker: Place;
  /** With which of its records, counted from 0: another one than the first when it is restored. */
  readonly from: number;
}

type AnyIterable<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>;

/** Something that is iterated asynchronously, or a function that makes it; it ends when its signal is aborted. */
export type AsyncRecords<T> =
  | AnyIterable<T>
  | ((signal: AbortSignal, start: AsyncStart) => AnyIterable<T>);

/** The epoch of a record and of those after it: never before the one of the record before. */
export type TimeOfRecord<T> = (record: T, index: number) => Time;

/**
 * Asks an iterator for one record after the other. The next one is asked for when the last one was sent and
 * what it led to had its turn, so that at most one record waits in the source.
 *
 * @throws {MeanderError} `MEANDER_SOURCE` for what cannot be iterated.
 */
export function asyncBody<T>(
  name: string,
  records: AsyncRecords<T>,
  time: TimeOfRecord<T> | undefined,
): SourceBody<T> {
  if (typeof records !== "function" && !canBeIterated(records)) throw noIterable(name, records);
  return (context) => new AsyncReader(context, records, time);
}

/** The records of one source. */
class AsyncReader<T> implements SourceHandlers {
  readonly #context: SourceContext<T>;
  readonly #records: AsyncRecords<T>;
  readonly #time: TimeOfRecord<T> | undefined;
  #iterator: AsyncIterator<T> | null = null;
  /** How many records were sent. */
  #sent = 0;
  #isAsking = false;
  /** What came of the last question and was not sent yet. */
  #came: IteratorResult<T> | null = null;
  #fault: { readonly error: unknown } | null = null;
  #isOver = false;

  constructor(
    context: SourceContext<T>,
    records: AsyncRecords<T>,
    time: TimeOfRecord<T> | undefined,
  ) {
    this.#context = context;
    this.#records = records;
    this.#time = time;
  }

  readonly next = (): SourceStep => {
    if (this.#fault !== null) throw this.#unreadable(this.#fault.error);
    const came = this.#came;
    if (came === null) {
      // In a task, behind what the last record led to.
      if (!this.#isAsking) this.#context.later(() => this.#ask());
      this.#isAsking = true;
      return "wait";
    }
    if (came.done === true) {
      this.#isOver = true;
      return false;
    }
    const { capability, out } = this.#context;
    const time = this.#timeOf(came.value);
    if (!lessEqual(time, capability.time)) {
      // A source that is paced may not send at it yet.
      capability.downgrade(time);
      return true;
    }
    this.#came = null;
    this.#sent++;
    out.push(time, came.value);
    return true;
  };

  readonly snapshot = (): unknown => this.#sent;

  readonly restore = (state: unknown): void => void (this.#sent = state as number);

  /** An iterator that was not gone through to its end is told; what it says to that nobody waits for. */
  readonly close = (): void => {
    if (this.#isOver || this.#iterator === null) return;
    this.#isOver = true;
    this.#iterator.return?.().then(undefined, () => {});
  };

  /** A callback. */
  #ask(): void {
    this.#iterator ??= this.#open();
    this.#iterator.next().then(
      (result) => this.#answered(() => this.#came = result),
      (error) => this.#answered(() => this.#fault = { error }),
    );
  }

  #answered(take: () => void): void {
    this.#isAsking = false;
    take();
    this.#context.wake();
  }

  #open(): AsyncIterator<T> {
    const { signal, worker, name } = this.#context;
    const from = this.#sent;
    const records = this.#records;
    const made = typeof records === "function" ? records(signal, { worker, from }) : records;
    if (!canBeIterated(made)) throw noIterable(name, made);
    // By its method and not with `in`, which a text does not take.
    const begin = (made as Partial<AsyncIterable<T>>)[Symbol.asyncIterator];
    const iterator = typeof begin === "function" ? begin.call(made) : awaited(made as Iterable<T>);
    // A function begins where it is asked to, anything else at its own beginning.
    return typeof records === "function" ? iterator : without(iterator, from);
  }

  #timeOf(record: T): Time {
    const { capability, name } = this.#context;
    if (this.#time === undefined) return capability.time;
    let time: Time;
    try {
      time = checkTime(this.#time(record, this.#sent), depthOf(capability.time));
    } catch (error) {
      throw this.#untimed(record, show(error), error);
    }
    if (lessEqual(capability.time, time)) return time;
    throw this.#untimed(
      record,
      `it gave ${formatTime(time)}, and "${name}" is at ${formatTime(capability.time)}`,
    );
  }

  #untimed(record: T, why: string, cause?: unknown): MeanderError {
    const { name } = this.#context;
    return new MeanderError(
      "MEANDER_SOURCE",
      `Cannot tell the time of record ${show(record)} in "${name}": ${why}`,
      { where: name, cause, hint: "A source's times never go back" },
    );
  }

  #unreadable(error: unknown): MeanderError {
    const { name } = this.#context;
    return new MeanderError(
      "MEANDER_SOURCE",
      `Cannot read on in "${name}" after ${this.#sent} records: ${show(error)}`,
      { where: name, cause: error },
    );
  }
}

async function* awaited<T>(records: Iterable<T | PromiseLike<T>>): AsyncGenerator<T, void> {
  for (const record of records) yield await record;
}

/** The rest of what an iterator gives, after so many records that were sent before. */
function without<T>(iterator: AsyncIterator<T>, records: number): AsyncIterator<T> {
  let left = records;
  const next = async (): Promise<IteratorResult<T>> => {
    for (; left > 0; left--) {
      const skipped = await iterator.next();
      if (skipped.done === true) return skipped;
    }
    return await iterator.next();
  };
  return records === 0 ? iterator : {
    next,
    return: async () => await iterator.return?.() ?? { done: true, value: undefined },
  };
}

function canBeIterated(value: unknown): value is AnyIterable<never> {
  const some = value as Partial<AsyncIterable<never> & Iterable<never>> | null | undefined;
  return typeof some?.[Symbol.asyncIterator] === "function" ||
    typeof some?.[Symbol.iterator] === "function";
}

function noIterable(name: string, value: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_SOURCE",
    `Cannot read ${
      show(value)
    } in "${name}": it takes something that can be iterated, with await or ` +
      `without, or a function that makes it`,
    { where: name },
  );
}
