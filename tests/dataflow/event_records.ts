/**
 * What is heard of an engine, and a program of which it is known how many records go where.
 *
 * @module
 */
import { expect } from "vitest";
import {
  dataflow,
  type Engine,
  type EngineEvent,
  type EventKind,
  type ObserveOptions,
} from "../../mod.ts";

type Of<K extends EventKind> = Extract<EngineEvent, { readonly kind: K }>;

/** Everything that is heard of an engine from now on. */
export class Record {
  readonly all: EngineEvent[] = [];
  readonly sizes: number[] = [];

  constructor(engine: Engine, options?: ObserveOptions) {
    engine.observe((events) => {
      this.sizes.push(events.length);
      this.all.push(...events);
    }, options);
  }

  of<K extends EventKind>(kind: K): Of<K>[] {
    return this.all.filter((event): event is Of<K> => event.kind === kind);
  }

  sent() {
    return this.of("messages").filter((event) => event.action === "sent");
  }

  received() {
    return this.of("messages").filter((event) => event.action === "received");
  }
}

/** Sums by key. */
export function sum<T>(all: readonly T[], key: (each: T) => unknown, of: (each: T) => number) {
  const sums: { [key: string]: number } = {};
  for (const each of all) sums[String(key(each))] = (sums[String(key(each))] ?? 0) + of(each);
  return sums;
}

/** A chain, a fan-out, two edges into one input, an expansion, notifications, a loop and something dropped. */
export const various = dataflow("various", (root) => {
  const numbers = root.input<number>("numbers");
  const doubled = numbers.map((n) => n * 2, { name: "double" })
    .filter((n) => n % 3 !== 0, { name: "thirds" });
  const both = doubled.concat(numbers);
  const many = both.flatMap((n) => [n, n, n], { name: "many" });
  const halved = root.iterate(doubled, { iterations: 3 }, (n) => n.map((x) => x / 2));
  return {
    numbers,
    done: doubled.probe(),
    counted: many.count({ name: "count" }).output("counted"),
    halved: halved.output("halved"),
  };
});

/** 100 numbers in four epochs: 66 of the doubled ones are no multiples of three. */
export function runVarious(engine: Engine) {
  const run = engine.install(various);
  for (let epoch = 0; epoch < 4; epoch++) {
    run.handles.numbers.send(Array.from({ length: 25 }, (_unused, i) => 25 * epoch + i + 1));
    engine.run();
    run.handles.numbers.advanceTo(epoch + 1);
  }
  run.handles.numbers.close();
  engine.run();
  expect(run.status).toBe("completed");
  return run;
}

/** Records that vertices are given. */
export const KNOWN = { double: 100, thirds: 100, concat: 167, many: 167, count: 501, counted: 4 };
