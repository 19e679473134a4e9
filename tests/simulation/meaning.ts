/**
 * What a program means: for every stream and every time the records, defined by recursion over the
 * program's text. No message, no frontier, no order; so it shares nothing with the engine.
 * @module
 */

import { aggregateOf, copies, delayed, fitting, mapped, paired } from "./functions.ts";
import { type Node, type Per, type Program, TIMES } from "./program.ts";

/** Coordinates, always as a list. */
export type Coordinates = readonly number[];
/** The records that are sent to an input at a time. */
export type Given = (input: number, time: Coordinates) => readonly number[];

/** The program makes more of the input than a test should wait for. */
export class TooMuch extends Error {}

const MOST_RECORDS = 400;
const MOST_VALUES = 30_000;

/** The meaning of one program on one input. */
export class Meaning {
  // By stream and time.
  readonly #known: (readonly number[])[][];
  #values = 0;

  constructor(readonly program: Program, readonly given: Given) {
    this.#known = program.nodes.map(() => []);
  }

  /** The records of a stream at a time, in no particular order. */
  at(stream: number, time: Coordinates): readonly number[] {
    let place = 0;
    for (let i = 0; i < time.length; i++) place = place * TIMES + time[i];
    let records = this.#known[stream][place];
    if (records === undefined) {
      records = this.#compute(this.program.nodes[stream], time);
      this.#known[stream][place] = records;
      this.#values += records.length + 1;
      if (records.length > MOST_RECORDS || this.#values > MOST_VALUES) throw new TooMuch();
    }
    return records;
  }

  /** How many records a variable's feedback drops. */
  droppedBy(variable: number): number {
    const { depth, by, limit, source } = this.program.variables[variable];
    let dropped = 0;
    for (const time of allTimes(depth)) {
      if (time[depth - 1] + by >= limit) dropped += this.at(source, time).length;
    }
    return dropped;
  }

  #compute({ shape, depth }: Node, time: Coordinates): readonly number[] {
    const last = depth - 1;
    switch (shape.kind) {
      case "input":
        return this.given(shape.input, time);
      case "map":
        return this.at(shape.of, time).map((n) => mapped(n, shape.by));
      case "filter":
        return this.at(shape.of, time).filter((n) => fitting(n, shape.by));
      case "flatMap":
        return this.at(shape.of, time).flatMap((n) => copies(n, shape.by));
      case "concat":
        return shape.all.flatMap((stream) => this.at(stream, time));
      case "count": {
        const { length } = this.at(shape.of, time);
        return length > 0 ? [length] : [];
      }
      case "distinct":
        return this.#distinct(shape.of, shape.per, time);
      case "aggregate":
        return aggregateOf(this.at(shape.of, time), shape.by);
      case "join":
        return this.#join(shape.left, shape.right, shape.per, time);
      case "delay":
        return timesUpTo(time).flatMap((from) =>
          this.at(shape.of, from).filter((n) =>
            delayed(n, from, shape.coordinate).join() === time.join()
          )
        );
      case "apart":
        return [...this.at(shape.left, time), ...this.at(shape.right, time)];
      case "enter":
        return time[last] === 0 ? this.at(shape.of, time.slice(0, last)) : [];
      case "leave":
        return counters.flatMap((counter) => this.at(shape.of, [...time, counter]));
      case "variable":
        return this.#variable(shape.variable, time);
      default:
        return this.at(shape.of, time);
    }
  }

  #variable(index: number, time: Coordinates): readonly number[] {
    const { by, limit, source, depth } = this.program.variables[index];
    const counter = time[depth - 1];
    if (counter < by || counter >= limit) return [];
    return this.at(source, [...time.slice(0, -1), counter - by]);
  }

  #distinct(of: number, per: Per, time: Coordinates): readonly number[] {
    const earlier = timesUpTo(time, this.#shared(per, time.length)).slice(0, -1);
    const seen = new Set(earlier.flatMap((before) => this.at(of, before)));
    return [...new Set(this.at(of, time))].filter((n) => !seen.has(n));
  }

  #join(left: number, right: number, per: Per, time: Coordinates): readonly number[] {
    const times = timesUpTo(time, this.#shared(per, time.length));
    const withRecords = (stream: number) => times.filter((t) => this.at(stream, t).length > 0);
    const others = withRecords(right);
    return withRecords(left).flatMap((t) =>
      others.flatMap((u) =>
        time.every((c, i) => c === Math.max(t[i], u[i]))
          ? paired(this.at(left, t), this.at(right, u))
          : []
      )
    );
  }

  /** How many coordinates two times must share. */
  #shared(per: Per, depth: number): number {
    if (per === "time") return depth;
    if (per === "epoch") return this.program.rootDepth;
    return per === "forever" ? 0 : per;
  }
}

const counters = Array.from({ length: TIMES }, (_, i) => i);

/** All times of so many coordinates. */
export function allTimes(depth: number): Coordinates[] {
  if (depth === 0) return [[]];
  return allTimes(depth - 1).flatMap((time) => counters.map((counter) => [...time, counter]));
}

/** The times at or before one that share its first coordinates with it; itself is the last. */
function timesUpTo(time: Coordinates, shared = 0): Coordinates[] {
  if (shared >= time.length) return [time];
  let times: Coordinates[] = [time.slice(0, shared)];
  for (const most of time.slice(shared)) {
    times = times.flatMap((begun) => counters.slice(0, most + 1).map((c) => [...begun, c]));
  }
  return times;
}
