/**
 * Why a port of a running dataflow is not complete: who could still bring something there.
 *
 * @module
 */
import { Figures, type MemoryFigures } from "../../actors/memory_figures.ts";
import type { Antichain } from "../../progress/antichain.ts";
import { compareTimes, equalTimes, type Time } from "../../progress/time.ts";
import { MeanderError } from "../../operators/contract/fault.ts";
import type { Graph } from "../graph.ts";
import {
  type HolderKind,
  type Outstanding,
  outstandingIn,
  type PortPlace,
  portPlaces,
  type Stuck,
} from "./outstanding.ts";
import { frontiersOf, pathsTo, type PathTo } from "./paths_to.ts";

export type { HolderKind, Stuck } from "./outstanding.ts";

/** Something outstanding that holds back a port. */
export interface Holder {
  /** What it is. */
  readonly kind: HolderKind;
  /** Its time, where it is. */
  readonly time: Time;
  /** Where it is, as `vertex.port`. */
  readonly location: string;
  /** The vertex that holds it, or is to receive it. */
  readonly vertex: string;
  /** How many such things are outstanding there. */
  readonly occurrences: number;
  /** For a notification: the time that has to be complete first; `null` for one that is due, and otherwise. */
  readonly waitsFor: Time | null;
  /** The time at which it could still result at the port asked about: an element of the frontier there. */
  readonly result: Time;
  /**
   * The vertices on a shortest way from it to the port, both ends included. Who goes round a loop on that
   * way is in it again.
   */
  readonly path: readonly string[];
  /**
   * What waits for the vertex and what it keeps on the first worker, and whether it can go on; left out where
   * there is nothing of it.
   */
  readonly memory?: HolderMemory;
}

/** What is in the memory of a vertex that holds back a port. */
export interface HolderMemory extends MemoryFigures {
  /** Whether it gave way and waits for its next slice. */
  readonly isSuspended: boolean;
  /** Whether it is stopped, because a vertex downstream or another worker cannot take more. */
  readonly isHeldBack: boolean;
}

/** The answer for one port. */
export interface WhyNot {
  /** The port asked about: the name of an output or a probe, or `vertex.port`. */
  readonly port: string;
  /** The minimal times that may still come there; empty when nothing can come any more. */
  readonly frontier: readonly Time[];
  /**
   * All that could result in one of them, least result first. Among those of one result, what only somebody
   * outside can end comes first, notifications that wait for others last. What could result in two of them
   * is in it twice.
   */
  readonly holders: readonly Holder[];
}

const NOTHING: MemoryFigures = Object.freeze(new Figures().copy());

const RANKS: Readonly<Record<HolderKind, number>> = {
  input: 0,
  capability: 1,
  unknown: 2,
  work: 3,
  message: 4,
  notification: 5,
};

/** A port that can be asked about. */
interface Port {
  readonly name: string;
  readonly location: number;
}

/**
 * Why is it stuck? For one port, or for every output (every probe, when there is no output): the times
 * that may still come there, and everything outstanding that could bring them. An input that nobody has
 * closed is what it mostly is. `port` is the name of an output or of a probe, or any port as `vertex.port`.
 *
 * It may be asked of any engine at any moment and changes nothing; of a dataflow that has failed or was
 * cancelled it tells what was outstanding then. What is counted together for several ports, because
 * nobody asks about each of them, is given back to those that are known to hold it; where nobody is, it is
 * named at the first port that fits. An engine made with `{ explain: true }` counts at every port by itself.
 *
 * @throws {MeanderError} `MEANDER_PORT` when there is no such port.
 * @example
 * ```ts
 * import { dataflow, execute, formatWhy, why } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("counting", (root) => {
 *   const words = root.input<string>("words");
 *   return { words, counts: words.count().output("counts") };
 * });
 * await using run = execute(program);
 * run.handles.words.send(["to", "be"]);
 * await run.idle();
 * const [{ frontier, holders }] = why(run);
 * expect(frontier).toEqual([0]);
 * expect(holders.map(({ kind, vertex }) => [kind, vertex])).toEqual([
 *   ["input", "words"],
 *   ["notification", "count"],
 * ]);
 * expect(formatWhy(why(run, "counts"))).toBe(
 *   'counts is held at 0: input "words" is open at 0, close it or advance it ' +
 *     "(words → count → counts); 1 notification waits for that",
 * );
 * ```
 */
export function why(running: Stuck, port?: string): readonly WhyNot[] {
  const asked = port === undefined ? mainPorts(running) : [portNamed(running, port)];
  const { progress } = running.compiled;
  const all = outstandingIn(running);
  const frontiers = frontiersOf(progress, all);
  const ports = portPlaces(running.compiled);
  if (!running.tracker.isDead) running.tracker.memory?.measure();
  return asked.map(({ name, location }) => {
    const frontier = frontiers[location].elements.toSorted(compareTimes);
    if (frontier.length === 0) return { port: name, frontier, holders: [] };
    const paths = pathsTo(progress, location);
    const holders = all.flatMap((item) =>
      holdersOf(running, item, frontier, paths.get(item.location) ?? [], frontiers, ports)
    );
    return { port: name, frontier, holders: holders.sort(compareHolders) };
  });
}

/** What one outstanding thing has to do with each element of the frontier. */
function holdersOf(
  running: Stuck,
  item: Outstanding,
  frontier: readonly Time[],
  paths: readonly PathTo[],
  frontiers: readonly Antichain<Time>[],
  ports: readonly PortPlace[],
): Holder[] {
  const { compiled: { progress }, graph } = running;
  const results = paths.map(({ summary }) => summary.tryApply(item.time));
  return frontier.flatMap((result): Holder[] => {
    // Nothing results in less than an element of the frontier, so that "at or before" means "at".
    const at = results.findIndex((time) => time !== undefined && equalTimes(time, result));
    if (at < 0) return [];
    return [{
      kind: item.kind,
      time: item.time,
      location: progress.locations[item.location].name,
      vertex: graph.vertices[item.vertex].path,
      occurrences: item.occurrences,
      waitsFor: isWaiting(running, item, frontiers) ? item.request!.time : null,
      result,
      path: verticesOn(graph, ports, paths[at]),
      ...memoryOfHolder(running, item),
    }];
  });
}

/** As it was just measured. */
function memoryOfHolder({ actors }: Stuck, { vertex }: Outstanding): Pick<Holder, "memory"> {
  const { memory, isSuspended, isHeld } = actors[vertex];
  const isEmpty = memory === null || memory.now.equals(NOTHING);
  if (isEmpty && !isSuspended && !isHeld) return {};
  const figures = memory === null ? NOTHING : memory.now.copy();
  return { memory: { ...figures, isSuspended, isHeldBack: isHeld } };
}

/** Whether something may still come at the time that a notification is to tell the end of. */
function isWaiting(
  { compiled: { inputAt, outputAt } }: Stuck,
  { vertex, request }: Outstanding,
  frontiers: readonly Antichain<Time>[],
): boolean {
  if (request === null) return false;
  const { time, inputs } = request;
  const ports = inputs ?? Array.from(
    { length: outputAt[vertex] - inputAt[vertex] },
    (_unused, port) => port,
  );
  return ports.some((port) => frontiers[inputAt[vertex] + port].lessEqual(time));
}

/** Every vertex on the way as often as the way comes to it: a path enters a vertex at an input. */
function verticesOn(graph: Graph, ports: readonly PortPlace[], path: PathTo): string[] {
  const vertices: string[] = [];
  for (let step: PathTo | null = path; step !== null; step = step.next) {
    const { vertex, isTarget } = ports[step.location];
    if (step === path || isTarget) vertices.push(graph.vertices[vertex].path);
  }
  return vertices;
}

/** What only somebody outside can end comes first, what only waits for others last. */
function compareHolders(a: Holder, b: Holder): number {
  return compareTimes(a.result, b.result) || rankOf(a) - rankOf(b) ||
    compareTexts(a.location, b.location) ||
    // Times of one port have one depth.
    compareTimes(a.time, b.time);
}

function rankOf({ kind, waitsFor }: Holder): number {
  return waitsFor === null ? RANKS[kind] : Infinity;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mainPorts(running: Stuck): readonly Port[] {
  const outputs = outputsOf(running);
  return outputs.length > 0 ? outputs : probesOf(running);
}

function outputsOf({ graph, compiled: { inputAt } }: Stuck): Port[] {
  return graph.vertices.filter(({ kind }) => kind === "output")
    .map(({ id, name }) => ({ name, location: inputAt[id] }));
}

function probesOf({ graph, compiled: { outputAt } }: Stuck): Port[] {
  return graph.probes.map(({ name, vertex, output }) => ({
    name,
    location: outputAt[vertex] + output,
  }));
}

function portNamed(running: Stuck, wanted: string): Port {
  const main = [...outputsOf(running), ...probesOf(running)];
  const { locations } = running.compiled.progress;
  const found = main.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const location = locations.findIndex(({ name }) => name === wanted);
  if (location >= 0) return { name: wanted, location };
  throw new MeanderError(
    "MEANDER_PORT",
    `No output, probe or port "${wanted}" in dataflow "${running.name}": it has ` +
      `${main.map(({ name }) => `"${name}"`).join(", ") || "no output and no probe"}`,
    { where: running.name, hint: 'Name one of these, or a port as "vertex.port"' },
  );
}
