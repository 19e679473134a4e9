/**
 * A great number of epochs through a vertex that keeps state for each open time. Memory must not grow
 * with the number of epochs.
 */
import { dataflow, Engine } from "meander";
import { expectEqual, measure, requireOneWorker, residentMb } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";

/** More growth than the garbage collector's own ups and downs explain. */
const allowedGrowthMb = 32;

/** Compares the memory after a tenth of the epochs with the memory after all. */
export function run({ given: { numbers: [epochs] }, workers }: RunInput): Measurement {
  requireOneWorker(workers);
  let counted = 0;
  const program = dataflow("epochs", (root) => {
    const input = root.input<number>("input");
    const counts = input.count().inspect((count) => {
      counted += count;
    });
    return { input, probe: counts.probe() };
  });
  const engine = new Engine();
  const { input, probe } = engine.install(program).handles;
  let earlyMb = 0;
  const spent = measure(() => {
    for (let epoch = 0; epoch < epochs; epoch++) {
      input.send([epoch]);
      input.advanceTo(epoch + 1);
      engine.run();
      if (epoch === Math.floor(epochs / 10)) earlyMb = residentMb();
    }
  });
  const growth = residentMb() - earlyMb;
  expectEqual("records counted", counted, epochs);
  expectEqual("last epoch complete", probe.isComplete(epochs - 1), true);
  expectEqual(
    `growth of ${growth.toFixed(0)} MB within ${allowedGrowthMb} MB`,
    growth <= allowedGrowthMb,
    true,
  );
  return { spent, records: epochs, rounds: epochs, extra: { rss_growth_mb: growth } };
}
