/**
 * Engines for programs that run on one worker or on several.
 */
import { dataflow, Engine, type Running } from "meander";

interface Crew {
  readonly engine: Engine;
  readonly keeper: Running;
}

const crews = new Map<number, Crew>();

/** A dataflow without work. While it runs, the threads of its engine stay. */
export const keeper = dataflow("keeper", (root) => ({ never: root.input<null>("never") }));

/**
 * An engine of so many workers. Threads are kept from run to run: new ones would have to compile
 * everything again, which the first thread did in the warm-up.
 */
export function engineOf(workers: number): Engine {
  if (workers === 1) return new Engine({ workers });
  const known = crews.get(workers);
  if (known?.keeper.status === "running") return known.engine;
  const engine = new Engine({ workers });
  crews.set(workers, { engine, keeper: engine.install(keeper) });
  return engine;
}

/** Ends the threads that are kept. */
export async function dismissCrews(): Promise<void> {
  const keepers = [...crews.values()].map(({ keeper }) => keeper);
  crews.clear();
  await Promise.all(keepers.map((keeper) => keeper.drain()));
}

/** Works until the condition holds. A dataflow that fails is not waited for. */
export function workUntil(
  engine: Engine,
  running: Pick<Running, "status" | "failure">,
  condition: () => boolean,
): void {
  engine.runWhile(() => !condition() && running.status === "running");
  if (running.failure !== undefined) throw running.failure;
}
