/**
 * Where a mailbox entry goes: one input of one vertex, or one of its control entries.
 *
 * @module
 */
import type { Summary } from "../progress/summary.ts";
import type { Batch } from "../operators/contract/batch.ts";
import type { Progressed } from "../operators/contract/definition.ts";
import type { Chain } from "./chain.ts";
import type { Lane } from "./ranked_lane.ts";
import type { VertexActor } from "./vertex_actor.ts";

/** A batch for an input port. */
export const MESSAGE = 0;
/** A request whose time is complete. */
export const NOTIFY = 1;
/** A vertex goes on where its output budget had stopped it. */
export const RESUME = 2;
/** An input's frontier moved, for vertices that always want to know. */
export const FRONTIER = 3;

/** What the vertex itself put off, such as the result of I/O. */
export const TASK = 4;
/** A batch that an input's handle sent, to be spread over the workers from here. */
export const FEED = 5;

/** An edge whose records may go to other workers. */
export interface Spreading {
  /** Where it leads on this worker. */
  readonly inlet: Inlet;
  /** Takes a batch in a turn of its sender; what it makes counts from now on. */
  take(batch: Batch): void;
}

/** Edges that spread records have no use for the batch afterwards. */
export function spread(batch: Batch, edges: readonly Spreading[]): void {
  for (const edge of edges) edge.take(batch);
  batch.release();
}

/** One kind of entry, so that the scheduler's loop meets one shape of object only. */
export class Inlet {
  /** MESSAGE, NOTIFY, RESUME, FRONTIER, TASK or FEED. */
  readonly kind: number;
  /** Whose mailbox it is. */
  readonly actor: VertexActor;
  /** Index of the input port, for MESSAGE and FRONTIER. */
  readonly port: number;
  /** Whether messages wait until all other work is done, so that older times go first (feedback). */
  readonly deferred: boolean;
  /**
   * Whether what its vertex has brought about itself comes back here. Nobody ever waits for anybody along an
   * edge into it; without these edges those on a worker make no cycle.
   */
  readonly isReturn: boolean;
  /** Where the tracker counts messages that are under way to this input. */
  slot = -1;
  /** How a message's time is moved before it is counted; `null` for the identity. */
  summary: Summary | null = null;
  /** For MESSAGE to a vertex that keeps nothing: the vertices that are run in one turn from here. */
  chain: Chain | null = null;
  /** The operator's callback, for MESSAGE. */
  handler: ((batch: Batch<never>) => Progressed) | null = null;
  /** Where its entries wait in a dataflow with a priority; `null` before the first of them. */
  lane: Lane | null = null;
  /** Where those of them wait that come from outside. */
  outsideLane: Lane | null = null;

  /** Made with its vertex. */
  constructor(
    kind: number,
    actor: VertexActor,
    port: number,
    deferred = false,
    comesBack = false,
  ) {
    this.kind = kind;
    this.actor = actor;
    this.port = port;
    this.deferred = deferred;
    this.isReturn = deferred || comesBack;
  }
}

/** An entry that was taken while its vertex was held back. */
export interface HeldEntry {
  /** In which order entries were taken, over all vertices of the worker. */
  readonly order: number;
  readonly inlet: Inlet;
  readonly payload: unknown;
}

/** The entries of vertices that are held back no more, the last one that was taken first. */
export function lastFirst(actors: readonly VertexActor[]): HeldEntry[] {
  const entries: HeldEntry[] = [];
  for (const actor of actors) actor.unhold(entries);
  return entries.sort((a, b) => b.order - a.order);
}

/** Where an output leads. */
export class Route {
  /** Every input on this worker that gets what is sent. */
  readonly targets: Inlet[] = [];
  /** Edges to inputs whose shards on other workers get a part of it; `null` where there are none. */
  spreading: Spreading[] | null = null;
  /** Where the tracker counts capabilities at this output. */
  slot = -1;
  /** How a capability's time is moved before it is counted; `null` for the identity. */
  summary: Summary | null = null;
}

/** A batch that nobody will read gives its buffer back. */
export function releasePayload(inlet: Inlet, payload: unknown): void {
  if (inlet.kind === MESSAGE) (payload as Batch).release();
}
