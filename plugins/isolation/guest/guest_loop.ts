/**
 * What a plugin's process does: it takes messages in order, runs the callbacks that they stand for, and tells
 * what came of each before it takes the next.
 *
 * @module
 */
import { BufferPool } from "../../../batches/pool.ts";
import { MeanderError, reasonOf, show } from "../../../operators/contract/fault.ts";
import type { Progressed } from "../../../operators/contract/definition.ts";
import {
  CLEAN_UP,
  CLOSE,
  CLOSED,
  encodeMessage,
  FAULT,
  KEPT,
  type Message,
  OPEN,
  PING,
  PONG,
  RESUME,
  SNAPSHOT,
  SNAPSHOT_TAKEN,
  TASK_TAKEN,
  TURN,
} from "../messages.ts";
import { metaHash } from "../meta_hash.ts";
import type { OpenMeta } from "../open_meta.ts";
import type { PluginDefinition } from "../../manifest/define_plugin.ts";
import { GuestTurn, turnMessages } from "./guest_turn.ts";
import { GuestVertex } from "./guest_vertex.ts";
import { optionsOf } from "./guest_options.ts";

/** The two pipes. */
export interface GuestPipes {
  /** Written when the process would wait, at the latest. */
  write(message: Uint8Array<ArrayBuffer>): void;
  /** Whether `wait` can be called now. */
  readonly canWait: boolean;
  /** The next message, waiting for it without a turn of the event loop. */
  wait(): Message;
}

/** A vertex, and what it has before it. */
interface Seat {
  readonly vertex: GuestVertex;
  /** Turns of the last callback that the engine has not asked for yet. */
  untold: Uint8Array<ArrayBuffer>[];
  /** Whether the callback itself has more to do after those. */
  more: boolean;
  /** Whether the callback that has not ended is a task. */
  inTask: boolean;
  /** Whether a turn of a task was told that the engine has not taken. */
  isTaskOut: boolean;
  tasks: (() => Progressed)[];
  /** Messages that came while a callback had not ended. */
  queue: Message[];
  turns: number;
}

/** Turns after which the engine is told how much is kept. */
const KEPT_EVERY = 32;

/** The vertices of one plugin in one process. */
export class GuestLoop {
  readonly #plugin: PluginDefinition;
  readonly #pipes: GuestPipes;
  readonly #turn = new GuestTurn();
  readonly #pool = new BufferPool();
  readonly #seats = new Map<number, Seat>();
  /** Those with tasks. */
  readonly #busy = new Set<Seat>();
  /** Messages that came while a callback waited in its middle. */
  readonly #backlog: Message[] = [];
  /** The callback that runs, and whether the engine knows what comes of it already. */
  #running: { readonly seat: Seat; readonly isRepeated: boolean; readonly isTask: boolean } | null =
    null;

  /** For that plugin. */
  constructor(plugin: PluginDefinition, pipes: GuestPipes) {
    this.#plugin = plugin;
    this.#pipes = pipes;
    this.#turn.overflow = () => this.#overflow();
  }

  /** Takes a message, and those that had to wait because of it. */
  take(message: Message): void {
    this.#take(message);
    for (let next = this.#backlog.shift(); next !== undefined; next = this.#backlog.shift()) {
      this.#take(next);
    }
  }

  /** Runs the tasks that may run now; true when any did. */
  runTasks(): boolean {
    let ran = false;
    for (const seat of [...this.#busy]) {
      if (isOpen(seat) || seat.isTaskOut) continue;
      const task = seat.tasks.shift();
      if (seat.tasks.length === 0) this.#busy.delete(seat);
      if (task === undefined) continue;
      ran = true;
      this.#callback(seat, false, true, () => seat.vertex.runTask(task));
      this.#drain(seat);
    }
    return ran;
  }

  #take(message: Message): void {
    if (message.kind === PING) return this.#pipes.write(encodeMessage(PONG, 0, null));
    if (message.kind === OPEN) return this.#open(message);
    const seat = this.#seats.get(message.vertex);
    // Of a vertex that failed or was closed: what was under way then.
    if (seat === undefined) return;
    if (message.kind === TASK_TAKEN) {
      seat.isTaskOut = false;
      return;
    }
    if (message.kind === RESUME) this.#resume(seat, message);
    else if (isOpen(seat)) seat.queue.push(owned(message));
    else this.#handle(seat, message);
    this.#drain(seat);
  }

  #drain(seat: Seat): void {
    while (!isOpen(seat) && seat.queue.length > 0) this.#handle(seat, seat.queue.shift()!);
  }

  #handle(seat: Seat, message: Message): void {
    const { vertex } = seat;
    switch (message.kind) {
      case SNAPSHOT:
        return this.#guarded(seat, () => {
          this.#pipes.write(encodeMessage(SNAPSHOT_TAKEN, vertex.id, null, [vertex.snapshot()]));
        });
      case CLOSE:
        return this.#guarded(seat, () => {
          this.#forget(seat);
          vertex.close();
          this.#pipes.write(encodeMessage(CLOSED, vertex.id, null));
        });
      case CLEAN_UP:
        return this.#guarded(seat, () => vertex.take(message));
      default:
        this.#callback(seat, message.isRepeated, false, () => vertex.take(message));
    }
  }

  #open({ vertex: id, meta, blobs, isRepeated }: Message): void {
    const open = meta as OpenMeta;
    // What it puts off while it is made.
    const tasks: (() => Progressed)[] = [];
    try {
      const operator = this.#plugin.operators.find(({ name }) => name === open.operator);
      if (operator === undefined) {
        throw new TypeError(`the plugin has no operator ${open.operator}`);
      }
      const vertex = new GuestVertex(id, optionsOf(operator, open), open.rights, {
        turn: this.#turn,
        pool: this.#pool,
        put: (its, task) => {
          if (!this.#put(its, task)) tasks.push(task);
        },
        outside: (its) => this.#outside(its),
      });
      const seat = {
        ...{
          vertex,
          untold: [],
          more: false,
          inTask: false,
          isTaskOut: false,
          tasks,
          queue: [],
          turns: 0,
        },
      };
      this.#seats.set(id, seat);
      if (tasks.length > 0) this.#busy.add(seat);
      if (blobs.length > 0) {
        // The rights that it retains again are those that it had: the engine knows them.
        this.#turn.taken();
        vertex.restore(blobs[0], this.#plugin.migrate?.[open.operator]);
      }
      this.#told(seat, false, isRepeated, false, {
        o: { snapshots: vertex.canSnapshot, transform: vertex.isTransform },
      });
    } catch (error) {
      this.#fault(id, error);
    }
  }

  #resume(seat: Seat, { isRepeated }: Message): void {
    const next = seat.untold.shift();
    if (next !== undefined) return this.#tell(next, isRepeated);
    if (seat.more) {
      this.#callback(seat, isRepeated, seat.inTask, () => {
        return seat.vertex.take({ ...EMPTY, kind: RESUME, vertex: seat.vertex.id });
      });
    }
  }

  #callback(seat: Seat, isRepeated: boolean, isTask: boolean, run: () => boolean): void {
    this.#guarded(seat, () => {
      this.#running = { seat, isRepeated, isTask };
      const more = run();
      const isSilent = this.#running.isRepeated;
      this.#running = null;
      this.#told(seat, more, isSilent, isTask);
    });
  }

  #told(seat: Seat, more: boolean, isRepeated: boolean, isTask: boolean, extra = {}): void {
    const { vertex } = seat;
    const [first, ...others] = turnMessages(this.#turn, {
      ...{ vertex: vertex.id, more, isTask, extra },
      stateOf: (request) => vertex.stateOf(request),
      dropped: vertex.dropped,
      holdsBack: vertex.holdsBack,
    });
    vertex.committed();
    seat.untold = others;
    seat.more = more;
    seat.inTask = isTask;
    if (isTask) seat.isTaskOut = true;
    this.#tell(first, isRepeated);
    if (seat.turns++ % KEPT_EVERY !== KEPT_EVERY - 1) return;
    const { records, bytes = 0 } = vertex.kept;
    this.#pipes.write(encodeMessage(KEPT, vertex.id, [records, bytes]));
  }

  /** What the engine has taken before it only compares. */
  #tell(message: Uint8Array<ArrayBuffer>, isRepeated: boolean): void {
    if (!isRepeated) return this.#pipes.write(message);
    const vertex = new DataView(message.buffer).getUint32(8, true);
    this.#pipes.write(encodeMessage(TURN, vertex, { x: metaHash(metaOf(message)) }));
  }

  /** Tells what a callback has staged so far, and waits until the engine wants more of it. */
  #overflow(): void {
    const running = this.#running;
    // While it is made or restored it cannot wait, and neither can a task that runs between two readings.
    if (running === null || running.isTask || !this.#pipes.canWait) return;
    const { seat } = running;
    const owner = this.#turn.owner;
    this.#told(seat, true, running.isRepeated, false);
    for (;;) {
      const message = this.#pipes.wait();
      if (message.kind === PING) this.#pipes.write(encodeMessage(PONG, 0, null));
      else if (message.kind !== RESUME || message.vertex !== seat.vertex.id) {
        this.#backlog.push(owned(message));
      } else if (seat.untold.length > 0) this.#tell(seat.untold.shift()!, message.isRepeated);
      else {
        this.#running = { ...running, isRepeated: message.isRepeated };
        break;
      }
    }
    seat.more = false;
    this.#turn.owner = owner;
  }

  #put(vertex: GuestVertex, task: () => Progressed): boolean {
    const seat = this.#seats.get(vertex.id);
    if (seat === undefined) return false;
    seat.tasks.push(task);
    this.#busy.add(seat);
    this.wake();
    return true;
  }

  /** Replaced by whoever has an event loop that may be asleep. */
  wake: () => void = () => {};

  /** A capability that was dropped by a timer, say: a turn of its own. */
  #outside(vertex: GuestVertex): void {
    const seat = this.#seats.get(vertex.id);
    if (seat !== undefined) this.#put(vertex, () => {});
  }

  #guarded(seat: Seat, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#running = null;
      this.#turn.discard();
      this.#forget(seat);
      this.#fault(seat.vertex.id, error);
    }
  }

  #forget(seat: Seat): void {
    this.#seats.delete(seat.vertex.id);
    this.#busy.delete(seat);
  }

  #fault(vertex: number, error: unknown): void {
    const code = MeanderError.is(error) ? error.code : "";
    const text = code === "" ? show(error, 2000) : reasonOf(error).slice(0, 2000);
    this.#pipes.write(encodeMessage(FAULT, vertex, { code, text }));
  }
}

const EMPTY = { isRepeated: false, metaBytes: new Uint8Array(0), meta: null, blobs: [] };

/** Whether its callback has not ended: nothing else of it may run. */
function isOpen({ more, untold }: Seat): boolean {
  return more || untold.length > 0;
}

/** With bytes of its own: those that came are overwritten by what comes next. */
function owned(message: Message): Message {
  return { ...message, blobs: message.blobs.map((blob) => blob.slice()) };
}

function metaOf(message: Uint8Array<ArrayBuffer>): Uint8Array {
  const view = new DataView(message.buffer);
  const count = view.getUint32(4, true) >>> 8;
  const at = 16 + 4 * count;
  return message.subarray(at, at + view.getUint32(12, true));
}
