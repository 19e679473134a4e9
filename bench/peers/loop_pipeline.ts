/**
 * The pipeline as one loop without any library: what is left when nothing is generic.
 */
import { expectEqual, measure } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { pipelineSum } from "../programs/pipeline_functions.ts";

/** Fills a batch, then runs over it. */
export function run({ given: { numbers: [records, batch] } }: RunInput): Measurement {
  const buffer = new Float64Array(batch);
  let sum = 0;
  const spent = measure(() => {
    for (let start = 0; start < records; start += batch) {
      const length = Math.min(records - start, batch);
      for (let i = 0; i < length; i++) buffer[i] = start + i;
      sum += sumOf(buffer, length);
    }
  });
  expectEqual("sum", sum, pipelineSum(records));
  return { spent, records };
}

function sumOf(buffer: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const shifted = buffer[i] + 1;
    if ((shifted | 0) % 3 !== 0) sum += shifted * 2;
  }
  return sum;
}
