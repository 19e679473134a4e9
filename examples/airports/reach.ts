/**
 * The dataflow: which airports can be reached in how many flights.
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  execute,
  type Input,
  type Output,
  type RootScope,
  type Stream,
} from "meander";
import type { Route } from "./routes.ts";

/** An airport that was reached. */
export interface Reached {
  readonly airport: string;
  /** The least number of flights. */
  readonly hops: number;
}

/** How many airports were reached with one more flight; all of them, once this is known. */
export interface HopCount {
  readonly hops: number;
  readonly airports: number;
}

/** What the dataflow offers to the outside. */
export type ReachPorts = {
  readonly start: Input<string>;
  readonly routes: Input<Route>;
  readonly reached: Output<Reached>;
  readonly progress: Output<HopCount>;
};

/**
 * Breadth-first search as a loop. Its counter is the number of flights: what goes round once more has
 * flown once more. An airport counts at the least counter at which it occurs, because `distinct`
 * answers only when no more can come at that counter. Each epoch is a search of its own.
 */
export const reachability: Dataflow<ReachPorts> = dataflow("airports", describe);

/**
 * The same, but in the middle of a search the thread of that worker ends, as it would if somebody called
 * `Deno.exit` in an operator.
 */
export function losing(worker: number): Dataflow<ReachPorts> {
  return dataflow("airports", (root) => describe(root, worker), { madeBy: [losing, worker] });
}

function describe(root: RootScope, lost?: number): ReachPorts {
  const start = root.input<string>("start");
  const routes = root.input<Route>("routes");
  const seeds = start.map((airport): Reached => ({ airport, hops: 0 }), { name: "seeds" });
  const [reached, counts] = root.loop("reach", (loop) => {
    const again = loop.feedback<Reached>({ name: "fly on" });
    const edges = loop.enter(routes, { name: "enter routes" });
    const fresh = loop.enter(seeds, { name: "enter seeds" }).concat(again)
      .distinct({ key: ({ airport }) => airport, per: "epoch", name: "first visit" });
    const next = fresh.join(edges, {
      name: "flights",
      // Routes come with counter 0 and are met by airports of every counter in the epoch.
      per: "epoch",
      leftKey: ({ airport }) => airport,
      rightKey: ({ origin }) => origin,
      value: ({ hops }, { destination }): Reached => ({ airport: destination, hops: hops + 1 }),
    });
    again.connect(lost === undefined ? next : endingOn(next, lost));
    const perHop = fresh.aggregate({
      name: "count",
      key: ({ hops }) => hops,
      initial: () => 0,
      fold: (count) => count + 1,
      emit: (hops, airports): HopCount => ({ hops, airports }),
    });
    return [
      loop.leave(fresh, { name: "leave reached" }),
      loop.leave(perHop, { name: "leave counts" }),
    ];
  });
  return { start, routes, reached: reached.output("reached"), progress: counts.output("progress") };
}

function endingOn(stream: Stream<Reached>, lost: number): Stream<Reached> {
  return stream.unary<Reached>("end", {}, ({ out, worker }) => ({
    receive(batch) {
      if (worker.index === lost) Deno.exit(9);
      out.out.forward(batch);
    },
  }));
}

/** How searches are run. */
export interface SearchOptions {
  /** Told of each number of flights, as soon as it is complete. */
  readonly onHop?: (search: number, count: HopCount) => void;
  /** How many workers share the work; 1 when left out. */
  readonly workers?: number;
  /** The worker that is to be lost in the middle. */
  readonly lost?: number | undefined;
}

/**
 * Searches from each airport, one epoch after the other, in one run. `onHop` is called as soon as a
 * number of flights is complete, and each search is handed out as soon as its epoch is.
 */
export async function* searches(
  from: readonly string[],
  routes: readonly Route[],
  { onHop = () => {}, workers, lost }: SearchOptions = {},
): AsyncGenerator<readonly Reached[], void> {
  const program = lost === undefined ? reachability : losing(lost);
  await using run = execute(program, workers === undefined ? {} : { workers });
  const { start, routes: edges, reached, progress } = run.handles;
  const tell = inOrder(onHop);
  progress.subscribe(({ time, records }) => {
    for (const count of records) tell(time as number, count);
  });
  for (const [epoch, airport] of from.entries()) {
    start.sendAt(epoch, [airport]);
    // A join keeps the routes for their epoch only, so that each epoch brings them again.
    await edges.sendAt(epoch, routes);
    start.advanceTo(epoch + 1);
    edges.advanceTo(epoch + 1);
  }
  start.close();
  edges.close();
  for await (const { time, records } of reached.completed()) {
    // Outputs do not wait for each other: `onHop` is to have heard of everything before.
    await progress.passed(time);
    yield records;
  }
}

/** With several workers, counts come as each worker gets to them: a listener that hears of fewer flights first. */
function inOrder(onHop: (search: number, count: HopCount) => void): typeof onHop {
  const searches: { next: number; readonly waiting: Map<number, HopCount> }[] = [];
  return (search, count) => {
    const state = searches[search] ??= { next: 0, waiting: new Map() };
    state.waiting.set(count.hops, count);
    for (; state.waiting.has(state.next); state.next++) {
      onHop(search, state.waiting.get(state.next)!);
      state.waiting.delete(state.next);
    }
  };
}

/** The same by a plain breadth-first search: the answer that the dataflow's is held against. */
export function plainSearch(from: string, routes: readonly Route[]): Map<string, number> {
  const destinations = Map.groupBy(routes, ({ origin }) => origin);
  const hops = new Map([[from, 0]]);
  // A map may grow while it is iterated, which makes it the queue as well.
  for (const [airport, flown] of hops) {
    for (const { destination } of destinations.get(airport) ?? []) {
      if (!hops.has(destination)) hops.set(destination, flown + 1);
    }
  }
  return hops;
}

/** Whether a search found the same airports with the same numbers of flights, each once. */
export function isEqual(found: readonly Reached[], plain: ReadonlyMap<string, number>): boolean {
  return found.length === plain.size &&
    new Set(found.map(({ airport }) => airport)).size === plain.size &&
    found.every(({ airport, hops }) => plain.get(airport) === hops);
}
