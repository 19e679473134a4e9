/**
 * The shards of one worker, as far as somebody observes them.
 *
 * @module
 */
import { maskOf } from "../actors/events.ts";
import type { Route } from "../actors/inlet.ts";
import type { Observer } from "../actors/observer.ts";
import { ProgressObserver, type WatchedPort } from "../actors/observer_progress.ts";
import { DataflowObserver, VertexObserver } from "../actors/observer_vertex.ts";
import type { Worker } from "../actors/worker.ts";
import type { Graph } from "./graph.ts";
import type { Shard } from "./shard.ts";

const PARK = maskOf(["park"]);

/** One shard, which is observed when its mask is not 0. */
interface Entry {
  readonly graph: Graph;
  readonly shard: Shard;
  readonly dataflow: DataflowObserver;
  isObserved: boolean;
}

/** See the module. */
export class ObservedShards {
  readonly observer: Observer;
  readonly #worker: Worker;
  readonly #entries = new Map<number, Entry>();
  // What was asked for before the shard was made.
  readonly #early = new Map<number, number>();

  /** The observer is that worker's, which hears of it as long as anybody observes anything. */
  constructor(worker: Worker, observer: Observer) {
    this.#worker = worker;
    this.observer = observer;
  }

  /** A shard was made, of which these kinds are asked for; it does not run yet. */
  made(run: number, graph: Graph, shard: Shard, mask: number): void {
    const dataflow = new DataflowObserver(this.observer, graph.name, run);
    this.#entries.set(run, { graph, shard, dataflow, isObserved: false });
    this.ask(run, this.#early.get(run) ?? mask);
    this.#early.delete(run);
  }

  /** From now on these kinds are asked for. */
  ask(run: number, mask: number): void {
    const entry = this.#entries.get(run);
    if (entry === undefined) return void this.#early.set(run, mask);
    if (mask !== 0) this.#worker.observer = this.observer;
    entry.dataflow.mask = mask;
    this.#findPark();
    if (entry.isObserved === (mask !== 0)) return;
    entry.isObserved = mask !== 0;
    if (entry.isObserved) observe(entry);
    else release(entry);
  }

  /** Which kinds are asked for. */
  askedFor(run: number): number {
    return this.#entries.get(run)?.dataflow.mask ?? 0;
  }

  /** A shard ended: nothing is said of it any more. */
  over(run: number): void {
    this.#early.delete(run);
    const entry = this.#entries.get(run);
    if (entry === undefined) return;
    this.observer.closeFor(entry.dataflow);
    entry.dataflow.isOver = true;
    this.#entries.delete(run);
    this.#findPark();
  }

  /** Of a worker that has nothing observed nobody needs to know whether it is busy. */
  #findPark(): void {
    const all = [...this.#entries.values()];
    this.observer.wantsPark = all.some(({ dataflow }) => (dataflow.mask & PARK) !== 0);
  }
}

function observe({ graph, shard, dataflow }: Entry): void {
  shard.actors.forEach((actor, id) => {
    const { path, operator } = graph.vertices[id];
    actor.observer = new VertexObserver(dataflow, {
      vertex: id,
      path,
      inputs: Object.keys(operator.inputs),
      outputs: Object.keys(operator.outputs),
      channels: actor.context.outputs.map((port) => nearChannels(graph, shard, id, port.index)),
    });
  });
  shard.progress.observer = new ProgressObserver(
    dataflow,
    watchedPorts(graph, shard),
    graph.vertices.map(({ path }) => path),
  );
}

function release({ shard, dataflow }: Entry): void {
  dataflow.observer.closeFor(dataflow);
  for (const actor of shard.actors) actor.observer = null;
  shard.progress.observer = null;
}

/** The edges of an output whose targets are on this worker, in the order of its route. */
function nearChannels(graph: Graph, shard: Shard, vertex: number, output: number): number[] {
  const { spreading } = shard.actors[vertex].route(output) as Route;
  return graph.edges.flatMap(({ from, output: index }, channel) => {
    if (from !== vertex || index !== output) return [];
    const spread = shard.edges.get(channel);
    return spread !== undefined && spreading?.includes(spread) ? [] : [channel];
  });
}

/** The ports that somebody asks about, by slot; the place where a vertex without outputs holds times is none. */
export function watchedPorts({ vertices }: Graph, { compiled }: Shard): Map<number, WatchedPort> {
  const { plan, inputAt, outputAt } = compiled;
  const ports = new Map<number, WatchedPort>();
  const add = (location: number, port: WatchedPort): void => {
    const slot = plan.slotOf[location];
    const { watched, location: own } = plan.slots[slot];
    if (watched && own === location) ports.set(slot, port);
  };
  for (const { id, path, operator } of vertices) {
    Object.keys(operator.inputs).forEach((port, index) =>
      add(inputAt[id] + index, { vertex: id, path, port, side: "input" })
    );
    Object.keys(operator.outputs).forEach((port, index) =>
      add(outputAt[id] + index, { vertex: id, path, port, side: "output" })
    );
  }
  return ports;
}
