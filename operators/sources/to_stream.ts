/**
 * Records that are there already, as a source.
 *
 * @module
 */
import { MeanderError, show } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { Range } from "../records/range.ts";
import type { SourceBody, SourceHandlers, SourceWorkers } from "./source.ts";

/** A collection, or a function that gives one: an iterator can be gone through once, a program run many times. */
export type Collection<T> = Iterable<T> | (() => Iterable<T>);

/**
 * Sends what is in a collection at the least time, as fast as the output budget allows. With an instance on
 * each worker each sends its share: of so many workers every so manieth record.
 *
 * @throws {MeanderError} `MEANDER_SOURCE` for what is no collection.
 */
export function collectionBody<T>(
  name: string,
  collection: Collection<T>,
  workers: SourceWorkers,
): SourceBody<T> {
  if (typeof collection !== "function" && !isIterable(collection)) {
    throw notIterable(name, collection);
  }
  return ({ out, capability, worker, name: vertex }) => {
    const made = typeof collection === "function" ? collection() : collection;
    if (!isIterable(made)) throw notIterable(vertex, made);
    const isWhole = workers === "first" || worker.count === 1;
    const send = (at: number, records: ArrayLike<T>) => out.pushRows(capability.time, records, at);
    if (Array.isArray(made) && isWhole) {
      const { length } = made;
      return inRows(length, (at) => {
        // Otherwise it would go on for ever, to reach what is not there any more.
        if (made.length < length) throw shortened(vertex, at);
        return send(at, made);
      });
    }
    if (made instanceof Range && isWhole) {
      const numbers = out as unknown as OutputPort<number>;
      return inRows(
        made.length,
        (at) => numbers.pushRange(capability.time, made.from + at, made.to) - made.from,
      );
    }
    const share = isWhole ? { index: 0, count: 1 } : worker;
    return oneByOne(made, share, {
      isFull: () => out.isFull,
      push: (record) => out.push(capability.time, record),
    });
  };
}

/** `send` sends from an index on, and gives the index that it came to. */
function inRows(length: number, send: (at: number) => number): SourceHandlers {
  let at = 0;
  return {
    next() {
      at = send(at);
      return at < length;
    },
    snapshot: () => at,
    restore: (state) => void (at = state as number),
  };
}

function oneByOne<T>(
  records: Iterable<T>,
  share: { readonly index: number; readonly count: number },
  out: { isFull(): boolean; push(record: T): void },
): SourceHandlers {
  const iterator = records[Symbol.iterator]();
  let at = 0;
  let isDone = false;
  const take = (): IteratorResult<T> => {
    const next = iterator.next();
    if (next.done === true) isDone = true;
    else at++;
    return next;
  };
  return {
    next() {
      while (!out.isFull()) {
        const next = take();
        if (next.done === true) return false;
        if ((at - 1) % share.count === share.index) out.push(next.value);
      }
      return true;
    },
    // An iterator that was not gone through to its end is told.
    close() {
      if (!isDone) iterator.return?.();
    },
    snapshot: () => at,
    restore(state) {
      while (at < (state as number) && take().done !== true);
    },
  };
}

function isIterable(value: unknown): value is Iterable<never> {
  return typeof (value as Iterable<never> | null | undefined)?.[Symbol.iterator] === "function";
}

function notIterable(name: string, value: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_SOURCE",
    `Cannot make a stream of ${
      show(value)
    } in "${name}": it takes something that can be iterated, or a ` +
      `function that gives it`,
    { where: name, hint: "Put a single record into an array; use fromAsync for what comes later" },
  );
}

function shortened(name: string, at: number): MeanderError {
  return new MeanderError(
    "MEANDER_SOURCE",
    `Cannot go on with "${name}" after ${at} records: its list has become shorter`,
    { where: name, hint: "Give it a list that nobody changes, or a copy" },
  );
}
