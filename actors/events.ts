/**
 * What an engine says of itself: plain records, one for each thing that happens.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import type { MemoryFigures } from "./memory_figures.ts";

/** What can be asked for. */
export type EventKind =
  | "operates"
  | "channels"
  | "messages"
  | "schedule"
  | "progress"
  | "park"
  | "dropped"
  | "shutdown"
  | "memory";

/** All kinds, in the order of their bits in a mask. */
export const EVENT_KINDS: readonly EventKind[] = Object.freeze([
  "operates",
  "channels",
  "messages",
  "schedule",
  "progress",
  "park",
  "dropped",
  "shutdown",
  "memory",
]);

/** Kinds as the bits of one number. */
export function maskOf(kinds: readonly EventKind[]): number {
  return kinds.reduce((mask, kind) => mask | (1 << EVENT_KINDS.indexOf(kind)), 0);
}

/** What every event says. */
export interface EventOrigin {
  /** On which worker it happened, from 0. */
  readonly worker: number;
  /** When, in milliseconds of the clock of the engine's first worker. */
  readonly at: number;
}

/** What every event of a dataflow says. */
export interface DataflowOrigin extends EventOrigin {
  /** The dataflow's name. */
  readonly dataflow: string;
  /** Its number, which no other dataflow of the engine ever has. */
  readonly run: number;
}

/** What every event of a vertex says. */
export interface VertexOrigin extends DataflowOrigin {
  /** The vertex's number in the graph. */
  readonly vertex: number;
  /** Its path, unique in the graph. */
  readonly path: string;
}

/** There is a vertex. Said once, by the first worker. */
export interface OperatesEvent extends VertexOrigin {
  readonly kind: "operates";
  /** As `name@version`. */
  readonly operator: string;
  /** What part it plays. */
  readonly role: "operator" | "ingress" | "egress" | "feedback" | "input" | "output";
  /** The path of its scope; empty for the root. */
  readonly scope: string;
  /** Which plugin its operator is of, and the SHA-256 of its bytes; left out where nobody said. */
  readonly origin?: {
    readonly plugin: string;
    readonly version: string;
    readonly sha256?: string;
  };
}

/** There is an edge. Said once, by the first worker. */
export interface ChannelsEvent extends DataflowOrigin {
  readonly kind: "channels";
  /** The edge's number in the graph. */
  readonly channel: number;
  /** The vertex that sends, by number and path. */
  readonly source: number;
  /** See `source`. */
  readonly from: string;
  /** The output that it sends from. */
  readonly output: string;
  /** The vertex that receives, by number and path. */
  readonly target: number;
  /** See `target`. */
  readonly to: string;
  /** The input that it receives at. */
  readonly input: string;
  /** How records are spread over workers: `pipeline`, `exchange`, `broadcast`, … */
  readonly pact: string;
}

/** A batch went onto an edge, and counts as a message from now on. */
export interface SentEvent extends VertexOrigin {
  readonly kind: "messages";
  readonly action: "sent";
  /** The output. */
  readonly port: string;
  /** The edge's number in the graph. */
  readonly channel: number;
  /** To which worker it goes. */
  readonly toWorker: number;
  /** How many records it has. */
  readonly records: number;
  /** Their time. */
  readonly time: Time;
}

/** A batch was taken. Several edges may lead to one input, so that it does not say from which it came. */
export interface ReceivedEvent extends VertexOrigin {
  readonly kind: "messages";
  readonly action: "received";
  /** The input. */
  readonly port: string;
  /** How many records it has. */
  readonly records: number;
  /** Their time. */
  readonly time: Time;
}

/**
 * What a slice was: a batch for an input (`receive`), a notification, going on where it gave way (`resume`),
 * news of a frontier, something that it had put off (`task`), an input's batch coming in (`feed`), or what
 * was sent outside of any callback, such as while the vertex was made (`outside`).
 */
export type Callback =
  | "receive"
  | "notify"
  | "resume"
  | "frontier"
  | "task"
  | "feed"
  | "outside";

/** A vertex has run. Slices of one worker never overlap. */
export interface ScheduleEvent extends VertexOrigin {
  readonly kind: "schedule";
  readonly callback: Callback;
  /** How long it took, in milliseconds; `at` is its end. */
  readonly ms: number;
  /** How many records it was given. */
  readonly received: number;
  /** How many records it sent at all its outputs, each counted once, whoever reads them. */
  readonly sent: number;
  /** In how many batches. */
  readonly batches: number;
  /** Whether it gave way and will be resumed. */
  readonly more: boolean;
}

/** A worker's changes went to the tracker. */
export interface AppliedEvent extends DataflowOrigin {
  readonly kind: "progress";
  /** `applied` by the tracker, or `reported` to it by a worker that has none. */
  readonly action: "applied" | "reported";
  /** How many changes of counts it were. */
  readonly changes: number;
}

/** The frontier at a port moved, as that worker knows it. Only of ports that somebody asks about. */
export interface FrontierEvent extends VertexOrigin {
  readonly kind: "progress";
  readonly action: "frontier";
  readonly port: string;
  readonly side: "input" | "output";
  /** The minimal times that may still come; empty when nothing can. */
  readonly frontier: readonly Time[];
}

/** A worker has nothing to do for dataflows that are observed (`park`), or has again (`unpark`), in turn. */
export interface ParkEvent extends EventOrigin {
  readonly kind: "park";
  readonly action: "park" | "unpark";
}

/** An operator dropped records and said why. */
export interface DroppedEvent extends VertexOrigin {
  readonly kind: "dropped";
  readonly records: number;
  readonly reason: string;
}

/**
 * What waits for a vertex and what it keeps on that worker is not what it was when somebody last looked. The
 * engine looks now and then, see `memoryOf`; what a dataflow had when it ended is let go without an event.
 */
export interface MemoryEvent extends VertexOrigin, MemoryFigures {
  readonly kind: "memory";
  /** Whether it gave way and waits for its next slice. */
  readonly isSuspended: boolean;
  /** Whether it is stopped, because a vertex downstream or another worker cannot take more. */
  readonly isHeldBack: boolean;
}

/** A dataflow has ended, on all workers: its last event. */
export interface ShutdownEvent extends DataflowOrigin {
  readonly kind: "shutdown";
  readonly status: "completed" | "failed" | "cancelled";
  /** Why, unless it is complete. */
  readonly error: string | null;
}

/** Anything that an engine says of itself. */
export type EngineEvent =
  | OperatesEvent
  | ChannelsEvent
  | SentEvent
  | ReceivedEvent
  | ScheduleEvent
  | AppliedEvent
  | FrontierEvent
  | ParkEvent
  | DroppedEvent
  | ShutdownEvent
  | MemoryEvent;
