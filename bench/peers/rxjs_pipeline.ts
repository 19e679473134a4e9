/**
 * The pipeline in rxjs, which pushes one value at a time; the batch is only the caller's loop.
 */
import { filter, map, Subject } from "rxjs";
import { expectEqual, measure } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { keep, last, pipelineSum, shift } from "../programs/pipeline_functions.ts";

/** Pushes every number through map, filter, map. */
export function run({ given: { numbers: [records, batch] } }: RunInput): Measurement {
  let sum = 0;
  const source = new Subject<number>();
  source.pipe(map(shift), filter(keep), map(last)).subscribe((value) => {
    sum += value;
  });
  const spent = measure(() => {
    for (let start = 0; start < records; start += batch) {
      const end = Math.min(records, start + batch);
      for (let number = start; number < end; number++) source.next(number);
    }
    source.complete();
  });
  expectEqual("sum", sum, pipelineSum(records));
  return { spent, records };
}
