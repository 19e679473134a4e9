/**
 * What flow_control and unguarded have in common: numbers at times, each expanded to all below it,
 * counted and discarded.
 */
import { dataflow, Engine, type Input, range, type RootScope, type Stream } from "meander";
import { expectEqual, measure, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";

/** Places what is special about a program; `expand` adds the common part behind a stream. */
export type Shape = (
  root: RootScope,
  numbers: Input<number>,
  expand: (numbers: Stream<number>) => Stream<number>,
) => void;

/** Sends 1 to n, number x at time x/b, and runs until all have been expanded and discarded. */
export function runExpansion({ given, workers }: RunInput, shape: Shape): Measurement {
  requireOneWorker(workers);
  const [limit, perTime] = given.numbers;
  const seen = { records: 0 };
  const program = dataflow("expansion", (root) => {
    const numbers = root.input<number>("numbers");
    shape(root, numbers, (stream) => countedAndDropped(stream, seen));
    return { numbers };
  });
  const engine = new Engine();
  const running = engine.install(program);
  const { numbers } = running.handles;
  const spent = measure(() => {
    for (let first = 0; first < limit; first += perTime) {
      numbers.advanceTo(first / perTime);
      numbers.send(column(Math.max(1, first), Math.min(limit, first + perTime)));
    }
    numbers.close();
    engine.run();
  });
  expectEqual("status", running.status, "completed");
  expectEqual("records expanded", seen.records, limit * (limit - 1) / 2);
  return { spent, records: seen.records };
}

/** The count is taken a batch at a time, as on the native side: a predicate would cost every record. */
function countedAndDropped(numbers: Stream<number>, seen: { records: number }): Stream<number> {
  return numbers
    .flatMap((number) => range(0, number))
    .unary<number>("tally", {}, ({ out }) => ({
      receive(batch) {
        seen.records += batch.length;
        out.out.forward(batch);
      },
    }))
    .filter(() => false);
}

function column(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_unused, i) => from + i);
}
