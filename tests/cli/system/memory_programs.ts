/** A dataflow that takes all memory there is; as a process of its own it tells what its limit did. */
import { type Dataflow, dataflow, execute, type Input, memoryOf, range } from "../../../mod.ts";

/** Makes many records of each number, all of which wait until the input is closed. */
export function explosion(): Dataflow<{ numbers: Input<number> }> {
  return dataflow("explosion", (root) => {
    const numbers = root.input<number>("numbers");
    const made = numbers.flatMap((n) => range(0, n)).map((n) => ({ n, text: `record ${n}` }));
    made.synchronize({ per: "forever" }).inspect(() => {});
    return { numbers };
  });
}

if (import.meta.main) {
  const running = execute(explosion(), { workers: 1, memory: { limit: 50_000_000 } });
  const done = running.done.catch((error) => error as { code: string });
  try {
    await running.handles.numbers.send([...range(50_000, 100_000)]);
  } catch {
    // It has failed in this very call.
  }
  const { code } = await done as { code: string };
  const { peakBytes } = memoryOf(running as never);
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ code, peakBytes })));
}
