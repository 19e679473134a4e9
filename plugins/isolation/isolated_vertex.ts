/**
 * A vertex whose callbacks run in another process. The engine sees an ordinary instance; each of its callbacks is
 * told to the process, and what comes back is done in a callback of its own. From the one to the other the
 * engine holds the callback's right, so that nothing is complete that is still under way.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../../operators/contract/batch.ts";
import type { VertexContext } from "../../operators/contract/context.ts";
import { HELD, interestOf } from "../../operators/contract/context.ts";
import type { Capability, Handlers, Ports } from "../../operators/contract/definition.ts";
import { frameParts } from "../../batches/frame.ts";
import { plainValues } from "../../batches/plain_values.ts";
import { Reasons } from "../../operators/contract/reasons.ts";
import type { Kept } from "../../operators/contract/kept.ts";
import { type Call, CallLog } from "./call_log.ts";
import { Ledger, type Rights } from "./ledger.ts";
import {
  CLEAN_UP,
  CLOSE,
  encodeMessage,
  FAULT,
  FRONTIER,
  KEPT,
  type Message,
  NOTIFY,
  OPEN,
  RECEIVE,
  RESUME,
  SNAPSHOT,
  SNAPSHOT_TAKEN,
  TASK_TAKEN,
  TURN,
} from "./messages.ts";
import type { Opened, OpenMeta } from "./open_meta.ts";
import type { RecordCheck } from "./record_check.ts";
import { pluginFault } from "./plugin_fault.ts";
import { turnOf, type WholeTurn } from "./whole_turn.ts";
import { toleranceOf } from "../tolerant.ts";

/** What a vertex asks of those that look after its process. */
export interface Unit {
  /** `name@version`, for messages. */
  readonly plugin: string;
  /** After so many callbacks a snapshot is asked for. */
  readonly snapshotCalls: number;
  /** Its name within the process. */
  join(vertex: IsolatedVertex): number;
  send(message: Uint8Array): void;
  setDue(vertex: number, isDue: boolean): void;
  /** It broke a rule, or failed: the process is not used any further. */
  failed(vertex: IsolatedVertex): void;
  leave(vertex: IsolatedVertex): void;
}

/** As many callbacks, or bytes of records, as are under way before senders are held back. */
const MOST_CALLS = 64;
const MOST_BYTES = 1024 * 1024;
/** More turns in a row without records are not taken from one callback. */
const MOST_EMPTY = 1000;

/** See the module. */
export class IsolatedVertex {
  readonly id: number;
  readonly #context: VertexContext;
  readonly #unit: Unit;
  readonly #operator: string;
  readonly #checks: readonly RecordCheck[];
  readonly #ledger: Ledger;
  readonly #log: CallLog;
  readonly #seesFrontiers: boolean;
  readonly #seen: string[];
  #opened: Opened | null = null;
  #kept: Kept = { records: 0, bytes: 0 };
  #holdsItself = false;
  #isHolding = false;
  /** Whether a turn that nobody asked for waits to be taken. */
  #isTaskOut = false;
  #isOver = false;
  readonly #reasons = new Reasons("for other reasons");
  /** How many turns in a row had nothing in them and were not the last. */
  #empty = 0;

  /** Made by its operator's `create`. `checks` look at what comes out, by output. */
  constructor(
    context: VertexContext,
    unit: Unit,
    operator: string,
    checks: readonly RecordCheck[],
  ) {
    this.#context = context;
    this.#unit = unit;
    this.#operator = operator;
    this.#checks = checks;
    this.#ledger = new Ledger(context, (state, time) => this.#cleanUp(state, time));
    this.#seesFrontiers = interestOf(context.options.definition, context.config) !== "never";
    this.#seen = context.inputs.map(() => "");
    this.id = unit.join(this);
    const rights = this.#rights();
    const meta = this.#openMeta(rights);
    const reopen = (snapshot: Uint8Array) => encodeMessage(OPEN, this.id, meta, [snapshot]);
    this.#log = new CallLog(reopen, unit.snapshotCalls);
    this.#call(encodeMessage(OPEN, this.id, meta), rights);
  }

  /** The instance that the engine sees. */
  handlers(): Handlers<Ports> {
    const { inputs, options } = this.#context;
    const receive = (port: number) => (batch: Batch) => this.#receive(port, batch);
    const isAlways = interestOf(options.definition, this.#context.config) === "always";
    return {
      receive: Object.fromEntries(inputs.map((name, port) => [name, receive(port)])),
      notify: (time) => this.#notify(time),
      ...(isAlways ? { frontier: (input: string) => this.#frontier(input) } : {}),
      size: () => this.#size(),
      close: () => this.#close(),
    };
  }

  /** A message of the process for it. A throw ends the process. */
  take(message: Message): void {
    if (this.#isOver) return;
    switch (message.kind) {
      case TURN:
        return this.#turn(message);
      case SNAPSHOT_TAKEN:
        if (message.blobs.length !== 1) throw new Error("it told a snapshot that is none");
        this.#log.snapshotTaken(message.blobs[0].slice());
        return this.#tellDue();
      case KEPT: {
        const [records, bytes] = Array.isArray(message.meta) ? message.meta : [];
        if (!isCount(records) || !isCount(bytes)) throw new Error("it told counts that are none");
        this.#kept = { records, bytes };
        return;
      }
      case FAULT:
        return this.#fail(faultText(message.meta));
    }
  }

  /** Whether it can be brought back to where it was, after its process ended. */
  get canRepeat(): boolean {
    // Before it said what it is, nothing of it has been taken.
    return this.#opened === null || this.#log.isKept;
  }

  /** Its process was begun anew: it is told again what it needs to be where it was. */
  repeat(): void {
    if (this.#isOver) return;
    for (const message of this.#log.again()) this.#unit.send(message);
    this.#tellDue();
  }

  /** It fails, and its dataflow with it. */
  fail(why: string): void {
    this.#fail(why);
  }

  #receive(port: number, batch: Batch): void {
    const rights = this.#rights();
    const meta = [port, batch.time, this.#frontiers(), rights];
    const frame = frameParts(batch.data, batch.length, plainValues);
    this.#call(encodeMessage(RECEIVE, this.id, meta, [frame]), rights, batch.length);
  }

  #notify(time: Time): void {
    const rights = this.#rights();
    this.#ledger.delivered(time, rights);
    this.#call(encodeMessage(NOTIFY, this.id, [time, this.#frontiers(), rights]), rights);
  }

  #frontier(input: string): void {
    const port = this.#context.inputs.indexOf(input);
    this.#call(encodeMessage(FRONTIER, this.id, [port, this.#frontiers()]), this.#rights());
  }

  #cleanUp(state: number, time: Time): void {
    if (this.#isOver) return;
    const message = encodeMessage(CLEAN_UP, this.id, [state, time]);
    this.#log.told(message);
    this.#unit.send(message);
  }

  #call(message: Uint8Array<ArrayBuffer>, rights: Rights, records = 0): void {
    const call: Call = { rights, held: this.#holdAll(rights), bytes: message.length, records };
    this.#log.called(call, message);
    this.#unit.send(message);
    this.#tellDue();
    this.#holdSenders();
  }

  /** The callback's rights are the engine's until the answer has come. */
  #holdAll(rights: Rights): Capability[] {
    const { outputs } = this.#context;
    const byTime = new Map<Time, string[]>();
    for (const { index, name } of outputs) {
      const right = rights[index];
      if (right !== null) byTime.set(right, [...byTime.get(right) ?? [], name]);
    }
    return [...byTime].map(([time, names]) =>
      this.#context.retain(time, names.length === outputs.length ? undefined : names)
    );
  }

  #turn(message: Message): void {
    if (this.#log.isRepeating) {
      if (!this.#log.repeated(message.meta)) {
        throw new Error(`"${this.#context.name}" did something else when it was begun anew`);
      }
      return this.#tellDue();
    }
    const whole = turnOf(message, this.#checks);
    const isTask = whole.meta.t === 1;
    if (!isTask) this.#log.answered(message.metaBytes, whole.meta.m === 1);
    else if (this.#isTaskOut) throw new Error("it told a task's turn before its last was taken");
    this.#isTaskOut ||= isTask;
    if (whole.meta.o !== undefined) {
      this.#opened = whole.meta.o;
      this.#log.keeps(whole.meta.o);
    }
    if (isTask) this.#log.keepsNothing();
    this.#tellDue();
    this.#context.later(() => this.#apply(whole, isTask));
  }

  /** In a callback: does what the turn says, if it may. */
  #apply(whole: WholeTurn, isTask: boolean): void {
    if (this.#isOver) return;
    const { meta, data } = whole;
    const call = isTask ? null : this.#log.first;
    const refusal = this.#ledger.refusal(meta, call?.rights ?? []);
    if (refusal !== null) throw this.#fault(`what it sent is refused: ${refusal}`);
    this.#ledger.take(meta);
    meta.s?.forEach(([port, time], i) => this.#context.outputs[port].send(time, data[i]));
    for (const [records, reason] of meta.d ?? []) {
      this.#context.drop(records, this.#reasons.bounded(reason));
    }
    this.#empty = meta.m === 1 && meta.s === undefined ? this.#empty + 1 : 0;
    if (this.#empty > MOST_EMPTY) throw this.#fault("a callback goes on and on and sends nothing");
    if (meta.b !== undefined) this.#holdsItself = meta.b === 1;
    this.#ledger.settle(meta);
    if (isTask) this.#taskTaken(meta.m === 1);
    else if (meta.m === 1) this.#context.later(() => this.#resume());
    else this.#done();
    this.#holdSenders();
  }

  /** A task may go on, or the next one begin, when what it sent was carried downstream. */
  #taskTaken(more: boolean): void {
    this.#context.later(() => {
      this.#isTaskOut = false;
      if (!this.#isOver) this.#unit.send(encodeMessage(more ? RESUME : TASK_TAKEN, this.id, null));
    });
  }

  /** What it sent is carried downstream first. */
  #resume(): void {
    const message = encodeMessage(RESUME, this.id, null);
    this.#log.resumed(message);
    this.#unit.send(message);
    this.#tellDue();
  }

  #done(): void {
    const { held } = this.#log.done();
    for (const capability of held) capability.drop();
    if (!this.#log.wantsSnapshot) return;
    this.#log.snapshotAsked();
    this.#unit.send(encodeMessage(SNAPSHOT, this.id, null));
    this.#tellDue();
  }

  #holdSenders(): void {
    const { calls, bytes } = this.#log;
    const limit = this.#isHolding ? 0.5 : 1;
    const isFull = calls > MOST_CALLS * limit || bytes > MOST_BYTES * limit;
    const holds = isFull || this.#holdsItself;
    if (holds === this.#isHolding) return;
    this.#isHolding = holds;
    this.#context.holdBack(holds);
  }

  #tellDue(): void {
    this.#unit.setDue(this.id, this.#log.isDue);
  }

  #rights(): Rights {
    return this.#context.outputs.map(({ right }) => right);
  }

  /** What has moved since it was last told, by input. */
  #frontiers(): (readonly Time[] | null)[] {
    if (!this.#seesFrontiers) return [];
    return this.#context.inputs.map((name, input) => {
      const frontier = this.#context.frontier(name);
      const text = JSON.stringify(frontier);
      if (text === this.#seen[input]) return null;
      this.#seen[input] = text;
      return frontier;
    });
  }

  #openMeta(rights: Rights): OpenMeta {
    const context = this.#context;
    const { inputDepth, outputDepth, rootDepth, fixed = [], limits } = context.options;
    return {
      ...{ operator: this.#operator, config: context.config, name: context.name },
      ...{ inputDepth, outputDepth, rootDepth, fixed, worker: context.worker, rights },
      budget: limits.budget,
      capacity: limits.capacity,
      onError: toleranceOf(context.options.definition),
      connections: context.inputs.map((_name, input) =>
        context.outputs.map(({ index, name }) => name === HELD || context.reaches(input, index))
      ),
    };
  }

  #size(): Kept {
    const { records, bytes } = this.#log;
    return {
      records: this.#kept.records + records,
      bytes: bytes + this.#log.loggedBytes,
      waiting: records,
    };
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#unit.send(encodeMessage(CLOSE, this.id, null));
    this.#unit.leave(this);
  }

  /** In a callback of its own, so that the engine knows whose fault it is. */
  #fail(why: string): void {
    if (this.#isOver) return;
    this.#context.later(() => {
      throw this.#fault(why);
    });
  }

  #fault(why: string): Error {
    this.#unit.failed(this);
    return pluginFault(this.#context, this.#unit.plugin, this.#operator, why);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function faultText(meta: unknown): string {
  const { code, text } = (meta ?? {}) as { code?: unknown; text?: unknown };
  const said = typeof text === "string" ? text.slice(0, 2000) : "it failed and did not say why";
  return typeof code === "string" && /^MEANDER_\w{1,40}$/.test(code) ? `${code}  ${said}` : said;
}
