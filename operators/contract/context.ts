/**
 * The account of one vertex: which rights it holds, what its callback does, what it asked for. Whoever
 * runs the vertex (the engine, or the test kit) begins a callback here, and commits or discards its turn.
 *
 * @module
 */
import { checkTime, formatTime, lessEqual, minimumTime, type Time } from "../../progress/time.ts";
import type { BufferPool } from "../../batches/pool.ts";
import { HeldCapability } from "./capability.ts";
import type {
  AnyOperator,
  Capability,
  FrontierInterest,
  NotifyOptions,
  OperatorContext,
  Place,
  Ports,
} from "./definition.ts";
import { MeanderError, reasonOf, show } from "./fault.ts";
import type { VertexHost, VertexOptions } from "./host.ts";
import { OutputPort, type PortOwner } from "./output_port.ts";
import {
  noCallback,
  noDelay,
  noHoldBack,
  noInterest,
  noPort,
  noRight,
  nothingToRetain,
  rightBefore,
} from "./refusals.ts";
import { prefixLength, State, type StateOptions } from "./state.ts";
import { Request, type Turn } from "./turn.ts";

const ALONE: Place = Object.freeze({ index: 0, count: 1 });

/** The place at which a vertex without outputs holds times open. */
export const HELD = "held";

/** The interest of an operator under a configuration. */
export function interestOf(definition: AnyOperator, config: unknown): FrontierInterest {
  const interest = definition.interest ?? "never";
  return typeof interest === "function" ? interest(config) : interest;
}

/** See the module. */
export class VertexContext implements OperatorContext<unknown, Ports>, PortOwner {
  readonly config: unknown;
  readonly name: string;
  readonly site: { toString(): string } | undefined;
  readonly pool: BufferPool;
  readonly worker: Place;
  readonly out: Record<string, OutputPort>;
  /** The outputs by index. */
  readonly outputs: readonly OutputPort[];
  /** The names of the inputs by index. */
  readonly inputs: readonly string[];
  /** Capabilities not dropped yet. */
  readonly held: Set<HeldCapability> = new Set();
  /** What was made by `state`; `null` as long as nothing was. */
  states: State<unknown>[] | null = null;
  /** The time of the callback that runs; `null` for one that has none. */
  time: Time | null = null;
  readonly turn: Turn;
  readonly host: VertexHost;
  readonly options: VertexOptions;
  readonly #interest: FrontierInterest;
  readonly #identity: readonly boolean[];
  #abort: AbortController | null = null;
  #over = false;

  /** Opens the account. */
  constructor(options: VertexOptions, turn: Turn, pool: BufferPool, host: VertexHost) {
    this.options = options;
    this.config = options.config;
    this.name = options.name;
    this.site = options.site;
    this.pool = pool;
    this.worker = options.worker ?? ALONE;
    this.turn = turn;
    this.host = host;
    this.#interest = interestOf(options.definition, options.config);
    this.inputs = Object.keys(options.definition.inputs);
    const names = Object.keys(options.definition.outputs);
    // A vertex without outputs has one that nobody sees: what it retains or asks for counts there.
    const ports = names.length > 0 ? names : [HELD];
    this.outputs = ports.map((name, index) =>
      new OutputPort(name, index, options.outputDepth, this, turn, pool, options)
    );
    this.out = Object.fromEntries(names.map((name, index) => [name, this.outputs[index]]));
    this.#identity = options.connections.map((row) => row.every((summary) => summary === null));
  }

  /** Whether what arrives at the input can result at the output. */
  reaches(input: number, output: number): boolean {
    return this.options.connections[input]?.[output] !== undefined;
  }

  /** Begins a callback for a batch: its time, moved through each port pair's summary, is the right. */
  beginReceive(input: number, time: Time): void {
    this.turn.owner = this;
    this.time = time;
    const outputs = this.outputs;
    if (this.#identity[input]) {
      for (let i = 0; i < outputs.length; i++) {
        outputs[i].right = time;
        outputs[i].emitted = 0;
      }
      return;
    }
    const row = this.options.connections[input];
    for (let i = 0; i < outputs.length; i++) {
      const summary = row[i];
      outputs[i].right = summary === undefined
        ? null
        : summary === null
        ? time
        : summary.apply(time);
      outputs[i].emitted = 0;
    }
  }

  /** Begins a callback for a request (or, with `null`, one without any right of its own). */
  beginRequest(request: Request | null): void {
    this.turn.owner = this;
    const outputs = this.outputs;
    this.time = request === null ? null : request.time;
    for (let i = 0; i < outputs.length; i++) {
      outputs[i].emitted = 0;
      outputs[i].right = request === null || request.capability === null ||
          (request.outputs !== null && !request.outputs.includes(i))
        ? null
        : request.capability;
    }
  }

  /** Ends a callback, and its rights with it: what `push` collected becomes part of the turn. */
  end(): void {
    const outputs = this.outputs;
    for (let i = 0; i < outputs.length; i++) {
      outputs[i].flush();
      outputs[i].right = null;
    }
    this.turn.owner = null;
  }

  /** Ends a callback that threw: nothing of the turn stands. */
  abandon(): void {
    for (const port of this.outputs) {
      port.discard();
      port.right = null;
    }
    this.turn.discard();
    this.turn.owner = null;
  }

  /** For whoever runs the vertex: it will not run again, and what it started outside may stop. */
  over(): void {
    this.#over = true;
    this.#abort?.abort();
  }

  /** Whether it will not run again. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Whether a capability is held that allows `time`, or a time before it. */
  holdsUpTo(time: Time): boolean {
    for (const capability of this.held) if (lessEqual(capability.time, time)) return true;
    return false;
  }

  /**
   * Begins the making of an instance. No input would ever give it a right at an output that none reaches, so
   * that it has one there at the least time. Of a vertex with inputs only the first worker's shard has, or
   * each would have to be known to the tracker before anything runs.
   */
  beginCreate(): void {
    this.turn.owner = this;
    if (this.inputs.length > 0 && this.worker.index > 0) return;
    this.outputs.forEach((port, output) => {
      if (this.inputs.some((_name, input) => this.reaches(input, output))) return;
      port.right = minimumTime(port.depth);
    });
  }

  /** For messages: the time of the callback that runs. */
  get when(): string {
    return this.time === null ? "" : ` at time ${formatTime(this.time)}`;
  }

  // Operators take these apart (`create: ({ out, notifyAt }) => …`), so they must not need `this`. Most
  // use one or two of them: each is made when it is asked for.

  get notifyAt(): OperatorContext<unknown, Ports>["notifyAt"] {
    return (time, options) => this.#notifyAt(time, options);
  }

  get retain(): OperatorContext<unknown, Ports>["retain"] {
    return (time, outputs) => this.#retain(time, outputs);
  }

  get isComplete(): OperatorContext<unknown, Ports>["isComplete"] {
    return (input, time) => {
      this.#requireInterest("read a frontier");
      return this.host.isComplete(this.#inputNamed(input), time);
    };
  }

  get frontier(): OperatorContext<unknown, Ports>["frontier"] {
    return (input) => {
      this.#requireInterest("read a frontier");
      return this.host.frontier(this.#inputNamed(input));
    };
  }

  get state(): OperatorContext<unknown, Ports>["state"] {
    return (options) => this.#state(options);
  }

  get later(): OperatorContext<unknown, Ports>["later"] {
    return (task) => this.host.later(task);
  }

  get after(): OperatorContext<unknown, Ports>["after"] {
    return (delayMs, task) => {
      if (!Number.isFinite(delayMs) || delayMs < 0) throw noDelay(this.name, delayMs);
      return this.host.after(delayMs, task);
    };
  }

  get holdBack(): OperatorContext<unknown, Ports>["holdBack"] {
    return (isHeld) => {
      if (this.options.definition.holdsBack !== true) throw noHoldBack(this.name);
      this.host.holdBack(isHeld);
    };
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#over) this.#abort.abort();
    return this.#abort.signal;
  }

  get blame(): OperatorContext<unknown, Ports>["blame"] {
    return (error, record) => this.#blame(error, record);
  }

  get drop(): OperatorContext<unknown, Ports>["drop"] {
    return (records, reason) => this.host.drop(records, reason);
  }

  #notifyAt(time: Time, options?: NotifyOptions): void {
    this.#requireInterest("ask for a notification");
    this.#requireCallback("ask for a notification");
    const outputs = this.outputs;
    if (options === undefined) {
      // The common case: a right at the time itself on every output.
      let ask = time;
      for (let i = 0; i < outputs.length; i++) {
        if (time === null || time !== outputs[i].right) {
          ask = this.#requireRight(outputs[i], time, "notification");
        }
      }
      this.turn.request(new Request(ask, ask, null, null, null));
      return;
    }
    this.#notifyWith(time, options);
  }

  #retain(time?: Time, outputs?: readonly string[]): Capability {
    const ports = this.#outputsNamed(outputs);
    const at = time ?? ports[0]?.right ?? null;
    if (at === null) {
      throw nothingToRetain(this.name, ports[0]?.name);
    }
    let checked = at;
    for (const port of ports) checked = this.#requireRight(port, at, "capability");
    return new HeldCapability(this, ports, checked);
  }

  #state<S>(options: StateOptions<S>): State<S> {
    const { inputDepth, rootDepth } = this.options;
    const length = prefixLength(options.per ?? "time", inputDepth, rootDepth);
    if (length > 0) this.#requireInterest(`keep state per ${options.per ?? "time"}`);
    const made = new State(options.create, length, inputDepth, (request) => {
      this.#requireCallback("make a state");
      this.turn.request(request);
    });
    (this.states ??= []).push(made as State<unknown>);
    return made;
  }

  #blame(error: unknown, record: unknown): Error {
    // The engine's own error about this vertex says more; one from elsewhere does not say where it was met.
    if (MeanderError.is(error) && error.where === this.name) return error;
    const site = this.site === undefined ? "" : ` (written at ${this.site})`;
    // An expression says itself what it cannot do.
    if (MeanderError.is(error) && error.code === "MEANDER_EXPRESSION") {
      return new MeanderError(
        "MEANDER_EXPRESSION",
        `${reasonOf(error)}, in "${this.name}"${site}${this.when} on record ${show(record)}`,
        {
          where: this.name,
          cause: error,
          hint: "Filter such records out before",
        },
      );
    }
    return new MeanderError(
      "MEANDER_USER_FUNCTION",
      `The function of "${this.name}"${site} threw${this.when} on record ` +
        `${show(record)}: ${show(error)}`,
      {
        where: this.name,
        cause: error,
        hint: "Mend the function, or filter such records out before",
      },
    );
  }

  holdsRight(port: OutputPort, time: Time): boolean {
    // What is staged outside of a callback nobody commits, or somebody else does.
    if (this.turn.owner !== this) return false;
    for (const capability of this.held) if (capability.covers(port, time)) return true;
    return this.host.requestCovers(port.index, time);
  }

  describeRights(port: OutputPort): string {
    if (this.turn.owner !== this) return "no right outside of its callbacks";
    const times = [...this.held].filter((held) => held.ports.includes(port)).map((held) =>
      held.time
    );
    if (port.right !== null) times.unshift(port.right);
    if (times.length === 0) return "no right";
    return times.map((time) => `${formatTime(time)} or later`).join(", ");
  }

  #notifyWith(time: Time, options: NotifyOptions): void {
    const guarantee = checkTime(time, this.options.inputDepth);
    const inputs = portSet(
      options.inputs?.map((name) => this.#inputNamed(name)),
      this.inputs.length,
    );
    const ports = this.#outputsNamed(options.outputs);
    const named = options.outputs === undefined ? undefined : ports.map((port) => port.index);
    const indices = portSet(named, this.outputs.length);
    if (options.capability === "none") {
      this.turn.request(new Request(guarantee, null, inputs, indices, null));
      return;
    }
    let right = options.capability ?? guarantee;
    for (const port of ports) right = this.#requireRight(port, right, "notification");
    if (!lessEqual(guarantee, right) && this.options.inputDepth === this.options.outputDepth) {
      throw rightBefore(this.name, guarantee, right);
    }
    this.turn.request(new Request(guarantee, right, inputs, indices, null));
  }

  /** The normalised time, when the callback or a capability covers it at the port. */
  #requireRight(port: OutputPort, time: Time, what: string): Time {
    const checked = checkTime(time, port.depth);
    if (port.right !== null && port.allows(port.right, checked)) return checked;
    if (this.holdsRight(port, checked)) return checked;
    throw noRight(this.name, what, checked, port.name, this.describeRights(port) + port.whyFixed);
  }

  #requireCallback(what: string): void {
    if (this.turn.owner !== this) throw noCallback(this.name, what);
  }

  #requireInterest(what: string): void {
    if (this.#interest === "never") throw noInterest(this.name, what);
  }

  #inputNamed(name: string): number {
    const index = this.inputs.indexOf(name);
    if (index < 0) throw noPort(this.name, "input", name, this.inputs);
    return index;
  }

  #outputsNamed(names: readonly string[] | undefined): readonly OutputPort[] {
    if (names === undefined) return this.outputs;
    return names.map((name) => {
      const port = Object.hasOwn(this.out, name) ? this.out[name] : undefined;
      if (port === undefined) throw noPort(this.name, "output", name, Object.keys(this.out));
      return port;
    });
  }
}

/** Ports by index in their one form: in order, each once, `null` for all; so that equal requests merge. */
function portSet(ports: readonly number[] | undefined, all: number): readonly number[] | null {
  if (ports === undefined) return null;
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  return sorted.length === all ? null : sorted;
}
