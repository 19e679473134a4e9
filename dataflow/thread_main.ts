/**
 * What a thread of an engine runs: one worker, with its shards of the dataflows that it is told to make.
 *
 * @module
 */
import { systemClock } from "../actors/clock.ts";
import { Observer } from "../actors/observer.ts";
import { Worker } from "../actors/worker.ts";
import { Link } from "../actors/workers/link.ts";
import { Listener } from "../actors/workers/listener.ts";
import { readNote, writeNote } from "../actors/workers/messages.ts";
import {
  holdLock,
  onMessage,
  reportFaults,
  say,
  threadStart,
} from "../actors/workers/thread_port.ts";
import { ThreadTransport } from "../actors/workers/thread_transport.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { noteOf } from "./fault_note.ts";
import { NO_DATAFLOW } from "./neighbours.ts";
import { ObservedShards } from "./observed_shards.ts";
import { type Origin, remake } from "./origin.ts";
import { planHash, planLines } from "./plan_text.ts";
import { Dataflow, type Ports } from "./program.ts";
import { ShardThere, type ThereOptions, type Unmade } from "./shard_there.ts";
import type { EventNote, Made, MakeOrder, ThreadSettings } from "./thread_neighbours.ts";
import { workerOptions } from "./worker_options.ts";

const start = threadStart();
if (start !== null) {
  const settings = start.settings as ThreadSettings;
  const transport = new ThreadTransport(start.network, start.index);
  const link = new Link(transport, settings.looks, () => transport.beat());
  const worker = new Worker(workerOptions({ ...settings, clock: systemClock }, start.index));
  worker.join(link);
  const shards = observedShards(worker, link, start.index, settings.timeOrigin);
  reportFaults(() => transport.ended());
  onMessage(
    systemClock,
    (order) => void make(order as MakeOrder, { worker, link, shards, ...settings }),
  );
  await holdLock();
  say({ kind: "ready" });
  await new Listener(worker, link, transport).listen();
}

/** Tells the first worker of events, as far as that asks for them. */
function observedShards(
  worker: Worker,
  link: Link,
  index: number,
  timeOrigin: number,
): ObservedShards {
  // Every thread counts time from its own beginning.
  const shift = performance.timeOrigin - timeOrigin;
  const observer = new Observer({
    worker: index,
    now: () => systemClock.now() + shift,
    hand(events) {
      if (events.length === 0) return;
      writeNote(link.out, NO_DATAFLOW, { events } satisfies EventNote);
      link.send(0);
    },
    full: () => worker.hearEvents(),
  });
  const shards = new ObservedShards(worker, observer);
  link.attach(NO_DATAFLOW, {
    received(frame) {
      const note = readNote(frame) as EventNote;
      if ("ask" in note) shards.ask(note.ask, note.observed);
    },
  });
  return shards;
}

/** What the shards of a thread are made with. */
type Here = Omit<ThereOptions, "dataflow" | "observed">;

/** Makes a shard, or says why that cannot be. */
async function make(
  order: MakeOrder,
  { worker, link, limits, chains, shards }: Here,
): Promise<void> {
  const { dataflow, origin, watching, observed, hash } = order;
  let plan: readonly string[] | undefined = undefined;
  try {
    const program = await remake<Dataflow<Ports>>(origin, await import(origin.module), isDataflow);
    const compiled = program.compiled(watching, link.workers);
    const lines = planLines(program.graph, compiled);
    if (planHash(lines) !== hash) {
      plan = lines;
      throw new Error("another plan");
    }
    const here = { worker, link, limits, chains, shards };
    new ShardThere(program.graph, compiled, { ...here, dataflow, observed });
    say({ kind: "said", what: { made: dataflow } satisfies Made });
  } catch (error) {
    // As a frame, which also reaches a first worker that works here and now.
    const unmade: Unmade = {
      fault: noteOf(named(error, origin)),
      ...(plan === undefined ? {} : { plan }),
    };
    writeNote(link.out, dataflow, { unmade });
    link.send(0);
    link.detach(dataflow);
  }
}

/** What the user's module threw says nothing of where it was called from. */
function named(error: unknown, { name, module }: Origin): unknown {
  if (MeanderError.is(error)) return error;
  return new MeanderError(
    "MEANDER_ORIGIN",
    `Cannot make dataflow "${name}" on another worker, from ${module}: ${show(error)}`,
    { where: name, cause: error },
  );
}

function isDataflow(value: unknown): value is Dataflow<Ports> {
  return value instanceof Dataflow;
}
