/**
 * A vertex in a plugin's process. It has the account that it would have in the engine, and what its callbacks
 * do is told to the engine, which has an account of its own and believes none of it.
 *
 * @module
 */
import { lessEqual, type Time } from "../../../progress/time.ts";
import { decodeFrame } from "../../../batches/frame.ts";
import { plainValues } from "../../../batches/plain_values.ts";
import { dataLength } from "../../../batches/data.ts";
import { Batch } from "../../../operators/contract/batch.ts";
import { VertexContext } from "../../../operators/contract/context.ts";
import type { Handlers, Ports, Progressed } from "../../../operators/contract/definition.ts";
import type { VertexHost, VertexOptions } from "../../../operators/contract/host.ts";
import { type Kept, keptBy } from "../../../operators/contract/kept.ts";
import { handlersOf } from "../../../operators/contract/transform.ts";
import { type CleanUp, Request } from "../../../operators/contract/turn.ts";
import type { BufferPool } from "../../../batches/pool.ts";
import { keepsNothing } from "../../tolerant.ts";
import { CLEAN_UP, FRONTIER, type Message, NOTIFY, RECEIVE, RESUME } from "../messages.ts";
import type { GuestTurn } from "./guest_turn.ts";

/** What a vertex asks of the process that it is in. */
export interface GuestSurroundings {
  readonly turn: GuestTurn;
  readonly pool: BufferPool;
  /** A task was put off: it runs when nothing else does. */
  readonly put: (vertex: GuestVertex, task: () => Progressed) => void;
  /** Something was staged outside of a callback. */
  readonly outside: (vertex: GuestVertex) => void;
}

/** What a vertex had when a snapshot was taken of it. */
interface Saved {
  readonly version: number;
  readonly state: unknown;
  readonly requests: readonly Request[];
  readonly rights: readonly Time[];
  readonly frontiers: readonly (readonly Time[])[];
}

/** One of them. */
export class GuestVertex implements VertexHost {
  readonly id: number;
  readonly options: VertexOptions;
  /** What it dropped in the callback that runs. */
  dropped: [records: number, reason: string][] = [];
  /** What it last said of its senders, when it said something in the callback that runs. */
  holdsBack: boolean | undefined;
  /** Whether its callback gave way. */
  isSuspended = false;
  readonly #context: VertexContext;
  readonly #handlers: Handlers<Ports>;
  readonly #around: GuestSurroundings;
  readonly #frontiers: (readonly Time[])[];
  readonly #states = new Map<CleanUp, number>();
  /** Of notifications, by their time as a text. */
  readonly #requests = new Map<string, Request[]>();
  #lent: readonly Time[] = [];
  /** What the callback that gave way was begun with. */
  #open: { readonly time: Time | null; readonly rights: Rights } = { time: null, rights: null };

  /** Makes the instance, with those rights at its outputs. The turn is the caller's to tell. */
  constructor(
    id: number,
    options: VertexOptions,
    rights: readonly (Time | null)[],
    around: GuestSurroundings,
  ) {
    this.id = id;
    this.options = options;
    this.#around = around;
    this.#context = new VertexContext(options, around.turn, around.pool, this);
    this.#frontiers = this.#context.inputs.map(() => []);
    this.#begin(null, rights);
    try {
      const instance = options.definition.create(this.#context as never);
      this.#handlers = handlersOf(instance, this.#context);
      this.isTransform = keepsNothing(instance);
      this.#context.end();
    } catch (error) {
      this.#context.abandon();
      throw error;
    }
  }

  /** Whether it keeps nothing between callbacks. */
  readonly isTransform: boolean;

  /** Whether a snapshot brings it back. */
  get canSnapshot(): boolean {
    return this.#handlers.snapshot !== undefined && this.#handlers.restore !== undefined;
  }

  /** What it keeps. */
  get kept(): Kept {
    return keptBy(this.#handlers, this.#context.states);
  }

  /** Runs the callback that a message stands for; true when it gave way. */
  take(message: Message): boolean {
    switch (message.kind) {
      case RECEIVE:
        return this.#receive(message);
      case NOTIFY:
        return this.#notify(message);
      case RESUME:
        return this.#run(this.#open.time, this.#open.rights, () => this.#required("resume")());
      case FRONTIER: {
        const [input, frontiers] = message.meta as [number, (Time[] | null)[]];
        this.#see(frontiers);
        const name = this.#context.inputs[input];
        return this.#run(null, null, () => this.#handlers.frontier?.(name));
      }
      case CLEAN_UP: {
        const [state, time] = message.meta as [number, Time];
        this.#cleanUp(state, time);
        return false;
      }
      default:
        throw new RangeError(`there is no message of kind ${message.kind}`);
    }
  }

  /** Runs a task, in a callback of its own. */
  runTask(task: () => Progressed): boolean {
    return this.#run(null, null, task);
  }

  /** What brings a fresh instance to where this one is. */
  snapshot(): Uint8Array {
    const saved: Saved = {
      version: this.options.definition.state?.version ?? 1,
      state: this.#handlers.snapshot?.(),
      requests: [...this.#requests.values()].flat().map((each) => ({ ...each })),
      rights: [...this.#context.held].map(({ time }) => time),
      frontiers: this.#frontiers,
    };
    return plainValues.encode([saved]);
  }

  /** Brings it to where another one was. */
  restore(bytes: Uint8Array, migrate?: (state: unknown, from: number) => unknown): void {
    const [saved] = plainValues.decode(bytes) as [Saved];
    const { version = 1 } = this.options.definition.state ?? {};
    if (saved.version !== version && migrate === undefined) {
      throw new TypeError(
        `its state is of version ${saved.version}, it has version ${version} and no migration`,
      );
    }
    const state = saved.version === version ? saved.state : migrate!(saved.state, saved.version);
    saved.frontiers.forEach((frontier, input) => this.#frontiers[input] = frontier);
    this.#lent = saved.rights;
    for (const { time, capability, inputs, outputs } of saved.requests) {
      this.#remember(new Request(time, capability, inputs, outputs, null));
    }
    this.#run(null, null, () => this.#handlers.restore?.(state));
    this.#lent = [];
  }

  /** It will not be called again. */
  close(): void {
    this.#context.over();
    this.#handlers.close?.();
  }

  /** Which state a request is to drop a prefix of. */
  stateOf({ cleanUp }: Request): number {
    const known = this.#states.get(cleanUp!);
    if (known !== undefined) return known;
    this.#states.set(cleanUp!, this.#states.size);
    return this.#states.size - 1;
  }

  /** What was told of the turn holds from now on. */
  committed(): void {
    const { turn } = this.#around;
    for (let i = 0; i < turn.requested; i++) {
      if (turn.requests[i].cleanUp === null) this.#remember(turn.requests[i]);
    }
    turn.taken();
    this.dropped = [];
    this.holdsBack = undefined;
  }

  isComplete(input: number, time: Time): boolean {
    return !this.#frontiers[input].some((element) => lessEqual(element, time));
  }

  frontier(input: number): readonly Time[] {
    return this.#frontiers[input];
  }

  requestCovers(output: number, time: Time): boolean {
    const { allows } = this.#context.outputs[output];
    if (this.#lent.some((lent) => allows(lent, time))) return true;
    for (const requests of this.#requests.values()) {
      const covers = requests.some(({ capability, outputs }) =>
        capability !== null && allows(capability, time) &&
        (outputs === null || outputs.includes(output))
      );
      if (covers) return true;
    }
    return false;
  }

  drop(records: number, reason: string): void {
    this.dropped.push([records, reason.slice(0, 1000)]);
  }

  later(task: () => Progressed): void {
    this.#around.put(this, task);
  }

  after(delayMs: number, task: () => Progressed): () => void {
    const timer = setTimeout(() => this.later(task), delayMs);
    return () => clearTimeout(timer);
  }

  holdBack(isHeld: boolean): void {
    this.holdsBack = isHeld;
  }

  commitOutside(): void {
    this.#around.outside(this);
  }

  #receive({ meta, blobs }: Message): boolean {
    const [port, time, frontiers, rights] = meta as [number, Time, (Time[] | null)[], Rights];
    this.#see(frontiers);
    const data = decodeFrame(blobs[0], plainValues);
    const batch = new Batch(time, data, dataLength(data));
    const name = this.#context.inputs[port];
    return this.#run(time, rights, () => this.#handlers.receive[name](batch as never));
  }

  #notify({ meta }: Message): boolean {
    const [time, frontiers, rights] = meta as [Time, (Time[] | null)[], Rights];
    this.#see(frontiers);
    const more = this.#run(time, rights, () => this.#required("notify")(time));
    // It keeps its right until the callback has returned.
    const at = String(time);
    const left = this.#requests.get(at)?.slice(1) ?? [];
    if (left.length > 0) this.#requests.set(at, left);
    else this.#requests.delete(at);
    return more;
  }

  /** Asking twice for the same is asking once. */
  #remember(request: Request): void {
    const at = String(request.time);
    const same = this.#requests.get(at) ?? [];
    const form = formOf(request);
    if (same.some((each) => formOf(each) === form)) return;
    this.#requests.set(at, [...same, request]);
  }

  #cleanUp(state: number, time: Time): void {
    for (const [cleanUp, id] of this.#states) if (id === state) cleanUp.drop(time);
  }

  #see(frontiers: readonly (readonly Time[] | null)[]): void {
    frontiers.forEach((frontier, input) => {
      if (frontier !== null) this.#frontiers[input] = frontier;
    });
  }

  #begin(time: Time | null, rights: Rights): void {
    const context = this.#context;
    this.#around.turn.owner = context;
    context.time = time;
    for (const port of context.outputs) {
      port.right = rights?.[port.index] ?? null;
      port.emitted = 0;
    }
  }

  #run(time: Time | null, rights: Rights, callback: () => Progressed): boolean {
    this.#begin(time, rights);
    try {
      const more = callback();
      this.#context.end();
      if (more === true) this.#open = { time, rights };
      return more === true;
    } catch (error) {
      this.#context.abandon();
      throw error;
    }
  }

  #required<K extends "notify" | "resume">(name: K): NonNullable<Handlers<Ports>[K]> {
    const handler = this.#handlers[name];
    if (handler !== undefined) return handler;
    throw new TypeError(`it needs a ${name} callback and has none`);
  }
}

/** By output; `null` for none at all. */
type Rights = readonly (Time | null)[] | null;

function formOf({ capability, inputs, outputs }: Request): string {
  return `${capability}|${inputs}|${outputs}`;
}
