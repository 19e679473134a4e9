/**
 * What a program runs on: an engine, or several workers that are looked at while they work.
 * @module
 */

import { type Dataflow, Engine, type ManualClock, type Running, type Time } from "../../mod.ts";
import { SeededRandom } from "../../actors/random_order.ts";
import type { Route } from "../../actors/inlet.ts";
import { Worker, type WorkerOptions } from "../../actors/worker.ts";
import type { SpreadEdge } from "../../actors/workers/spread_edge.ts";
import type { BufferPool } from "../../batches/pool.ts";
import { LocalNeighbours } from "../../dataflow/local_neighbours.ts";
import { pactOf } from "../../dataflow/pacts.ts";
import { Running as RunningHere } from "../../dataflow/running.ts";
import { workerOptions } from "../../dataflow/worker_options.ts";
import type { Pact } from "../../operators/contract/pact.ts";
import type { Configuration } from "./configurations.ts";
import { Entries } from "./entries.ts";
import { Queues } from "./queues.ts";
import { Traffic } from "./traffic.ts";
import { type ShardSeen, Truth } from "./truth.ts";

type Program = Dataflow<Record<never, never>>;

/** See the module. */
export interface Ground {
  readonly running: Running;
  /** By worker, as far as they can be seen. */
  readonly pools: readonly BufferPool[];
  /** What was looked at so far. */
  readonly figures: Figures;
  /** Does one thing. */
  step(): void;
  /** Works until there is nothing to do. */
  run(): void;
  /** Takes a worker away, without telling anybody. */
  lose(worker: number): void;
}

/** How much a run has gone through. */
export interface Figures {
  readonly frames: number;
  /** How often an edge had no credit left. */
  readonly full: number;
  /** How often what the tracker and the workers know was held against the truth. */
  readonly looks: number;
}

/** What a ground is made for. */
export interface Site {
  readonly program: Program;
  readonly configuration: Configuration;
  readonly clock: ManualClock;
  readonly violations: string[];
  /** The times that an input holds open, by its name. */
  readonly open: () => Iterable<readonly [input: string, time: Time]>;
  readonly trace: (line: string) => void;
}

/** The ground that the configuration asks for. */
export function groundFor(site: Site): Ground {
  return site.configuration.crew === "engine" ? new EngineGround(site) : new Crewed(site);
}

class EngineGround implements Ground {
  readonly running: Running;
  readonly pools: readonly BufferPool[];
  readonly figures: Figures = { frames: 0, full: 0, looks: 0 };
  readonly #engine: Engine;
  readonly #queues: Queues | null;
  readonly #violated: (what: string) => void;

  constructor({ program, configuration, clock, violations }: Site) {
    const { policy, chains, budget, capacity, explain, workers, priority } = configuration;
    const options = { policy, chains, budget, capacity, workers, clock, checks: true };
    const isExplained = explain && workers === 1;
    this.#engine = new Engine({ ...options, threads: false, explain: isExplained });
    this.running = this.#engine.install(program);
    this.pools = [this.#engine.worker.pool];
    this.#violated = (what) => violations.push(what);
    const isBounded = workers === 1 && policy === "downstream" && priority === null;
    this.#queues = isBounded ? new Queues(program.graph, this.running.actors, budget) : null;
  }

  step(): void {
    this.#engine.step();
    this.#queues?.look(this.#engine.worker.mailbox, this.#violated);
  }

  run(): void {
    if (this.#queues === null) return this.#engine.run();
    while (this.#engine.step()) this.#queues.look(this.#engine.worker.mailbox, this.#violated);
  }

  lose(): void {
    throw new Error("an engine loses no workers");
  }
}

/** The engine's parts, put together so that one can look between any two steps of any worker. */
class Crewed implements Ground {
  readonly running: Running;
  readonly pools: readonly BufferPool[];
  readonly #site: Site;
  readonly #neighbours: LocalNeighbours;
  readonly #first: Worker;
  readonly #entries: readonly Entries[];
  readonly #traffic: Traffic;
  readonly #truth: Truth;
  #untilLook = 1;
  #isLooking = true;

  constructor(site: Site) {
    this.#site = site;
    const { program, configuration, clock } = site;
    const { workers, policy, chains, crew, budget, capacity, explain } = configuration;
    const options = Array.from({ length: workers }, (_unused, index): WorkerOptions => {
      const made = workerOptions({ policy, clock, checks: true, sliceMs: 8 }, index);
      return { ...made, mailbox: new Entries(made.mailbox) };
    });
    this.#entries = options.map(({ mailbox }) => mailbox as Entries);
    this.pools = options.map(({ pool }) => pool);
    this.#first = new Worker(options[0]);
    const limits = { budget, capacity };
    this.#neighbours = new LocalNeighbours({
      workers,
      first: this.#first,
      optionsFor: (index) => options[index],
      limits,
      chains,
      random: crew === null ? undefined : new SeededRandom(crew as number),
    });
    const watching = explain ? "all" : "asked";
    this.#traffic = this.#watchTraffic(program.compiled(watching, workers).plan.slots);
    this.running = new RunningHere(program, {
      worker: this.#first,
      limits,
      inputs: {},
      watching,
      chains,
      neighbours: this.#neighbours,
      number: 0,
      onEnd: () => {},
    }) as unknown as Running;
    this.#truth = this.#watchShards();
  }

  get figures(): Figures {
    return { ...this.#traffic.counts, looks: this.#truth.looks };
  }

  step(): void {
    if (!this.#neighbours.goesFirst()) this.#first.step();
  }

  run(): void {
    this.#first.run();
  }

  lose(worker: number): void {
    // What was lost was outstanding, and stays so.
    this.#isLooking = false;
    this.#neighbours.network.lose(worker);
  }

  get #workers(): readonly Worker[] {
    return [this.#first, ...this.#neighbours.workers];
  }

  #watchTraffic(slots: readonly { readonly depth: number }[]): Traffic {
    const { graph } = this.#site.program;
    const depths = {
      slots: slots.map(({ depth }) => depth),
      edges: graph.edges.map(({ to }) => graph.scopes[graph.vertices[to].inputScope].depth),
    };
    const { network } = this.#neighbours;
    const traffic = new Traffic(network, depths, this.#entries, this.#violated, this.#site.trace);
    this.#workers.forEach((worker, i) => this.#entries[i].watch(worker));
    return traffic;
  }

  #watchShards(): Truth {
    const { program: { graph }, open } = this.#site;
    const { running } = this;
    const home: ShardSeen = { actors: running.actors, progress: running.tracker };
    const shards = [home, ...this.#neighbours.shards(0)];
    shards.forEach((shard, i) => {
      this.#traffic.watch(this.#workers[i], i, this.#edgesFrom(shard));
      this.#entries[i].onLook = () => this.#lookSometimes();
    });
    const { compiled } = running;
    const entries = this.#entries;
    const traffic = this.#traffic;
    const truth = new Truth({ graph, compiled, shards, entries, traffic, open }, this.#violated);
    const completed = running.completed.bind(running);
    running.completed = () => {
      if (this.#isLooking) truth.lookAtEnd();
      completed();
    };
    return truth;
  }

  /** The ends of edges into which vertices of a shard send: routes keep them in the order of the graph. */
  #edgesFrom({ actors }: ShardSeen): Map<number, [SpreadEdge, Pact]> {
    const { graph } = this.#site.program;
    const found = new Map<number, [SpreadEdge, Pact]>();
    const next = new Map<Route, number>();
    graph.edges.forEach((edge, number) => {
      const route = actors[edge.from].route(edge.output);
      const pact = pactOf(graph, edge);
      const inlet = actors[edge.to].inlets[edge.input];
      if (pact.kind === "pipeline" || route.spreading === null) return;
      if (pact.kind === "gather" && route.targets.includes(inlet)) return;
      const at = next.get(route) ?? 0;
      next.set(route, at + 1);
      found.set(number, [route.spreading[at] as SpreadEdge, pact]);
    });
    return found;
  }

  /** Between any two entries of any worker, every few of them. */
  #lookSometimes(): void {
    if (!this.#isLooking || this.#truth === undefined || --this.#untilLook > 0) return;
    // Ever more seldom, so that a long run takes no longer than it has to.
    const { looks } = this.#truth;
    this.#untilLook = 1 + (looks * 7) % 23 + Math.floor(looks / 20);
    if (this.#site.violations.length > 0) return;
    // Once a shard is dead, what it had is outstanding for ever.
    if (this.#truth.isWhole) this.#truth.look();
    else this.#isLooking = false;
  }

  readonly #violated = (what: string): void => {
    this.#site.violations.push(what);
  };
}
