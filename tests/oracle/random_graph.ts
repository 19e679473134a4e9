import {
  closure,
  hasBadCycle,
  identityTerms,
  type NaiveEdge,
  type NaiveSummary,
  withEmptyPaths,
} from "./naive.ts";
import type { Random } from "./random.ts";

/** A port of a random graph. Sources hold capabilities, targets messages. */
export interface RandomLocation {
  readonly depth: number;
  readonly name: string;
  readonly kind: "source" | "target";
}

export interface RandomGraph {
  readonly locations: readonly RandomLocation[];
  readonly edges: readonly NaiveEdge[];
  /** The sources that hold a capability at the start. */
  readonly inputs: readonly number[];
  /** Ψ, by the naive search. */
  readonly psi: readonly NaiveSummary[][][];
  /** The edges before their repair, where they had a bad cycle. */
  readonly rejected: readonly NaiveEdge[] | undefined;
}

export interface GraphOptions {
  /** Loop scopes nested in each other, at most 3. */
  readonly nesting: number;
  /** Every input connected to every output by the identity, and feedbacks of at least 1. */
  readonly plain?: boolean;
  /** One vertex or loop in each scope and no fan-out, so that contraction goes as far as it can. */
  readonly lean?: boolean;
}

/** What lies in one scope: ports that can be fed and ports that feed, in the order of the flow. */
interface Item {
  readonly targets: number[];
  readonly sources: number[];
}

type MutableEdge = { from: number; to: number; terms: NaiveSummary; kind: string };

/**
 * A random graph whose scopes nest, with everything that implementations were seen to get wrong:
 * feedbacks at every level by 0 to 3, several paths with incomparable summaries, input–output pairs
 * that are not connected, vertices that advance an outer coordinate, and outer cycles through inner
 * scopes, which reset the inner counters.
 */
export function randomGraph(random: Random, options: GraphOptions): RandomGraph {
  for (;;) {
    const builder = new Builder(random, options);
    const inputs = builder.root();
    if (builder.locations.length > 40) continue;
    const paths = builder.repair();
    if (paths === undefined) continue;
    const depths = builder.locations.map((location) => location.depth);
    return {
      locations: builder.locations,
      edges: builder.edges,
      inputs,
      rejected: builder.rejected,
      psi: withEmptyPaths(paths, depths),
    };
  }
}

class Builder {
  readonly locations: RandomLocation[] = [];
  edges: MutableEdge[] = [];
  rejected: readonly NaiveEdge[] | undefined;

  constructor(readonly random: Random, readonly options: GraphOptions) {}

  root(): number[] {
    const inputs = Array.from(
      { length: this.random.between(1, this.options.lean ? 1 : 2) },
      (_, i) => this.#port(1, `input${i}`, "source"),
    );
    this.#scope(1, "root", inputs, [], this.options.nesting);
    return inputs;
  }

  /**
   * Makes the cycles good by the smallest change that does: feedbacks of 0 become 1; if that is not
   * enough, declared summaries become the identity.
   */
  repair(): NaiveSummary[][][] | undefined {
    const soften: ((edge: MutableEdge) => MutableEdge)[] = [
      (edge) => edge,
      (edge) =>
        edge.kind !== "feedback" ? edge : {
          ...edge,
          terms: edge.terms.map(({ from, add }, i) => ({
            from,
            add: i === edge.terms.length - 1 ? Math.max(1, add) : add,
          })),
        },
      (edge) => edge.kind !== "inner" ? edge : { ...edge, terms: identityTerms(edge.terms.length) },
    ];
    for (const change of soften) {
      this.edges = this.edges.map(change);
      const paths = closure(this.locations.length, this.edges);
      if (!hasBadCycle(paths)) return paths;
      this.rejected ??= this.edges;
    }
    return undefined;
  }

  /** Builds and wires one scope. `entries` feed it from its border, `exits` are to be fed. */
  #scope(depth: number, name: string, entries: number[], exits: number[], levels: number): void {
    const { random } = this;
    const items: Item[] = [];
    const count = this.options.lean ? 1 : random.between(1, 3);
    const nested = levels > 0 ? random.below(count) : -1;
    for (let i = 0; i < count; i++) {
      const inner = i === nested || (levels > 0 && random.chance(0.15));
      items.push(
        inner
          ? this.#loop(depth, `${name}/${i}`, levels - 1)
          : this.#vertex(depth, `${name}/v${i}`),
      );
    }
    const feedbacks = Array.from(
      { length: this.options.lean ? 1 : random.chance(0.8) ? random.between(1, 2) : 0 },
      (_, i) => this.#feedback(depth, `${name}/f${i}`),
    );
    const upstream = [...entries];
    for (const item of items) {
      for (const target of item.targets) this.#feed(target, upstream);
      upstream.push(...item.sources);
    }
    for (const exit of exits) this.#feed(exit, upstream);
    for (const { targets, sources } of feedbacks) {
      this.#feed(targets[0], random.chance(0.7) ? upstream.slice(-2) : upstream);
      const all = [...items.flatMap((item) => item.targets), ...exits];
      this.#channel(sources[0], random.pick(all));
      if (!this.options.lean && random.chance(0.3)) this.#channel(sources[0], random.pick(all));
    }
  }

  /** Connects a target to one or two of these sources, rarely to none. */
  #feed(target: number, sources: readonly number[]): void {
    if (this.options.lean) return this.#channel(sources.at(-1)!, target);
    if (this.random.chance(0.05)) return;
    this.#channel(this.random.pick(sources), target);
    if (this.random.chance(0.3)) this.#channel(this.random.pick(sources), target);
  }

  #channel(from: number, to: number): void {
    if (this.edges.some((edge) => edge.from === from && edge.to === to)) return;
    this.#edge(from, to, identityTerms(this.locations[from].depth), "channel");
  }

  #vertex(depth: number, name: string): Item {
    const { random } = this;
    const most = this.options.lean ? 1 : 2;
    const targets = this.#ports(depth, name, "target", random.between(1, most));
    const sources = this.#ports(depth, name, "source", random.between(1, most));
    for (const from of targets) {
      for (const to of sources) {
        if (!this.options.plain && random.chance(0.2)) continue;
        this.#edge(from, to, this.#declared(depth), "inner");
        if (!this.options.plain && random.chance(0.15)) {
          this.#edge(from, to, this.#declared(depth), "inner");
        }
      }
    }
    return { targets, sources };
  }

  /** A summary that a vertex may declare; most declare the identity. */
  #declared(depth: number): NaiveSummary {
    const { random } = this;
    const terms = identityTerms(depth);
    if (this.options.plain || random.chance(0.75)) return terms;
    if (random.chance(0.6)) {
      const level = random.below(depth);
      return terms.map(({ from, add }, i) => ({
        from,
        add: i === level ? random.between(1, 2) : add,
      }));
    }
    const kept = random.between(depth > 1 ? 1 : 0, depth);
    return terms.map((term, i) =>
      i < kept
        ? { from: i, add: random.chance(0.2) ? 1 : 0 }
        : { ...term, from: -1, add: random.below(3) }
    );
  }

  #loop(depth: number, name: string, levels: number): Item {
    const { random } = this;
    const targets: number[] = [];
    const entries: number[] = [];
    for (let i = random.between(1, this.options.lean ? 1 : 2); i > 0; i--) {
      const target = this.#port(depth, `${name}/in${i}`, "target");
      const source = this.#port(depth + 1, `${name}/in${i}`, "source");
      this.#edge(target, source, [...identityTerms(depth), { from: -1, add: 0 }], "border");
      targets.push(target);
      entries.push(source);
    }
    const exit = this.#port(depth + 1, `${name}/out`, "target");
    const source = this.#port(depth, `${name}/out`, "source");
    this.#edge(exit, source, identityTerms(depth), "border");
    this.#scope(depth + 1, name, entries, [exit], levels);
    return { targets, sources: [source] };
  }

  #feedback(depth: number, name: string): Item {
    const { random } = this;
    const by = !this.options.plain && random.chance(0.15)
      ? 0
      : random.chance(0.7)
      ? 1
      : random.between(2, 3);
    const target = this.#port(depth, name, "target");
    const source = this.#port(depth, name, "source");
    const terms = identityTerms(depth).map(({ from, add }, i) => ({
      from,
      add: i === depth - 1 ? by : add,
    }));
    this.#edge(target, source, terms, "feedback");
    return { targets: [target], sources: [source] };
  }

  #ports(depth: number, name: string, kind: "source" | "target", count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.#port(depth, `${name}.${i}`, kind));
  }

  #port(depth: number, name: string, kind: "source" | "target"): number {
    const suffix = kind === "source" ? ">" : "<";
    return this.locations.push({ depth, name: name + suffix, kind }) - 1;
  }

  #edge(from: number, to: number, terms: NaiveSummary, kind: string): void {
    this.edges.push({ from, to, terms, kind });
  }
}
