/**
 * A dataflow one step at a time, with words for what happened.
 *
 * @module
 */
import { formatTime } from "../../progress/time.ts";
import { FEED, FRONTIER, type Inlet, MESSAGE, NOTIFY, RESUME, TASK } from "../../actors/inlet.ts";
import type { Batch } from "../../operators/contract/batch.ts";
import type { Request } from "../../operators/contract/turn.ts";
import type { Engine } from "../engine.ts";
import { type Explainable, type PointstampRow, pointstamps } from "./explain.ts";

/** What one step did, and what is outstanding after it. */
export interface Step {
  /** One line: which message or notification was delivered, or that the tracker had its turn. */
  readonly caption: string;
  /** The active pointstamps after the step. */
  readonly rows: readonly PointstampRow[];
}

/** Something that waits in a mailbox, or to be let into one. */
type Entry = readonly [inlet: Inlet, payload: unknown];

/**
 * Runs the engine step by step until there is nothing to do, and tells what each step did. Between two
 * steps records can be sent and epochs ended. Use it with a `ManualClock`, or without waiting in
 * between: with the real clock the engine runs on as soon as the event loop has a turn.
 *
 * @throws {MeanderError} `MEANDER_EXPLAIN` unless the engine was made with `{ explain: true }`.
 * @example
 * ```ts
 * import { dataflow, Engine, ManualClock, steps } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("counting", (root) => {
 *   const words = root.input<string>("words");
 *   return { words, counts: words.count().output("counts") };
 * });
 * const engine = new Engine({ explain: true, clock: new ManualClock() });
 * const run = engine.install(program);
 * run.handles.words.send(["to", "be"]);
 * run.handles.words.close();
 * expect(Array.from(steps(engine, run), (step) => step.caption)).toEqual([
 *   "The tracker has its turn",
 *   "A message at 0 is delivered to count.in",
 *   "The tracker has its turn; count may be notified at 0",
 *   "A notification at 0 is delivered to count",
 *   "A message at 0 is delivered to counts.in",
 *   "The tracker has its turn",
 * ]);
 * ```
 */
export function* steps(engine: Engine, running: Explainable): Generator<Step, void> {
  let rows = pointstamps(running);
  for (;;) {
    const before = waiting(engine);
    const entries = engine.worker.entries;
    if (!engine.step()) return;
    const after = waiting(engine);
    const next = pointstamps(running);
    yield {
      caption: engine.worker.entries === entries
        ? trackerTurn(difference(after, before))
        : delivery(difference(before, after)[0], difference(after, before), rows, next),
      rows: next,
    };
    // Somebody may have sent records before asking for the next step.
    rows = pointstamps(running);
  }
}

function waiting({ worker }: Engine): Entry[] {
  const entries: Entry[] = [];
  worker.forEachWaiting((inlet, payload) => {
    // What a handle sends shows by the message that is outstanding no more.
    if (inlet.kind !== FEED) entries.push([inlet, payload]);
  });
  return entries;
}

/** The entries of `all` that are not in `others`, each as often as it is there more often. */
function difference(all: readonly Entry[], others: readonly Entry[]): Entry[] {
  const rest = [...others];
  return all.filter(([inlet, payload]) => {
    const at = rest.findIndex((other) => other[0] === inlet && other[1] === payload);
    if (at < 0) return true;
    rest.splice(at, 1);
    return false;
  });
}

function trackerTurn(posted: readonly Entry[]): string {
  const due = new Map<string, string[]>();
  for (const [{ kind, actor }, payload] of posted) {
    if (kind !== NOTIFY || (payload as Request).cleanUp !== null) continue;
    const times = due.get(actor.context.name) ?? [];
    due.set(actor.context.name, [...times, formatTime((payload as Request).time)]);
  }
  const parts = Array.from(
    due,
    ([name, times]) => `; ${name} may be notified at ${times.join(" and ")}`,
  );
  return `The tracker has its turn${parts.join("")}`;
}

function delivery(
  taken: Entry | undefined,
  posted: readonly Entry[],
  before: readonly PointstampRow[],
  after: readonly PointstampRow[],
): string {
  const waysGiven = posted.filter(([{ kind }]) => kind === RESUME);
  const rest = waysGiven.length === 0 ? "" : ", which gives way to what is downstream";
  if (taken === undefined) return admission(before, after) + rest;
  const [inlet, payload] = taken;
  const { name, inputs } = inlet.actor.context;
  const port = `${name}.${inputs[inlet.port]}`;
  if (inlet.kind === MESSAGE) {
    return `A message at ${formatTime((payload as Batch).time)} is delivered to ${port}${rest}`;
  }
  if (inlet.kind === FRONTIER) return `${port} hears that its frontier has moved${rest}`;
  if (inlet.kind === TASK) return `${name} does a task that it was given${rest}`;
  if (inlet.kind === RESUME) return `${name} goes on where it gave way`;
  const { time, cleanUp } = payload as Request;
  return cleanUp === null
    ? `A notification at ${formatTime(time)} is delivered to ${name}${rest}`
    : `${name} drops its state up to ${formatTime(time)}`;
}

/**
 * What was delivered although it did not wait, or waits again: a batch that a handle sent, which shows by the
 * message that is outstanding no more; or else the rest of the work of a vertex that has put it back.
 */
function admission(
  before: readonly PointstampRow[],
  after: readonly PointstampRow[],
): string {
  const gone = before.find((row) =>
    row.kind === "message" && occurrencesOf(after, row) < row.occurrences
  );
  if (gone === undefined) return "A vertex goes on, and gives way again";
  return `A message at ${formatTime(gone.time)} is delivered to ${gone.location}`;
}

function occurrencesOf(rows: readonly PointstampRow[], wanted: PointstampRow): number {
  const found = rows.find(({ location, time }) =>
    location === wanted.location && formatTime(time) === formatTime(wanted.time)
  );
  return found?.occurrences ?? 0;
}
