/**
 * Entries for mailboxes without vertices behind them, and an engine that does nothing but send.
 * @module
 */

import { Inlet, MESSAGE, RESUME, Route } from "../../actors/inlet.ts";
import type { Mailbox } from "../../actors/mailbox.ts";
import { Batch } from "../../operators/contract/batch.ts";
import type { OutputPort } from "../../operators/contract/output_port.ts";
import { Turn } from "../../operators/contract/turn.ts";

/** What waits in a mailbox. */
export type Entry = readonly [inlet: Inlet, payload: unknown];

/** One batch for some targets. */
export interface Send {
  readonly targets: readonly Inlet[];
  readonly batch: Batch;
}

/** An inlet that nobody is behind; `port` tells it from others in messages. */
export function inletOf(port: number, deferred = false): Inlet {
  return new Inlet(MESSAGE, null as never, port, deferred);
}

/** The continuation of a vertex that nobody is behind. */
export function resumeOf(port: number): Inlet {
  return new Inlet(RESUME, null as never, port);
}

/** A batch that is told from others by its one record. */
export function batchOf(record: unknown): Batch {
  return new Batch<unknown>(0, [record]);
}

/** A turn that sent these. */
export function turnOf(sends: readonly Send[]): Turn {
  const turn = new Turn();
  for (const { targets, batch } of sends) {
    const route = new Route();
    route.targets.push(...targets);
    turn.send({ route } as OutputPort, batch);
  }
  return turn;
}

/** The entries of a turn, batch by batch, each for its targets in order. */
export function entriesOf(sends: readonly Send[]): Entry[] {
  return sends.flatMap(({ targets, batch }) => targets.map((inlet): Entry => [inlet, batch]));
}

/** The next entry, however often the policy lets others go first; `null` when none waits. */
export function takeFrom(mailbox: Mailbox): Entry | null {
  while (mailbox.size > 0) if (mailbox.take()) return [mailbox.inlet, mailbox.payload];
  return null;
}

/** All entries that wait, in the order in which they are taken. */
export function drain(mailbox: Mailbox): Entry[] {
  const entries: Entry[] = [];
  for (let entry = takeFrom(mailbox); entry !== null; entry = takeFrom(mailbox)) {
    entries.push(entry);
  }
  return entries;
}

/** The records of the entries' batches; "resume" for a continuation. */
export function recordsIn(entries: readonly Entry[]): unknown[] {
  return entries.map(([, payload]) => payload instanceof Batch ? payload.rows()[0] : "resume");
}
