/**
 * The handles of a running dataflow: how the outside feeds it, reads it, and follows its frontiers.
 *
 * @module
 */
import { FEED, Inlet } from "../actors/inlet.ts";
import { InputPace } from "../actors/paced.ts";
import type { TrackerActor } from "../actors/tracker_actor.ts";
import type { VertexActor } from "../actors/vertex_actor.ts";
import type { Worker } from "../actors/worker.ts";
import type { CompiledGraph } from "./compile.ts";
import type { Graph } from "./graph.ts";
import { type Feed, InputHandle } from "./input_handle.ts";
import { doneSlot, paceOf, type ShardLimits, usualPace } from "./pace_sources.ts";
import { OutputHandle } from "./output_handle.ts";
import { ProbeHandle } from "./probe_handle.ts";
import type { HandlesOf, Ports } from "./program.ts";
import { Input } from "./fed.ts";
import { Output } from "./stream.ts";

// deno-lint-ignore no-explicit-any
export type AnyInput = InputHandle<any>;

/** What they are handles of. */
export interface HandledDataflow {
  readonly graph: Graph;
  readonly compiled: CompiledGraph;
  readonly actors: readonly VertexActor[];
  readonly tracker: TrackerActor;
}

/** What they are made with. */
export interface HandlesOptions {
  readonly worker: Worker;
  readonly limits: ShardLimits;
  /** Inputs that are shared with other dataflows, by name. */
  readonly inputs: Readonly<Record<string, AnyInput>>;
}

/** See the module. */
export class Handles {
  readonly #dataflow: HandledDataflow;
  readonly #inputs = new Map<number, [AnyInput, Feed, owned: boolean]>();
  readonly #outputs = new Map<number, OutputHandle<unknown>>();
  readonly #probes: ProbeHandle[] = [];

  /** Opens them; the inputs feed nothing before they are attached. */
  constructor(dataflow: HandledDataflow, options: HandlesOptions) {
    this.#dataflow = dataflow;
    this.#openInputs(options);
    this.#openOutputs();
    this.#openProbes();
  }

  /** Its outputs, in their order. */
  get outputs(): readonly OutputHandle<unknown>[] {
    return [...this.#outputs.values()];
  }

  /** The input of a vertex. */
  input(vertex: number): AnyInput {
    return this.#inputs.get(vertex)![0];
  }

  /** The output of a vertex. */
  output(vertex: number): OutputHandle<unknown> {
    return this.#outputs.get(vertex)!;
  }

  /** Those that the description returned, under its names. */
  named<P extends Ports>(ports: P): HandlesOf<P> {
    const handles = Object.entries(ports).map(([key, port]) => {
      if (port instanceof Input) return [key, this.input(port.source.vertex)];
      if (port instanceof Output) return [key, this.output(port.source.vertex)];
      return [key, this.#probes[port.index]];
    });
    return Object.fromEntries(handles) as HandlesOf<P>;
  }

  /** From now on inputs hold their times, and what is sent to them comes. */
  attach(): void {
    for (const [handle, feed] of this.#inputs.values()) handle.attach(feed);
  }

  /** Closes the inputs that no other dataflow shares. */
  closeOwn(): void {
    for (const [handle, , owned] of this.#inputs.values()) if (owned) handle.closeAll();
  }

  /** It ended, with a cause before its time. Returns how many heard of it. */
  end(cause: unknown): number {
    for (const [handle, feed, owned] of this.#inputs.values()) {
      handle.detach(feed, owned ? cause ?? undefined : undefined);
    }
    let told = 0;
    for (const output of this.#outputs.values()) told += output.end(cause);
    for (const probe of this.#probes) told += probe.end(cause);
    return told;
  }

  #openInputs({ worker, inputs, limits }: HandlesOptions): void {
    const { graph, compiled, actors, tracker } = this.#dataflow;
    const depth = graph.scopes[0].depth;
    for (const vertex of graph.vertices) {
      const { id, kind, name } = vertex;
      if (kind !== "input") continue;
      const shared = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
      const handle = shared ?? new InputHandle<unknown>(name, depth, worker, limits.capacity);
      const actor = actors[id];
      const inlet = new Inlet(FEED, actor, -1);
      const spreads = actor.route(0).spreading !== null;
      const feed: Feed = {
        port: actor.context.outputs[0],
        tracker,
        // What passes the input's vertex by cannot be seen there.
        get inlet() {
          return spreads || actor.observer !== null ? inlet : null;
        },
        backlog: () => this.#backlog(),
        pace: new InputPace(
          tracker.pacing!,
          paceOf(vertex),
          limits.pace ?? usualPace(undefined),
          doneSlot(compiled, id),
        ),
      };
      this.#inputs.set(id, [handle, feed, shared === undefined]);
    }
  }

  #openOutputs(): void {
    const { graph, actors, tracker } = this.#dataflow;
    for (const { id, kind, name, inputScope } of graph.vertices) {
      if (kind !== "output") continue;
      const [inlet] = actors[id].inlets;
      const handle = new OutputHandle<unknown>(this.#probeAt(name, inlet.slot, inputScope));
      inlet.handler = (batch) => handle.receive(batch);
      tracker.watch(inlet.slot, handle);
      tracker.memory?.keeps(actors[id], handle);
      handle.onRead = () => tracker.pacing?.stir();
      this.#outputs.set(id, handle);
    }
  }

  #openProbes(): void {
    const { graph, compiled: { plan, outputAt }, tracker } = this.#dataflow;
    for (const { name, vertex, output } of graph.probes) {
      const slot = plan.slotOf[outputAt[vertex] + output];
      const handle = this.#probeAt(name, slot, graph.vertices[vertex].outputScope);
      tracker.watch(slot, handle);
      this.#probes.push(handle);
    }
  }

  #probeAt(name: string, slot: number, scope: number): ProbeHandle {
    const { graph, tracker: { tracker } } = this.#dataflow;
    return new ProbeHandle(name, {
      depth: graph.scopes[scope].depth,
      isComplete: (time) => tracker.isComplete(slot, time),
      frontier: () => tracker.frontier(slot),
    });
  }

  #backlog(): Promise<void> | undefined {
    for (const output of this.#outputs.values()) {
      const behind = output.backlog();
      if (behind !== undefined) return behind;
    }
    return undefined;
  }
}
