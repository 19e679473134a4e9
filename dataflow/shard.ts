/**
 * One worker's shard of a dataflow: an actor for every vertex, its part of the progress, and the edges
 * between.
 *
 * @module
 */
import { minimumTime } from "../progress/time.ts";
import { Tracker } from "../progress/tracker.ts";
import { makeChains } from "../actors/chain.ts";
import type { Route } from "../actors/inlet.ts";
import { MemoryAccount } from "../actors/memory_account.ts";
import type { UsualPace } from "../actors/paced.ts";
import { Pacing } from "../actors/pacing.ts";
import type { ProgressActor } from "../actors/progress_actor.ts";
import { type Supervisor, vertexFault } from "../actors/supervisor.ts";
import { type Herald, TrackerActor } from "../actors/tracker_actor.ts";
import type { VertexActor } from "../actors/vertex_actor.ts";
import type { Worker } from "../actors/worker.ts";
import { type DroppedThere, OutboxActor } from "../actors/workers/outbox_actor.ts";
import type { Link } from "../actors/workers/link.ts";
import { SpreadEdge } from "../actors/workers/spread_edge.ts";
import { interestOf } from "../operators/contract/context.ts";
import type { CompiledGraph } from "./compile.ts";
import type { Graph } from "./graph.ts";
import { makeActors } from "./make_actors.ts";
import { paceSources, type ShardLimits, usualPace } from "./pace_sources.ts";
import { pactOf } from "./pacts.ts";

/** Where a shard stands among the others of its dataflow. */
export interface Membership {
  readonly link: Link;
  /** The number of the dataflow, the same on every worker. */
  readonly dataflow: number;
}

/** What a shard is made with. */
export interface ShardOptions {
  readonly worker: Worker;
  readonly limits: ShardLimits;
  /** Whether vertices that keep nothing are run in a row without a mailbox between. */
  readonly chains: boolean;
  /** `null` when there is one worker only. */
  readonly membership: Membership | null;
  readonly supervisor: Supervisor;
  /** Tells the other workers of frontiers; on the first of several workers only. */
  readonly herald: Herald | null;
}

/** See the module. */
export class Shard {
  readonly compiled: CompiledGraph;
  /** By vertex. */
  readonly actors: readonly VertexActor[];
  readonly progress: ProgressActor;
  /** Holds sources and inputs back. */
  readonly pacing: Pacing;
  /** By edge of the graph; only those that spread their records. */
  readonly edges: ReadonlyMap<number, SpreadEdge>;
  readonly #graph: Graph;
  readonly #options: ShardOptions;

  /**
   * Makes the actors and connects them; nothing runs yet.
   *
   * @throws {MeanderError} when an operator cannot be made; what was made before is ended.
   */
  constructor(graph: Graph, compiled: CompiledGraph, options: ShardOptions) {
    this.#graph = graph;
    this.compiled = compiled;
    this.#options = options;
    this.progress = makeProgress(compiled, options);
    // Before vertices are made, which may put something off at once.
    if (graph.priority !== null) options.worker.rank(this.progress, graph.name, graph.priority);
    this.actors = makeActors(graph, compiled, this.progress, {
      ...options,
      place: { index: this.#index, count: options.membership?.link.workers ?? 1 },
    });
    const account = new MemoryAccount(this.progress, this.actors, options.worker);
    this.progress.memory = account;
    this.pacing = new Pacing(this.progress, account, this.actors, options.worker);
    this.progress.pacing = this.pacing;
    paceSources(this.pacing, this.actors, graph, compiled, this.usualPace);
    this.#place();
    this.edges = this.#connect();
    this.pacing.edges = this.edges.values().toArray();
    this.#findUpstream();
    // With a priority every vertex has its own, and takes its entries by itself.
    if (options.chains && this.progress.order === null) this.#makeChains();
  }

  /** How inputs and sources are paced that do not say it themselves. */
  get usualPace(): UsualPace {
    return this.#options.limits.pace ?? usualPace(undefined);
  }

  /** Whether the vertex is a source of which every worker has an instance. */
  isSplitSource(id: number): boolean {
    const { operator } = this.#graph.vertices[id];
    return operator.source === "split" && Object.keys(operator.inputs).length === 0;
  }

  /** Whether there are any such. */
  get hasSplitSources(): boolean {
    return this.actors.some((_actor, id) => this.isSplitSource(id));
  }

  /** What vertices dropped so far on this worker. */
  get dropped(): DroppedThere[] {
    return this.actors.flatMap(({ context: { name }, dropped }) =>
      [...dropped].map(([reason, records]) => ({ vertex: name, records, reason }))
    );
  }

  /** What the making of the vertices sent, retained and asked for begins to count. */
  begin(): void {
    const bringBack = this.#options.worker.turn.aside();
    for (const actor of this.actors) actor.begin();
    bringBack();
  }

  /**
   * Counts what split sources of one other worker may hold until it has reported (1), or takes it back
   * there (−1).
   */
  holdSplitSources(delta: number): void {
    this.actors.forEach((actor, id) => {
      if (!this.isSplitSource(id)) return;
      for (const port of actor.context.outputs) {
        this.progress.hold(port, minimumTime(port.depth), delta);
      }
    });
  }

  /** First phase of the end: nobody runs any more. */
  kill(): void {
    this.progress.isDead = true;
    this.pacing.end();
    for (const actor of this.actors) actor.kill();
    for (const edge of this.edges.values()) edge.discard();
  }

  /** Second phase: vertices free what they hold. The fault of the first one that fails to, or `undefined`. */
  tidy(): unknown {
    let fault: unknown = undefined;
    for (const actor of this.actors) {
      try {
        actor.over();
      } catch (error) {
        fault ??= vertexFault(actor, error);
      }
    }
    return fault;
  }

  get #index(): number {
    return this.#options.membership?.link.index ?? 0;
  }

  /** Gives every port its slot in the tracker. */
  #place(): void {
    const { plan, inputAt, outputAt } = this.compiled;
    this.actors.forEach((actor, id) => {
      const { operator, config, kind } = this.#graph.vertices[id];
      const asks = interestOf(operator, config) !== "never";
      actor.inlets.forEach((inlet, port) => {
        inlet.slot = plan.slotOf[inputAt[id] + port];
        inlet.summary = plan.summaryTo[inputAt[id] + port];
        actor.inputSlots.push(asks ? inlet.slot : -1);
        if (asks) this.progress.watchInput(inlet.slot, actor);
      });
      if (kind === "output") return;
      actor.context.outputs.forEach((_port, index) => {
        const route = actor.route(index);
        route.slot = plan.slotOf[outputAt[id] + index];
        route.summary = plan.summaryTo[outputAt[id] + index];
      });
    });
  }

  /** Gives every output its targets. What is gathered on this worker stays on it as it is. */
  #connect(): Map<number, SpreadEdge> {
    const spread = new Map<number, SpreadEdge>();
    this.#graph.edges.forEach((edge, index) => {
      const route = this.actors[edge.from].route(edge.output);
      const inlet = this.actors[edge.to].inlets[edge.input];
      const { membership } = this.#options;
      const pact = membership === null ? undefined : pactOf(this.#graph, edge);
      const isGathered = pact?.kind === "gather" && this.#index === 0;
      if (pact === undefined || pact.kind === "pipeline" || isGathered) route.targets.push(inlet);
      if (pact === undefined || pact.kind === "pipeline") return;
      const { worker, limits } = this.#options;
      const made = new SpreadEdge({
        ...membership!,
        worker,
        progress: this.progress,
        edge: index,
        pact,
        source: this.actors[edge.from],
        output: edge.output,
        inlet,
        depth: this.#graph.scopes[this.#graph.vertices[edge.to].inputScope].depth,
        capacity: limits.capacity,
      });
      spread.set(index, made);
      if (!isGathered) (route.spreading ??= []).push(made);
    });
    for (const { context } of this.actors) {
      for (const port of context.outputs) {
        const { targets, spreading } = port.route as Route;
        port.isRead = targets.length > 0 || spreading !== null;
      }
    }
    return spread;
  }

  /**
   * The vertices of this worker from which records come to an edge without a queue that has limits of its
   * own: when the edge has no credit, they wait; and so for a vertex that may stop those who send to it.
   * The search ends at feedbacks and where things come back, for a loop must never wait for itself.
   */
  #findUpstream(): void {
    const holding = this.actors.filter((_actor, id) => this.#graph.vertices[id].operator.holdsBack);
    if (this.edges.size === 0 && holding.length === 0) return;
    const feeders = new Map<VertexActor, VertexActor[]>(this.actors.map((actor) => [actor, []]));
    for (const actor of this.actors) {
      for (const port of actor.context.outputs) {
        for (const inlet of (port.route as Route).targets) {
          if (!inlet.isReturn) feeders.get(inlet.actor)!.push(actor);
        }
      }
    }
    const all = (found: Set<VertexActor>): VertexActor[] => {
      // A set may grow while it is iterated.
      for (const actor of found) for (const before of feeders.get(actor)!) found.add(before);
      return [...found];
    };
    for (const [index, edge] of this.edges) {
      const { from, to, input } = this.#graph.edges[index];
      if (this.actors[to].inlets[input].isReturn) continue;
      edge.upstream.push(...all(new Set([this.actors[from]])));
    }
    for (const actor of holding) actor.upstream.actors.push(...all(new Set(feeders.get(actor))));
  }

  #makeChains(): void {
    const { connections } = this.compiled;
    makeChains(
      this.actors.map((actor, id) => ({ actor, summary: connections[id][0]?.[0] ?? null })),
      [...this.edges.keys()].map((index) => this.actors[this.#graph.edges[index].to]),
      this.#options.worker.pool,
    );
  }
}

function makeProgress(
  { plan }: CompiledGraph,
  { worker, supervisor, membership, herald }: ShardOptions,
): ProgressActor {
  if (membership !== null && membership.link.index > 0) {
    return new OutboxActor(plan, worker, supervisor, membership.link, membership.dataflow);
  }
  return new TrackerActor(new Tracker(plan), plan.slots.length, worker, supervisor, herald);
}
