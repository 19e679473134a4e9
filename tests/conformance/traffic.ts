/**
 * Traffic for the inputs of one operator, by seed: batches at several open times, out of order, in rows or in
 * columns.
 *
 * @module
 */
import { columnsFrom, type Schema } from "../../batches/column_builder.ts";
import type { Data } from "../../batches/data.ts";
import { Antichain } from "../../progress/antichain.ts";
import { meet, type Time } from "../../progress/time.ts";
import type { Random } from "../oracle/random.ts";
import type { Arrival, Subject } from "./subject.ts";

/** A batch of records; after some of them frontiers move as far as what is still to come allows. */
export interface Delivery extends Arrival {
  readonly advances: boolean;
}

/** In which form the records of a batch are sent. */
export type Form = "rows" | "columns";

const COORDINATES = 4;

/** Up to a dozen batches, a few of them long enough for the loops that are made for columns. */
export function anyTraffic(
  { operator, record }: Subject,
  depth: number,
  random: Random,
): Delivery[] {
  const inputs = Object.keys(operator.inputs);
  if (inputs.length === 0) return [];
  const one = record ?? ((each: Random) => each.between(-4, 4));
  return Array.from({ length: random.below(12) }, () => {
    const input = random.pick(inputs);
    const length = random.chance(0.1) ? random.between(32, 70) : random.between(1, 6);
    return {
      input,
      time: anyTime(depth, random),
      records: Array.from({ length }, () => one(random, input)),
      advances: random.chance(0.5),
    };
  });
}

function anyTime(depth: number, random: Random): Time {
  if (depth === 1) return random.below(COORDINATES);
  return Array.from({ length: depth }, () => random.below(COORDINATES));
}

/** The minimal times at which something is still to come at an input. */
export function frontierOf(rest: readonly Arrival[], input: string): readonly Time[] {
  return Antichain.ofTimes(rest.filter((each) => each.input === input).map(({ time }) => time))
    .elements;
}

/** The greatest time that none of what is still to come at an input is before; nothing when nothing comes. */
export function lowerBound(rest: readonly Arrival[], input: string): Time | undefined {
  return rest.filter((each) => each.input === input).map(({ time }) => time)
    .reduce<Time | undefined>((low, time) => low === undefined ? time : meet(low, time), undefined);
}

/** The records as an array, or as the columns that hold such records. */
export function inForm(records: readonly unknown[], form: Form): Data<unknown> {
  if (form === "rows") return [...records];
  const schema = schemaOf(records);
  return schema === undefined ? [...records] : columnsFrom(schema, records as never[]);
}

function schemaOf(records: readonly unknown[]): Schema | undefined {
  const scalar = scalarOf(records);
  if (scalar !== undefined) return scalar;
  const [first] = records;
  if (typeof first !== "object" || first === null || Array.isArray(first)) return undefined;
  const fields: [string, Schema][] = [];
  const names = Object.keys(first);
  for (const name of names) {
    const values = records.map((each) => (each as Record<string, unknown>)?.[name]);
    const type = scalarOf(values);
    if (type === undefined) return undefined;
    fields.push([name, type]);
  }
  const isAlike = records.every((each) => Object.keys(each as object).join() === names.join());
  return isAlike && names.length > 0 ? Object.fromEntries(fields) as Schema : undefined;
}

function scalarOf(values: readonly unknown[]): "i32" | "f64" | "string" | "bool" | undefined {
  const all = (is: (value: unknown) => boolean) => values.every(is);
  if (all((value) => Object.is((value as number) | 0, value))) return "i32";
  if (all((value) => typeof value === "number")) return "f64";
  if (all((value) => typeof value === "string")) return "string";
  if (all((value) => typeof value === "boolean")) return "bool";
  return undefined;
}
