/**
 * Random programs over integers: what they consist of, and how one is made from a seed.
 * @module
 */

import type { Random } from "../oracle/random.ts";

/** What a stream of a program is. Numbers are indices of other streams; parameters are small. */
export type Shape =
  | { readonly kind: "input"; readonly input: number }
  | { readonly kind: "map" | "filter" | "flatMap" | "aggregate"; of: number; by: number }
  | { readonly kind: "inspect" | "exchange" | "count" | "hold" | "outside"; of: number }
  | { readonly kind: "watch"; of: number; seed: number }
  | { readonly kind: "recall"; of: number; per: Per }
  | { readonly kind: "apart"; left: number; right: number }
  | { readonly kind: "concat"; readonly all: readonly number[] }
  | { readonly kind: "distinct"; of: number; per: Per }
  | { readonly kind: "join"; left: number; right: number; per: Per }
  | { readonly kind: "delay"; of: number; coordinate: number }
  | { readonly kind: "enter" | "leave"; of: number; loop: number }
  | { readonly kind: "gated"; of: number; gate: number; end: number; result: number }
  | { readonly kind: "ungated"; of: number; gate: number }
  | { readonly kind: "variable"; readonly variable: number };

/** How long a stateful operator remembers. */
export type Per = "time" | "epoch" | "forever" | number;

/** One stream: its shape, and the scope it lies in (−1 for the root). */
export interface Node {
  readonly shape: Shape;
  readonly scope: number;
  readonly depth: number;
}

/** A loop scope, or that of a gate. */
export interface Loop {
  readonly parent: number;
  /** How many coordinates mean something in it: not the numbers of a gate's batches. */
  readonly depth: number;
  readonly gate?: Gate;
}

/** How much a gate lets in; records weigh 1 to 4, or all the same. */
export interface Gate {
  readonly batch: number;
  readonly inFlight: number;
  readonly isWeighing: boolean;
  readonly stash: number | undefined;
}

/** What comes round, with the least counter that it may not have. */
export interface Variable {
  readonly scope: number;
  readonly depth: number;
  readonly by: number;
  readonly limit: number;
  /** The stream that goes in; known once the loop's body is. */
  source: number;
}

/** A whole program. */
export interface Program {
  readonly rootDepth: number;
  readonly inputs: number;
  readonly nodes: readonly Node[];
  readonly loops: readonly Loop[];
  readonly variables: readonly Variable[];
  /** The streams that are read from outside. */
  readonly outputs: readonly number[];
}

/** Epochs that inputs send at; all coordinates of a time stay below `TIMES`. */
export const EPOCHS = 4;
/** Counters stay below this: limits are at most 4, and a delay makes a coordinate odd at most. */
export const TIMES = 6;

/** Makes a program; the same numbers give the same one. `gates` is how likely a gate is in place of an operator. */
export function randomProgram(random: Random, gates = 0.08): Program {
  const maker = new Maker(random, gates);
  maker.root();
  return maker;
}

class Maker implements Program {
  readonly nodes: Node[] = [];
  readonly loops: Loop[] = [];
  readonly variables: Variable[] = [];
  readonly outputs: number[] = [];
  readonly rootDepth: number;
  readonly inputs: number;

  constructor(readonly random: Random, readonly gates: number) {
    this.rootDepth = random.chance(0.2) ? 2 : 1;
    this.inputs = random.between(1, 2);
  }

  root(): void {
    const { random } = this;
    const streams: number[] = [];
    for (let input = 0; input < this.inputs; input++) {
      streams.push(this.#add({ kind: "input", input }, -1));
    }
    const round = random.chance(0.15) ? this.#variables(-1, 1) : [];
    streams.push(...round.map((variable) => this.#add({ kind: "variable", variable }, -1)));
    this.#body(streams, -1, random.between(2, 7), 3);
    for (const variable of round) this.variables[variable].source = random.pick(streams);
    for (let i = random.between(1, 3); i > 0; i--) {
      // Late streams first: they stand for everything that leads to them.
      const from = Math.max(0, streams.length - 1 - random.below(3) * i);
      if (!this.outputs.includes(streams[from])) this.outputs.push(streams[from]);
    }
  }

  /** Adds streams to a scope, each made of some that are there. */
  #body(streams: number[], scope: number, count: number, levels: number): void {
    for (let i = 0; i < count; i++) {
      if (levels > 0 && this.random.chance(0.25)) {
        streams.push(...this.#loop(streams, scope, levels));
      } else if (levels > 0 && this.random.chance(this.gates)) {
        streams.push(this.#gate(streams, scope, levels));
      } else streams.push(this.#add(this.#shape(streams, scope), scope));
    }
  }

  /** Within a gate nothing may depend on what a batch is made of. */
  #shape(streams: readonly number[], scope: number): Shape {
    const shape = this.#anyShape(streams, scope);
    const gathers = ["count", "distinct", "aggregate", "join"].includes(shape.kind);
    if (!gathers || !this.#isGated(scope)) return shape;
    return { kind: "map", of: streams[streams.length - 1], by: this.random.below(7) };
  }

  #isGated(scope: number): boolean {
    for (let at = scope; at >= 0; at = this.loops[at].parent) {
      if (this.loops[at].gate !== undefined) return true;
    }
    return false;
  }

  #anyShape(streams: readonly number[], scope: number): Shape {
    const { random } = this;
    const of = random.chance(0.6) ? streams[streams.length - 1] : random.pick(streams);
    switch (random.below(17)) {
      case 0:
      case 1:
        return { kind: "map", of, by: random.below(7) };
      case 2:
        return { kind: "filter", of, by: random.between(2, 4) };
      case 3:
        return { kind: "flatMap", of, by: random.between(1, 3) };
      case 4:
        return { kind: random.pick(["inspect", "exchange"] as const), of };
      case 5:
        return { kind: "concat", all: [of, ...streams.slice(-2)] };
      case 6:
        return { kind: "count", of };
      case 7:
      case 8:
        return { kind: "distinct", of, per: this.#prefix(scope) };
      case 9:
        return { kind: "aggregate", of, by: random.between(1, 3) };
      case 10:
        return { kind: "join", left: of, right: random.pick(streams), per: this.#per(scope) };
      case 11:
        return { kind: "delay", of, coordinate: random.below(this.#depth(scope)) };
      case 12:
        return { kind: "hold", of };
      case 13:
        return { kind: "outside", of };
      case 14:
        return { kind: "recall", of, per: this.#per(scope) };
      case 15:
        return { kind: "apart", left: of, right: random.pick(streams) };
      default:
        return { kind: "watch", of, seed: random.below(1 << 30) };
    }
  }

  #loop(streams: readonly number[], parent: number, levels: number): number[] {
    const { random } = this;
    const loop = this.loops.push({ parent, depth: this.#depth(parent) + 1 }) - 1;
    const inner: number[] = [];
    for (let i = random.between(1, 2); i > 0; i--) {
      inner.push(this.#add({ kind: "enter", of: random.pick(streams), loop }, loop));
    }
    const variables = this.#variables(loop, random.between(1, 2));
    inner.push(...variables.map((variable) => this.#add({ kind: "variable", variable }, loop)));
    inner.push(this.#add({ kind: "concat", all: [...inner] }, loop));
    this.#body(inner, loop, random.between(1, 4), levels - 1);
    for (const variable of variables) this.variables[variable].source = random.pick(inner);
    const left = [inner[inner.length - 1], ...(random.chance(0.4) ? [random.pick(inner)] : [])];
    return left.map((of) => this.#add({ kind: "leave", of, loop }, parent));
  }

  #gate(streams: readonly number[], parent: number, levels: number): number {
    const { random } = this;
    const of = random.pick(streams);
    const gate = {
      batch: random.between(1, 6),
      inFlight: random.between(1, 3),
      isWeighing: random.chance(0.3),
      stash: random.chance(0.3) ? random.between(1, 8) : undefined,
    };
    const at = this.loops.push({ parent, depth: this.#depth(parent), gate }) - 1;
    const shape = { kind: "gated" as const, of, gate: at, end: -1, result: -1 };
    const inner = [this.#add(shape, at)];
    this.#body(inner, at, random.between(1, 4), levels - 1);
    shape.result = random.chance(0.7) ? inner[inner.length - 1] : random.pick(inner);
    shape.end = this.nodes.length - 1;
    return this.#add({ kind: "ungated", of: shape.result, gate: at }, parent);
  }

  #variables(scope: number, count: number): number[] {
    return Array.from({ length: count }, () => {
      const depth = this.#depth(scope);
      const by = this.random.chance(0.8) ? 1 : 2;
      const limit = this.random.between(1, 4);
      return this.variables.push({ scope, depth, by, limit, source: -1 }) - 1;
    });
  }

  #per(scope: number): Per {
    const { random } = this;
    const prefix = random.between(1, this.#depth(scope));
    return random.pick<Per>(["time", "epoch", "forever", prefix]);
  }

  /**
   * Which of two incomparable times a key is first seen at is nobody's promise, so that a distinct may
   * only remember over times that are in one order.
   */
  #prefix(scope: number): Per {
    const depth = this.#depth(scope);
    const kept = this.#per(scope);
    const length = kept === "time"
      ? depth
      : kept === "epoch"
      ? this.rootDepth
      : kept === "forever"
      ? 0
      : kept;
    return depth - length <= 1 ? kept : depth - 1;
  }

  #depth(scope: number): number {
    return scope < 0 ? this.rootDepth : this.loops[scope].depth;
  }

  #add(shape: Shape, scope: number): number {
    return this.nodes.push({ shape, scope, depth: this.#depth(scope) }) - 1;
  }
}
