/**
 * What one callback of a vertex does, collected until it is committed as a whole or discarded as a whole.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Batch } from "./batch.ts";
import type { OutputPort } from "./output_port.ts";
import type { VertexContext } from "./context.ts";

/** A prefix whose state is to be dropped once it is complete. */
export interface CleanUp {
  /** Drops the state of the prefix of `time`. */
  drop(time: Time): void;
}

/**
 * A request for a notification, or for dropping state. Its time is a guarantee and no pointstamp; what it
 * holds back is its capability. The two are apart in Naiad (SOSP 2013, section 2.4) as well.
 */
export class Request {
  /** Delivered once this is complete. Coordinates may be infinite: "everything with this prefix". */
  readonly time: Time;
  /** The right kept on the outputs until the delivery has returned, or `null`. */
  readonly capability: Time | null;
  /** Indices of the inputs that must be complete, or `null` for all. */
  readonly inputs: readonly number[] | null;
  /** Indices of the outputs on which the right is kept, or `null` for all. */
  readonly outputs: readonly number[] | null;
  /** State to drop; `null` for a notification. */
  readonly cleanUp: CleanUp | null;
  /** What held it back when somebody last looked: an element of a frontier, and the place of that. */
  blocker: Time | null = null;
  /** See `blocker`. */
  blockedAt = -1;

  /** A request is plain data; the vertex's own account checks rights before it makes one. */
  constructor(
    time: Time,
    capability: Time | null,
    inputs: readonly number[] | null,
    outputs: readonly number[] | null,
    cleanUp: CleanUp | null,
  ) {
    this.time = time;
    this.capability = capability;
    this.inputs = inputs;
    this.outputs = outputs;
    this.cleanUp = cleanUp;
  }
}

/**
 * The staging area of the callback that runs. There is one for each thread, because callbacks never
 * nest. Arrays keep their length and counters say what is in use: emptying hot arrays is slow.
 *
 * Invariant: between two callbacks every counter is 0.
 */
export class Turn {
  /** How many of `ports` and `batches` are in use. */
  sends = 0;
  /** The output of each send. */
  readonly ports: OutputPort[] = [];
  /** The batch of each send. */
  readonly batches: Batch[] = [];
  /** How many of the `hold…` arrays are in use. */
  holds = 0;
  /** The output at which each capability count changes. */
  readonly holdPorts: OutputPort[] = [];
  /** The time of each changed capability count. */
  readonly holdTimes: Time[] = [];
  /** By how much it changes. */
  readonly holdDeltas: number[] = [];
  /** How many of `requests` are in use. */
  requested = 0;
  /** The requests made. */
  readonly requests: Request[] = [];
  /** Whose callback runs; `null` between callbacks. */
  owner: VertexContext | null = null;

  /** Stages a batch. */
  send(port: OutputPort, batch: Batch): void {
    const at = this.sends++;
    this.ports[at] = port;
    this.batches[at] = batch;
  }

  /** Stages a change of a capability count. */
  hold(port: OutputPort, time: Time, delta: number): void {
    const at = this.holds++;
    this.holdPorts[at] = port;
    this.holdTimes[at] = time;
    this.holdDeltas[at] = delta;
  }

  /** Stages a request. */
  request(request: Request): void {
    this.requests[this.requested++] = request;
  }

  /**
   * Puts what is staged aside, for work that is done in the middle of a callback and has turns of its own,
   * such as making the vertices of another dataflow. What it returns brings everything back.
   */
  aside(): () => void {
    const { owner, sends, holds, requested } = this;
    const lists: [list: unknown[], used: number][] = [
      [this.ports, sends],
      [this.batches, sends],
      [this.holdPorts, holds],
      [this.holdTimes, holds],
      [this.holdDeltas, holds],
      [this.requests, requested],
    ];
    const kept = lists.map(([list, used]) => list.slice(0, used));
    this.owner = null;
    this.sends = this.holds = this.requested = 0;
    return () => {
      kept.forEach((items, i) => items.forEach((item, at) => lists[i][0][at] = item));
      Object.assign(this, { owner, sends, holds, requested });
    };
  }

  /** Between callbacks: lets go of what was staged last. */
  scrub(): void {
    for (const list of [this.ports, this.batches, this.holdPorts, this.requests]) list.length = 0;
  }

  /** Forgets what was staged, and gives pooled buffers back. */
  discard(): void {
    for (let i = 0; i < this.sends; i++) this.batches[i].release();
    this.sends = 0;
    this.holds = 0;
    this.requested = 0;
  }
}
