/**
 * Describing a dataflow.
 *
 * @module
 */
import type { Priority } from "../actors/priority.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { GraphBuilder } from "./builder.ts";
import { compile, type CompiledGraph, layOut, reportBadCycles, type Watching } from "./compile.ts";
import type { Graph } from "./graph.ts";
import type { InputHandle } from "./input_handle.ts";
import type { OutputHandle } from "./output_handle.ts";
import type { ProbeHandle } from "./probe_handle.ts";
import { Input } from "./fed.ts";
import { RootScope } from "./scope.ts";
import { type MadeBy, type Origin, originOf } from "./origin.ts";
import { Site } from "./site.ts";
import { Output, Probe } from "./stream.ts";

/** What a dataflow offers to the outside, by name: inputs, outputs and probes. */
// deno-lint-ignore no-explicit-any
export type Ports = Readonly<Record<string, Input<any> | Output<any> | Probe>>;

/** The handles of a running dataflow, by the same names. */
export type HandlesOf<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends Input<infer T> ? InputHandle<T>
    : P[K] extends Output<infer T> ? OutputHandle<T>
    : ProbeHandle;
};

/** Settings of a whole dataflow. */
export interface DataflowOptions {
  /** How many coordinates times have at the root; 1 when left out. */
  readonly coordinates?: number | undefined;
  /**
   * In which order its work is done: the number of a vertex, named by its path, at a time. Smaller ones go
   * first, before everything else of the dataflow that is ready, and equal ones in the usual order; what is
   * sent along one edge is taken in the order in which it was sent all the same. Every worker has its own
   * order. It is asked often and in the middle of other work: it only computes a number, the same for the
   * same arguments. An engine whose `policy` is not the usual one does not heed it.
   */
  readonly priority?: Priority | undefined;
  /**
   * For several workers: the exported function that makes this dataflow, and what it was called with. The
   * threads of other workers call it again, so that the arguments are plain data. Not needed for a
   * dataflow that its module exports itself.
   */
  readonly madeBy?: MadeBy | undefined;
  /** For several workers: the URL of the module that exports it; the one that calls `dataflow` when left out. */
  readonly module?: string | undefined;
}

/** A described dataflow: an immutable graph that can be run any number of times. */
export class Dataflow<P extends Ports> {
  /** Its name. */
  readonly name: string;
  /** Its graph. */
  readonly graph: Graph;
  /** What it offers to the outside. */
  readonly ports: P;
  readonly #compiled = new Map<string, CompiledGraph>();
  readonly #origin: () => Origin;
  readonly #site: Site;

  /** Made by {@linkcode dataflow}. */
  constructor(graph: Graph, ports: P, site: Site, origin: () => Origin) {
    this.#origin = origin;
    this.#site = site;
    this.name = graph.name;
    this.graph = graph;
    this.ports = ports;
  }

  /** For the engine: where in its module it was described. */
  get place(): string {
    return this.#site.chain;
  }

  /** For the engine: how another thread comes by the same dataflow. */
  get origin(): Origin {
    return this.#origin();
  }

  /** For the engine and for explanations: what is computed once for the graph. */
  compiled(watching: Watching = "asked", workers = 1): CompiledGraph {
    const key = `${watching} ${workers > 1}`;
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      this.#compiled.set(key, compiled = compile(this.graph, watching, workers));
    }
    return compiled;
  }
}

/**
 * Describes a dataflow. `describe` gets the root scope, builds streams on it, and returns the inputs,
 * outputs and probes that are used from outside.
 *
 * @throws {MeanderError} `MEANDER_GRAPH`, listing every fault of the graph at once: edges across scope
 * borders, feedbacks that are not connected, cycles along which times do not grow, configurations that
 * do not fit, names that occur twice.
 * @example
 * ```ts
 * import { dataflow, execute } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("counting", (root) => {
 *   const words = root.input<string>("words");
 *   return { words, counts: words.count().output("counts") };
 * });
 * await using run = execute(program);
 * const { words, counts } = run.handles;
 * words.send(["to", "be"]);
 * words.advanceTo(1);
 * words.send(["or"]);
 * words.close();
 * const seen = [];
 * for await (const { time, records } of counts.completed()) seen.push([time, ...records]);
 * expect(seen).toEqual([[0, 2], [1, 1]]);
 * ```
 */
export function dataflow<P extends Ports>(
  name: string,
  describe: (root: RootScope) => P,
  options: DataflowOptions = {},
): Dataflow<P> {
  const coordinates = options.coordinates ?? 1;
  if (!Number.isInteger(coordinates) || coordinates < 1) {
    throw new RangeError(
      `MEANDER_GRAPH  Cannot give dataflow "${name}" ${coordinates} root coordinates: ` +
        `it takes an integer of at least 1`,
    );
  }
  const site = new Site();
  const builder = new GraphBuilder(name, coordinates);
  const ports = describe(new RootScope(builder));
  const graph = builder.finish(priorityOf(name, options));
  const problems = [...builder.problems, ...foreignPorts(ports, builder)];
  reportBadCycles(layOut(graph, problems, "asked", builder.unfit), problems);
  if (problems.length > 0) throw graphError(name, problems);
  const { madeBy, module } = options;
  return new Dataflow(
    graph,
    Object.freeze({ ...ports }),
    site,
    () => originOf(name, site, madeBy, module),
  );
}

function priorityOf(name: string, { priority }: DataflowOptions): Priority | null {
  if (priority === undefined || typeof priority === "function") return priority ?? null;
  throw new TypeError(
    `MEANDER_OPTION  Cannot use ${
      show(priority)
    } as priority of dataflow "${name}": it is a function of a ` +
      `vertex's path and a time`,
  );
}

function graphError(name: string, problems: readonly string[]): MeanderError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new MeanderError("MEANDER_GRAPH", `Cannot build dataflow "${name}": ${count}`, {
    where: name,
    problems,
  });
}

/** Results that are no handles, or handles of another dataflow. */
function foreignPorts(ports: Ports, builder: GraphBuilder): string[] {
  if (ports instanceof Promise) {
    return ["the function given to dataflow() is async: describe the graph at once"];
  }
  if (typeof ports !== "object" || ports === null || Array.isArray(ports)) {
    return [
      `the function given to dataflow() returned ${show(ports)}: return an object of handles`,
    ];
  }
  const problems: string[] = [];
  for (const [key, port] of Object.entries(ports)) {
    if (!(port instanceof Input || port instanceof Output || port instanceof Probe)) {
      problems.push(
        `result "${key}" is no input, output or probe: call output or probe on the stream`,
      );
    } else if (port.source.builder !== builder) {
      problems.push(
        `result "${key}" belongs to dataflow "${port.source.builder.name}": return a handle of this one`,
      );
    }
  }
  return problems;
}
