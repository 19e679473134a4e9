/**
 * From a random program to a dataflow of the public interface.
 * @module
 */

import { type Dataflow, dataflow, faucet, type LoopScope, range } from "../../mod.ts";
import type { LoopVariable, Pact, Priority, RootScope, Scope, Stream, Time } from "../../mod.ts";
import { paceOf } from "./configurations.ts";
import {
  added,
  copies,
  delayed,
  expanded,
  fitting,
  keyOf,
  mapped,
  met,
  summed,
} from "./functions.ts";
import { apart, driven, hold, moved, outside, recall, source, watch } from "./operators.ts";
import type { Program, Shape } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

type Numbers = Stream<number>;

/** Describes the program as a dataflow with inputs `in0`… and outputs `out0`…. */
export function build(
  program: Program,
  around: Surroundings,
  priority?: Priority,
  pace: number | null = null,
): Dataflow<Record<never, never>> {
  const coordinates = program.rootDepth;
  return dataflow("random", (root) => {
    const builder = new Builder(program, around, root, pace);
    builder.build();
    program.outputs.forEach((stream, i) => builder.streams[stream].output(`out${i}`));
    return {};
  }, { coordinates, priority });
}

class Builder {
  readonly streams: Numbers[] = [];
  readonly #scopes: Scope[] = [];
  readonly #variables: LoopVariable<number>[] = [];
  /** What leaves each gate. */
  readonly #left: Numbers[] = [];

  constructor(
    readonly program: Program,
    readonly around: Surroundings,
    readonly root: RootScope,
    readonly pace: number | null,
  ) {}

  build(): void {
    const { program: { nodes, variables } } = this;
    this.#place(0, nodes.length);
    variables.forEach(({ source }, i) => this.#variables[i].connect(this.streams[source]));
  }

  /** Those of nodes, up to but not including `end`, that are not there yet: a gate places its fragment itself. */
  #place(from: number, end: number): void {
    for (let i = from; i < end; i++) {
      const { shape } = this.program.nodes[i];
      if (this.streams[i] !== undefined) continue;
      if (shape.kind === "gated") this.#gate(i, shape);
      else this.streams[i] = this.#stream(i, shape);
    }
  }

  #gate(at: number, { of, gate, end, result }: Extract<Shape, { kind: "gated" }>): void {
    const { parent, gate: options } = this.program.loops[gate];
    const { isWeighing, ...limits } = options!;
    const weight = isWeighing ? weigh : undefined;
    const given = { ...limits, weight, name: `gate${gate}` };
    this.#left[gate] = faucet(this.#scope(parent), this.streams[of], given, (some, inside) => {
      this.#scopes[gate] = inside;
      this.streams[at] = some;
      this.#place(at + 1, end + 1);
      return this.streams[result];
    });
  }

  /** Loops are made when they are met first: a scope stays usable until the graph is finished. */
  #scope(index: number): Scope {
    if (index < 0) return this.root;
    const { parent } = this.program.loops[index];
    return this.#scopes[index] ??= this.#scope(parent).loop(`loop${index}`, (scope) => scope);
  }

  #variable(index: number): Numbers {
    const { scope, by, limit } = this.program.variables[index];
    return this.#variables[index] = this.#scope(scope).feedback<number>({
      name: `round${index}`,
      by,
      maxIterations: limit,
    });
  }

  /** Which coordinates of times in a scope are numbers of batches. */
  #batchesIn(scope: number): number[] {
    if (scope < 0) return [];
    const { parent, gate } = this.program.loops[scope];
    let depth = this.program.rootDepth;
    for (let at = parent; at >= 0; at = this.program.loops[at].parent) depth++;
    return gate === undefined ? this.#batchesIn(parent) : [...this.#batchesIn(parent), depth];
  }

  #stream(at: number, shape: Exclude<Shape, { kind: "gated" }>): Numbers {
    const { streams } = this;
    const name = `s${at}-${shape.kind}`;
    switch (shape.kind) {
      case "input":
        return this.#input(shape.input);
      case "concat":
        return streams[shape.all[0]].concat(...shape.all.slice(1).map((stream) => streams[stream]));
      case "join":
        return streams[shape.left].join(streams[shape.right], {
          name,
          per: shape.per,
          leftKey: keyOf,
          rightKey: keyOf,
          value: met,
        });
      case "apart":
        return apart(streams[shape.left], streams[shape.right], name, {
          left: this.#pact(),
          right: this.#pact(),
        });
      case "enter":
        return (this.#scope(shape.loop) as LoopScope).enter(streams[shape.of], { name });
      case "leave":
        return (this.#scope(shape.loop) as LoopScope).leave(streams[shape.of], { name });
      case "variable":
        return this.#variable(shape.variable);
      case "ungated":
        return this.#left[shape.gate];
      default:
        return this.#unary(shape, streams[shape.of], name, this.program.nodes[at].scope);
    }
  }

  /** An input, or a source that takes its place. */
  #input(input: number): Numbers {
    const { spread } = this.around;
    const name = `in${input}`;
    const kind = spread.source();
    if (this.pace !== null) return this.#paced(input, name, kind, this.pace);
    if (kind !== "operator") return this.root.input<number>(name, { source: kind });
    const given = { config: {}, inputs: {}, name };
    return this.root.vertex(source(input, this.around), given).out as Numbers;
  }

  /** One that can be held back: most often a source, since who feeds inputs here never waits. */
  #paced(
    input: number,
    name: string,
    kind: "pinned" | "split" | "operator",
    seed: number,
  ): Numbers {
    const pace = paceOf(seed, input, this.program.rootDepth);
    if (kind !== "operator" && (seed + input) % 3 === 0) {
      return this.root.input<number>(name, { source: kind, pace });
    }
    const workers = kind === "pinned" ? "first" : "all";
    return this.root.source(name, { workers, pace }, driven(input, this.around));
  }

  #pact(): Pact {
    return this.around.spread.pact();
  }

  #unary(
    shape: Exclude<Shape, { readonly left: number }>,
    of: Numbers,
    name: string,
    scope: number,
  ): Numbers {
    switch (shape.kind) {
      case "map":
        return of.map((n) => mapped(n, shape.by), { name });
      case "filter":
        return of.filter((n) => fitting(n, shape.by), { name });
      case "flatMap":
        return flatMapped(of, shape.by, name);
      case "inspect":
        return of.inspect(() => this.around.called(), { name });
      case "exchange":
        return this.#exchanged(of, name);
      case "count":
        return of.count({ name });
      case "distinct":
        return of.distinct({ name, per: shape.per });
      case "aggregate":
        return of.aggregate<number, number, number>({
          name,
          key: (n) => n % shape.by,
          initial: () => 0,
          fold: added,
          emit: summed,
        });
      case "delay":
        return of.delay(laterIn(this.#batchesIn(scope), shape.coordinate), { name });
      case "hold":
        return of.apply(hold(name, this.#pact(), this.around), {}, { name });
      case "recall":
        return of.apply(recall(name, shape.per, this.#pact(), this.around), {}, { name });
      case "outside":
        return of.apply(outside(name, this.#pact(), this.around), {}, { name });
      case "watch":
        return of.apply(
          watch(name, shape.seed, this.#pact(), this.around, this.#batchesIn(scope)),
          {},
          { name },
        );
      default:
        throw new Error(`no operator of one stream: ${shape.kind}`);
    }
  }

  #exchanged(of: Numbers, name: string): Numbers {
    const pact = this.#pact();
    if (pact.kind === "pipeline") return of.exchange(keyOf, { name });
    return of.apply(moved(name, pact, this.around), {}, { name });
  }
}

/** The three ways to write a flatMap, so that each of them is met. */
function flatMapped(of: Numbers, by: number, name: string): Numbers {
  if (by === 1) return of.flatMap((n) => copies(n, by), { name });
  if (by === 2) {
    return of.flatMap((n, emit) => {
      for (const copy of copies(n, by)) emit(copy);
    }, { name });
  }
  return of.flatMap((n) => range(...expanded(n, by)), { name });
}

/** Moves a coordinate that means something, and leaves the numbers of batches alone. */
function laterIn(batches: readonly number[], coordinate: number): (n: number, time: Time) => Time {
  return (n, time) => {
    const all = typeof time === "number" ? [time] : time;
    const moved = [...delayed(n, all.filter((_c, i) => !batches.includes(i)), coordinate)];
    for (const i of batches) moved.splice(i, 0, all[i]);
    return moved.length === 1 ? moved[0] : moved;
  };
}

function weigh(n: number): number {
  return 1 + n % 4;
}
