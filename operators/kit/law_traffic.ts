/**
 * What arrives at an operator whose laws are checked, and the same in other ways that must change nothing.
 *
 * @module
 */
import { columnsFrom, type ScalarType, type Schema } from "../../batches/column_builder.ts";
import type { Data } from "../../batches/data.ts";
import { Antichain } from "../../progress/antichain.ts";
import type { Time } from "../../progress/time.ts";
import type { SeededRandom } from "./random.ts";

/** Records that arrive together; after some of them frontiers move as far as the rest allows. */
export interface Delivery {
  readonly input: string;
  readonly time: Time;
  readonly records: readonly unknown[];
  readonly advances: boolean;
}

/** Up to eight batches at few times, of the records that there are for each input. */
export function someTraffic(
  records: Readonly<Record<string, readonly unknown[]>>,
  depth: number,
  random: SeededRandom,
): Delivery[] {
  const inputs = Object.keys(records).filter((input) => records[input].length > 0);
  if (inputs.length === 0) return [];
  return Array.from({ length: 1 + random.below(8) }, () => {
    const input = random.pick(inputs);
    const coordinates = Array.from({ length: depth }, () => random.below(3));
    return {
      input,
      time: depth === 1 ? coordinates[0] : coordinates,
      records: Array.from({ length: 1 + random.below(4) }, () => random.pick(records[input])),
      advances: random.below(2) === 0,
    };
  });
}

/** Every record in a batch of its own. */
export function oneByOne(traffic: readonly Delivery[]): Delivery[] {
  return traffic.flatMap((delivery) =>
    delivery.records.map((record, i) => ({
      ...delivery,
      records: [record],
      advances: delivery.advances && i === delivery.records.length - 1,
    }))
  );
}

/** In another order, but those of one input and time in theirs: only that is promised between two vertices. */
export function reordered(traffic: readonly Delivery[], random: SeededRandom): Delivery[] {
  const waiting = new Map<string, Delivery[]>();
  for (const delivery of traffic) {
    const place = placeOf(delivery);
    waiting.set(place, [...waiting.get(place) ?? [], delivery]);
  }
  return random.shuffled(traffic).map((delivery) => waiting.get(placeOf(delivery))!.shift()!);
}

function placeOf({ input, time }: Delivery): string {
  return `${input} ${time}`;
}

/** The minimal times at which something is still to come at an input. */
export function frontierOf(rest: readonly Delivery[], input: string): readonly Time[] {
  return Antichain.ofTimes(rest.filter((each) => each.input === input).map(({ time }) => time))
    .elements;
}

/** The records as columns where they are of a kind, else as rows. */
export function columnsOf(records: readonly unknown[]): Data<unknown> {
  const schema = schemaOf(records);
  return schema === undefined ? [...records] : columnsFrom(schema, records as never[]);
}

function schemaOf(records: readonly unknown[]): Schema | undefined {
  const scalar = scalarOf(records);
  if (scalar !== undefined) return scalar;
  const [first] = records;
  if (typeof first !== "object" || first === null || Array.isArray(first)) return undefined;
  const names = Object.keys(first);
  const isAlike = names.length > 0 &&
    records.every((each) =>
      typeof each === "object" && each !== null && Object.keys(each).join() === names.join()
    );
  if (!isAlike) return undefined;
  const fields = names.map((name) =>
    [name, scalarOf(records.map((each) => (each as Record<string, unknown>)[name]))] as const
  );
  return fields.every(([, type]) => type !== undefined)
    ? Object.fromEntries(fields) as Schema
    : undefined;
}

function scalarOf(values: readonly unknown[]): ScalarType | undefined {
  const all = (is: (value: unknown) => boolean) => values.every(is);
  if (all((value) => Object.is((value as number) | 0, value))) return "i32";
  if (all((value) => typeof value === "number")) return "f64";
  if (all((value) => typeof value === "string")) return "string";
  return all((value) => typeof value === "boolean") ? "bool" : undefined;
}
