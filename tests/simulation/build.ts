/**
 * From a random program to a dataflow of the public interface.
 * @module
 */

import { type Dataflow, dataflow, type LoopScope, range } from "../../mod.ts";
import type { LoopVariable, Pact, RootScope, Scope, Stream, Time } from "../../mod.ts";
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
import { apart, hold, moved, outside, recall, source, watch } from "./operators.ts";
import type { Program, Shape } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

type Numbers = Stream<number>;

/** Describes the program as a dataflow with inputs `in0`… and outputs `out0`…. */
export function build(program: Program, around: Surroundings): Dataflow<Record<never, never>> {
  const coordinates = program.rootDepth;
  return dataflow("random", (root) => {
    const builder = new Builder(program, around, root);
    builder.build();
    program.outputs.forEach((stream, i) => builder.streams[stream].output(`out${i}`));
    return {};
  }, { coordinates });
}

class Builder {
  readonly streams: Numbers[] = [];
  readonly #scopes: Scope[] = [];
  readonly #variables: LoopVariable<number>[] = [];

  constructor(
    readonly program: Program,
    readonly around: Surroundings,
    readonly root: RootScope,
  ) {}

  build(): void {
    const { program } = this;
    // The bodies' functions are called at once, and a scope stays usable until the graph is finished.
    program.loops.forEach((loop, i) => {
      this.#scope(loop.parent).loop(`loop${i}`, (scope) => this.#scopes[i] = scope);
    });
    program.variables.forEach(({ scope, by, limit }, i) => {
      this.#variables[i] = this.#scope(scope).feedback<number>({
        name: `round${i}`,
        by,
        maxIterations: limit,
      });
    });
    for (const { shape } of program.nodes) this.streams.push(this.#stream(shape));
    program.variables.forEach(({ source }, i) => this.#variables[i].connect(this.streams[source]));
  }

  #scope(index: number): Scope {
    return index < 0 ? this.root : this.#scopes[index];
  }

  #stream(shape: Shape): Numbers {
    const { streams } = this;
    const name = `s${streams.length}-${shape.kind}`;
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
        return (this.#scopes[shape.loop] as LoopScope).enter(streams[shape.of], { name });
      case "leave":
        return (this.#scopes[shape.loop] as LoopScope).leave(streams[shape.of], { name });
      case "variable":
        return this.#variables[shape.variable];
      default:
        return this.#unary(shape, streams[shape.of], name);
    }
  }

  /** An input, or a source that takes its place. */
  #input(input: number): Numbers {
    const { spread } = this.around;
    const name = `in${input}`;
    const kind = spread.source();
    if (kind !== "operator") return this.root.input<number>(name, { source: kind });
    const given = { config: {}, inputs: {}, name };
    return this.root.vertex(source(input, this.around), given).out as Numbers;
  }

  #pact(): Pact {
    return this.around.spread.pact();
  }

  #unary(shape: Exclude<Shape, { readonly left: number }>, of: Numbers, name: string): Numbers {
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
        return of.delay((n, time) => later(n, time, shape.coordinate), { name });
      case "hold":
        return of.apply(hold(name, this.#pact(), this.around), {}, { name });
      case "recall":
        return of.apply(recall(name, shape.per, this.#pact(), this.around), {}, { name });
      case "outside":
        return of.apply(outside(name, this.#pact(), this.around), {}, { name });
      case "watch":
        return of.apply(watch(name, shape.seed, this.#pact(), this.around), {}, { name });
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

function later(n: number, time: Time, coordinate: number): Time {
  const moved = delayed(n, typeof time === "number" ? [time] : time, coordinate);
  return moved.length === 1 ? moved[0] : moved;
}
