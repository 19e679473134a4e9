/**
 * What is outstanding in a running dataflow, as Naiad counts it: the view to learn the model by.
 *
 * @module
 */
import { compareTimes, formatTime, type Time } from "../../progress/time.ts";
import {
  type MinimalSummaries,
  minimalSummaries,
  type Pointstamp,
} from "../../progress/reachability.ts";
import { MeanderError } from "../../operators/contract/fault.ts";
import type { CompiledGraph } from "../compile.ts";
import type { Running } from "../running.ts";
import { countsBySlot } from "./counts.ts";

/** What an explanation reads of a running dataflow. */
export type Explainable = Pick<Running, "name" | "compiled" | "tracker">;

/** An active pointstamp: a time at a port where something is outstanding. */
export interface PointstampRow {
  /** The time. */
  readonly time: Time;
  /** The port, as `vertex.port`. */
  readonly location: string;
  /** Messages wait at an input; rights to send are held at an output. */
  readonly kind: "message" | "capability";
  /** How many such things are outstanding. */
  readonly occurrences: number;
  /** How many other active pointstamps could result in this one. */
  readonly precursors: number;
  /** Whether nothing could result in it any more, so that what waits for it may go ahead. */
  readonly isInFrontier: boolean;
}

/** The paths of a graph do not change, and finding them takes longer than a look at the counts. */
const pathsOf = new WeakMap<CompiledGraph, MinimalSummaries>();

/**
 * The active pointstamps of a dataflow, earlier times first, with Naiad's occurrence and precursor
 * counts (Murray et al., SOSP 2013, section 2.3).
 *
 * What vertices have done since the tracker's last turn waits in its mailbox as changes of counts. The
 * rows are the tracker's counts with these changes added, so they are the truth after every step; the
 * tracker itself learns of them in its own turn, as always, and is not touched. Within a callback,
 * what that callback consumes still counts, and what it sends does not count yet.
 *
 * @throws {MeanderError} `MEANDER_EXPLAIN` when ports were merged: make the engine with
 * `{ explain: true }`.
 * @example
 * ```ts
 * import { dataflow, Engine, ManualClock, pointstamps } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("evens", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { numbers, evens: numbers.filter((n) => n % 2 === 0).output("evens") };
 * });
 * const engine = new Engine({ explain: true, clock: new ManualClock() });
 * const run = engine.install(program);
 * run.handles.numbers.send([1, 2]);
 * // The input may still send at 0, which could result in another message at 0 for the filter.
 * expect(pointstamps(run).map((p) => [p.location, p.occurrences, p.precursors])).toEqual([
 *   ["numbers.out", 1, 0],
 *   ["filter.in", 1, 1],
 * ]);
 * ```
 */
export function pointstamps(running: Explainable): readonly PointstampRow[] {
  requireUnmerged(running);
  const { compiled } = running;
  const active = outstanding(running);
  const paths = pathsOf.get(compiled) ?? minimalSummaries(compiled.progress);
  pathsOf.set(compiled, paths);
  const targets = targetsOf(compiled);
  return active.map((stamp): PointstampRow => {
    const { time, location, count } = stamp;
    const precursors = active.filter((other) =>
      other !== stamp && paths.couldResultIn(other, time, location)
    ).length;
    return {
      time,
      location: compiled.progress.locations[location].name,
      kind: targets.has(location) ? "message" : "capability",
      occurrences: count,
      precursors,
      isInFrontier: precursors === 0,
    };
  });
}

/**
 * Pointstamps as a table for people, without a final line end.
 *
 * @example
 * ```ts
 * import { formatTable } from "meander";
 * import { expect } from "vitest";
 *
 * const table = formatTable([
 *   {
 *     time: [0, 1], location: "loop/B.in", kind: "message",
 *     occurrences: 1, precursors: 0, isInFrontier: true,
 *   },
 * ]);
 * expect(table.split("\n")).toEqual([
 *   "time   location   kind     occurrences  precursors  frontier",
 *   "[0,1]  loop/B.in  message            1           0  yes",
 * ]);
 * ```
 */
export function formatTable(rows: readonly PointstampRow[]): string {
  if (rows.length === 0) return "(nothing is outstanding)";
  const lines = [
    ["time", "location", "kind", "occurrences", "precursors", "frontier"],
    ...rows.map((row) => [
      formatTime(row.time),
      row.location,
      row.kind,
      String(row.occurrences),
      String(row.precursors),
      row.isInFrontier ? "yes" : "no",
    ]),
  ];
  const widths = lines[0].map((_title, column) =>
    Math.max(...lines.map((cells) => cells[column].length))
  );
  return lines.map((cells) =>
    cells.map((cell, column) =>
      // Counts stand at the right of their column, words at the left.
      column === 3 || column === 4 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
    ).join("  ").trimEnd()
  ).join("\n");
}

/** Counts per port exist only where no port was merged into the next one. */
function requireUnmerged({ name, compiled }: Explainable): void {
  const { plan, progress } = compiled;
  if (plan.slots.length === progress.locations.length) return;
  throw new MeanderError(
    "MEANDER_EXPLAIN",
    `Cannot list the pointstamps of dataflow "${name}": ${progress.locations.length} ports are ` +
      `counted in ${plan.slots.length} places`,
    { where: name, hint: "Make the engine with { explain: true }" },
  );
}

/** The tracker's counts plus the changes it has not applied, those above 0, earlier times first. */
function outstanding(running: Explainable): (Pointstamp & { count: number })[] {
  const { slots } = running.compiled.plan;
  return countsBySlot(running).flatMap((byTime, slot) =>
    Array.from(byTime, ([time, count]) => ({
      time,
      location: slots[slot].location,
      count,
    }))
  ).sort((a, b) => compareTimes(a.time, b.time) || a.location - b.location);
}

/** The locations that are inputs. Those of one vertex follow each other, and its outputs follow them. */
function targetsOf({ inputAt, outputAt }: CompiledGraph): Set<number> {
  return new Set(
    inputAt.flatMap((first, vertex) =>
      Array.from({ length: outputAt[vertex] - first }, (_unused, port) => first + port)
    ),
  );
}
