/**
 * Several workers on one thread: for tests and for simulation, with every message between them a frame.
 *
 * @module
 */
import type { EngineEvent } from "../actors/events.ts";
import type { Crew } from "../actors/junction.ts";
import { Observer } from "../actors/observer.ts";
import { Worker, type WorkerOptions } from "../actors/worker.ts";
import type { SeededRandom } from "../actors/random_order.ts";
import { Link } from "../actors/workers/link.ts";
import { LocalNetwork } from "../actors/workers/local_transport.ts";
import type { Neighbours, StartOrder } from "./neighbours.ts";
import { ObservedShards } from "./observed_shards.ts";
import type { Shard } from "./shard.ts";
import { ShardThere, type ThereOptions } from "./shard_there.ts";

/** How they run. */
export interface LocalOptions {
  /** How many workers there are, the first one included. */
  readonly workers: number;
  /** The worker that lends them its turns. */
  readonly first: Worker;
  /** What each of the others is made with: its own mailbox and pool. */
  readonly optionsFor: (index: number) => WorkerOptions;
  readonly limits: ThereOptions["limits"];
  readonly chains: boolean;
  /** Chooses who goes on and which frame arrives; when left out frames arrive at once. */
  readonly random?: SeededRandom | undefined;
  /** Takes the events of the other workers. */
  readonly heard?: ((events: readonly EngineEvent[]) => void) | undefined;
}

/** See the module. */
export class LocalNeighbours implements Neighbours, Crew {
  readonly link: Link;
  /** For simulation: frames between the workers. */
  readonly network: LocalNetwork;
  readonly #options: LocalOptions;
  readonly #workers: Worker[] = [];
  readonly #links: Link[];
  readonly #shards = new Map<number, ShardThere[]>();
  // By worker, without the first.
  readonly #observed: readonly ObservedShards[];

  /** Joins the first worker to the others. */
  constructor(options: LocalOptions) {
    const { workers, first, random, optionsFor } = options;
    this.#options = options;
    this.network = new LocalNetwork(workers, { delayed: random !== undefined });
    this.#links = Array.from({ length: workers }, (_unused, i) => new Link(this.network.end(i)));
    this.network.onArrival = (to) => {
      this.#links[to].hasArrivals = true;
      first.wake();
    };
    this.link = this.#links[0];
    for (let i = 1; i < workers; i++) this.#workers.push(new Worker(optionsFor(i)));
    [first, ...this.#workers].forEach((worker, i) => worker.join(this.#links[i]));
    first.leads(this, this.#workers);
    this.#observed = this.#workers.map((worker, i) =>
      new ObservedShards(
        worker,
        new Observer({
          worker: i + 1,
          now: () => worker.clock.now(),
          hand: (events) => options.heard?.(events),
          full: () => worker.hearEvents(),
        }),
      )
    );
  }

  /** For simulation: the workers apart from the first. */
  get workers(): readonly Worker[] {
    return this.#workers;
  }

  /** For simulation: what each of them has of a dataflow that runs. */
  shards(dataflow: number): readonly Shard[] {
    return (this.#shards.get(dataflow) ?? []).map(({ shard }) => shard);
  }

  get isIdle(): boolean {
    return this.network.size === 0 && this.#workers.every((worker) => !canRun(worker));
  }

  goesFirst(): boolean {
    const { random } = this.#options;
    if (random === undefined || random.below(2) === 0) return false;
    return this.#randomStep(random);
  }

  work(deadline: number): boolean {
    const { random } = this.#options;
    if (random !== undefined) return this.#randomStep(random);
    let any = false;
    for (const worker of this.#workers) {
      if (!canRun(worker)) continue;
      any = true;
      worker.run(deadline);
    }
    return any;
  }

  start({ dataflow, program, watching, observed, failed }: StartOrder): void {
    const { limits, chains } = this.#options;
    const made: ShardThere[] = [];
    this.#shards.set(dataflow, made);
    try {
      this.#workers.forEach((worker, i) => {
        const link = this.#links[i + 1];
        const shards = this.#observed[i];
        const compiled = program.compiled(watching, this.#options.workers);
        const options = { link, worker, dataflow, limits, chains, shards, observed };
        made.push(new ShardThere(program.graph, compiled, options));
      });
    } catch (error) {
      // Not in the middle of the start on the first worker.
      this.#options.first.later(() => failed(error));
    }
  }

  stop(dataflow: number): unknown {
    const shards = this.#shards.get(dataflow) ?? [];
    this.#shards.delete(dataflow);
    return shards.map((shard) => shard.stop()).find((fault) => fault !== undefined);
  }

  ask(dataflow: number, observed: number): void {
    for (const shards of this.#observed) shards.ask(dataflow, observed);
  }

  /** Whoever makes them hears of it at once. */
  unmade(): void {}

  /** Nothing was begun for it. */
  notStarted(): void {}

  /** They stop at once, and nobody has to answer. */
  stopped(): void {}

  /** Nobody else runs while this thread waits. */
  block(): void {}

  /** One of the workers that can go on takes one step, or one of the frames under way arrives. */
  #randomStep(random: SeededRandom): boolean {
    const ready = this.#workers.filter(canRun);
    const pairs = this.network.underWay();
    if (ready.length + pairs.length === 0) return false;
    const choice = random.below(ready.length + pairs.length);
    if (choice < ready.length) ready[choice].step();
    else this.network.deliver(...pairs[choice - ready.length]);
    return true;
  }
}

/** One that is in the middle of something, such as the making of a vertex, goes on when it is called again. */
function canRun(worker: Worker): boolean {
  return !worker.isIdle && !worker.isRunning;
}
