/**
 * Fragments of a dataflow into which only so much is let at once.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";
import { type Per, prefixLength } from "../operators/contract/state.ts";
import { synchronize } from "../operators/times/synchronize.ts";
import type { GraphScope, GraphVertex } from "./graph.ts";
import { gate } from "../operators/flow/gate.ts";
import { keeper } from "../operators/flow/keeper.ts";
import type { AnyOperator } from "../operators/contract/definition.ts";
import type { SpillOptions } from "../operators/spill/spill_options.ts";
import type { GraphBuilder, Source } from "./builder.ts";
import { Scope } from "./scope.ts";
import { type Named, Stream } from "./stream.ts";

/** Batches that may be in a fragment at once, where nothing else is said. */
export const DEFAULT_IN_FLIGHT = 2;

/** How much a gate lets through. */
export interface FaucetOptions<T> extends Pick<Named, "name"> {
  /** How many records make a batch, or what they may weigh together when `weight` is given. */
  readonly batch: number;
  /**
   * What a record weighs, such as what the fragment makes of it: a number from 0 on. A record that weighs more than
   * a batch may makes a batch of its own. Called more than once for a record.
   */
  readonly weight?: ((record: T) => number) | undefined;
  /** How many batches may be in the fragment at once, over all workers; 2 when left out. */
  readonly inFlight?: number | undefined;
  /** So many records may wait before the gate on each worker; those who send to it are stopped then. No limit when left out. */
  readonly stash?: number | undefined;
  /** Where what waits before the gate goes when there is no room for it in memory; nowhere when left out. */
  readonly spill?: SpillOptions | undefined;
}

/**
 * Flow control for a fragment: lets the records of a stream into it in batches, of which at most `inFlight` are open
 * at any moment, counted over all workers. A batch is open from when its first record is sent until nothing of it is
 * left in the fragment: no message, no capability, no notification that was asked for. What waits before the gate
 * does not count. A batch takes records of any times, earlier times first and in the order in which they came within
 * a time; one that is not full is let in when nothing is open.
 *
 * The fragment lies in a scope of its own: its times have one more coordinate, the number of the batch. So what it
 * keeps or counts per time it counts per batch. It may have loops and gates in it, and the whole may lie in a loop; what
 * it may not have is another way in or out: no other streams, no sources, no feedback that goes round the gate.
 *
 * What it lets in has to come to its end without anything more coming: an operator in the fragment that waits for a
 * whole epoch (`synchronize` with `per: "epoch"`) would wait for records that are still before the gate. Windows and
 * `reorder` take times of one coordinate, and so have no place in it.
 *
 * Two in flight, not one, keep it busy while the rest of a batch is worked off. Batches of equal count are seldom
 * batches of equal work: `weight` says how much work a record is.
 *
 * @throws {MeanderError} `MEANDER_GRAPH` when the fragment gives no stream, and from `dataflow`, with all other faults of
 * the graph, when it has another way in or out.
 * @example
 * ```ts
 * import { dataflow, execute, faucet, range } from "meander";
 * import { expect } from "vitest";
 *
 * // 1 + 2 + … + 99 records are made, and never those of more than 20 numbers are there at once.
 * const program = dataflow("expansion", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   const made = faucet(root, numbers, { batch: 10, inFlight: 2 }, (some) =>
 *     some.flatMap((x) => range(0, x)).filter((y) => y === 0));
 *   return { numbers, ones: made.count().output("ones") };
 * });
 * await using run = execute(program);
 * run.handles.numbers.send([...range(0, 100)]);
 * run.handles.numbers.close();
 * expect(await run.handles.ones.toArray()).toEqual([99]);
 * ```
 */
export function faucet<T, U>(
  scope: Scope,
  stream: Stream<T>,
  options: FaucetOptions<T>,
  fragment: (gated: Stream<T>, scope: Scope) => Stream<U>,
): Stream<U> {
  return gated(scope, stream, options, fragment, {});
}

const OPTIONS: readonly string[] = ["name", "batch", "weight", "inFlight", "stash", "spill"];

/** What the parts of a gate are called, and where it was written, when that is not where it is made. */
export interface GateNames {
  readonly enter?: string | undefined;
  readonly leave?: string | undefined;
  readonly writtenAt?: string | undefined;
}

/** {@linkcode faucet}, for specs. */
export function gated<T, U>(
  scope: Scope,
  stream: Stream<T>,
  options: FaucetOptions<T>,
  fragment: (gated: Stream<T>, scope: Scope) => Stream<U>,
  { enter, leave, writtenAt }: GateNames,
): Stream<U> {
  const { name = "faucet", inFlight = DEFAULT_IN_FLIGHT, batch, weight, stash, spill } = options;
  if (weight === undefined && batch > 1 && !Number.isInteger(batch)) throw noCount(name, batch);
  const inside = scope.nested("gate", name);
  const entered = inside.enter(stream, { name: enter });
  const { builder, scope: place } = entered.source;
  const first = builder.vertices.length;
  const add = (operator: AnyOperator, config: unknown): number =>
    builder.addVertex({
      operator,
      config,
      name: operator.name,
      kind: "operator",
      scope: place,
      inputScope: place,
      outputScope: place,
      writtenAt,
    });
  const gateAt = add(gate, { depth: inside.depth, batch, weight, inFlight, stash, spill });
  // What is wrong with it the gate has told already: nobody has written a keeper.
  const keeperAt = add(keeper, { inFlight: builder.unfit.has(gateAt) ? 1 : inFlight });
  const from = (vertex: number, output: number): Source => ({
    builder,
    vertex,
    output,
    scope: place,
  });
  const [left, asked, open, closed] = Object.keys(gate.outputs).map((_name, i) => from(gateAt, i));
  builder.connect(entered.source, gateAt, 0);
  builder.connect(from(keeperAt, 0), gateAt, 1);
  builder.connect(asked, keeperAt, 0);
  builder.connect(closed, keeperAt, 1);
  const result = fragment(new Stream<T>(open), new Scope(builder, place));
  if (!((result as unknown) instanceof Stream)) throw noStream(name, result);
  builder.connect(result.source, gateAt, 2);
  builder.problems.push(...misspelt(options, name), ...ways(builder, place, first));
  return inside.leave(new Stream<U>(left), { name: leave });
}

/** What would otherwise be left out without a word. */
function misspelt(options: object, name: string): string[] {
  return Object.keys(options).filter((key) => !OPTIONS.includes(key)).map((key) =>
    `gate "${name}" has no option "${key}": it takes ${OPTIONS.join(", ")}`
  );
}

/**
 * Other ways into a fragment and out of it. The gate answers for what it has let in and for nothing else: what comes
 * in past it would leave at times that may be over outside.
 */
function ways({ vertices, scopes }: GraphBuilder, gateAt: number, first: number): string[] {
  const isWithin = (scope: number): boolean => {
    for (let at = scope; at >= 0; at = scopes[at].parent) if (at === gateAt) return true;
    return false;
  };
  const { path } = scopes[gateAt];
  return vertices.slice(first).filter(({ scope }) => isWithin(scope)).flatMap((vertex) => {
    const { kind, operator, site } = vertex;
    const isOfGate = scopes[vertex.scope].loop === gateAt;
    const what = `"${vertex.path}" (written at ${site})`;
    if (kind === "feedback" && isOfGate) {
      return [`feedback ${what} would go round in gate "${path}" itself: make a loop in it`];
    }
    if ((kind === "ingress" || kind === "egress") && vertex.scope === gateAt) {
      return [
        `${what} is a way past gate "${path}": only what the gate lets in may be in its fragment`,
      ];
    }
    if (operator === synchronize && waitsForOthers(vertex, scopes[gateAt], scopes)) {
      return [
        `${what} would wait for batches that gate "${path}" has not let in: in a gate it takes per: "time"`,
      ];
    }
    const isSource = Object.keys(operator.inputs).length === 0;
    return isSource ? [`source ${what} lies behind gate "${path}": place it before the gate`] : [];
  });
}

/** Whether what it waits for may be of several batches. */
function waitsForOthers(
  { config, inputScope }: GraphVertex,
  { depth }: GraphScope,
  scopes: readonly GraphScope[],
): boolean {
  const { per } = config as { readonly per: Per };
  return prefixLength(per, scopes[inputScope].depth, scopes[0].depth) < depth;
}

function noCount(name: string, batch: number): MeanderError {
  return new MeanderError(
    "MEANDER_GRAPH",
    `Cannot gate "${name}": a batch has ${batch} records, and takes an integer unless records have a weight`,
    { where: name },
  );
}

function noStream(name: string, found: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_GRAPH",
    `Cannot gate "${name}": its fragment gave ${show(found)}, which is no stream`,
    { where: name, hint: "Return the stream that leaves the fragment" },
  );
}
