/**
 * Dataflows that write and read logs in files, on threads as well; run as a program it writes one until it is
 * killed.
 *
 * @module
 */
import { type Dataflow, dataflow, Engine, FileLog, type Input, type Output } from "../../../mod.ts";

/** What is captured: of several types, so that files have to keep them. */
export interface Item {
  readonly n: number;
  readonly square: bigint;
  readonly at: Date;
}

/** Numbers become items, on the worker that they belong to, and each worker writes a log. */
export function writing(folder: string): Dataflow<{ numbers: Input<number> }> {
  return dataflow("writing", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    numbers.exchange((n) => n).map((n): Item => ({
      n,
      square: BigInt(n) ** 2n,
      at: new Date(n * 1000),
    })).captureInto((worker) => new FileLog(`${folder}/${worker}.log`));
    return { numbers };
  }, { madeBy: [writing, folder] });
}

/** Like `writing`, but the first worker gathers everything into one log. */
export function gathering(path: string): Dataflow<{ numbers: Input<number> }> {
  return dataflow("gathering", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    numbers.exchange((n) => n).captureInto(new FileLog<number>(path));
    return { numbers };
  }, { madeBy: [gathering, path] });
}

/** What the logs have, and how many items there are of each time. */
export function reading(
  paths: readonly string[],
): Dataflow<{ items: Output<Item>; counts: Output<number> }> {
  return dataflow("reading", (root) => {
    const items = root.replay(paths.map((path) => new FileLog<Item>(path)));
    return { items: items.output("items"), counts: items.count().output("counts") };
  }, { madeBy: [reading, paths] });
}

if (import.meta.main) {
  const engine = new Engine();
  const { handles: { numbers } } = engine.install(gathering(Deno.args[0]));
  for (let epoch = 0;; epoch++) {
    await numbers.send(Array.from({ length: 100 }, (_unused, i) => epoch + i));
    numbers.advanceTo(epoch + 1);
    if (epoch % 64 === 0) await engine.idle();
  }
}
