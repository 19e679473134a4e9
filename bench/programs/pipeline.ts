/**
 * Records through map, filter, map and a sink, a batch at a time: what a record costs where progress
 * hardly counts.
 */
import { dataflow, Engine } from "meander";
import { expectEqual, measure, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { keep, last, pipelineSum, shift } from "./pipeline_functions.ts";

/** Fills a batch, sends it, runs it through. */
export function run({ given: { numbers: [records, batch] }, workers }: RunInput): Measurement {
  requireOneWorker(workers);
  let sum = 0;
  const program = dataflow("pipeline", (root) => {
    const numbers = root.input<number>("numbers");
    numbers.map(shift).filter(keep).map(last).inspect((value) => {
      sum += value;
    });
    return { numbers };
  });
  const engine = new Engine();
  const running = engine.install(program);
  const { numbers } = running.handles;
  const spent = measure(() => {
    for (let start = 0; start < records; start += batch) {
      numbers.send(column(start, Math.min(records, start + batch)));
      engine.run();
    }
    numbers.close();
    engine.run();
  });
  expectEqual("status", running.status, "completed");
  expectEqual("sum", sum, pipelineSum(records));
  return { spent, records };
}

function column(from: number, to: number): Int32Array {
  const values = new Int32Array(to - from);
  for (let i = 0; i < values.length; i++) values[i] = from + i;
  return values;
}
