/**
 * Runs one operator without an engine: a test says what arrives and what is complete, and sees what the
 * operator sends, asks for and holds.
 *
 * @module
 */
import { type Data, isData } from "../../batches/data.ts";
import { BufferPool } from "../../batches/pool.ts";
import {
  checkTime,
  compareTimes,
  formatTime,
  lessEqual,
  minimumTime,
  type Time,
} from "../../progress/time.ts";
import { Batch } from "../contract/batch.ts";
import { deepFreeze } from "../contract/freeze.ts";
import { VertexContext } from "../contract/context.ts";
import type { VertexHost } from "../contract/host.ts";
import type {
  Handlers,
  OperatorDefinition,
  Ports,
  Progressed,
  RecordOf,
} from "../contract/definition.ts";
import { MeanderError, show } from "../contract/fault.ts";
import { limitsFor } from "../contract/limits.ts";
import { sizedFor } from "../contract/sized.ts";
import { type Kept, keptBy } from "../contract/kept.ts";
import { handlersOf } from "../contract/transform.ts";
import { type Request, Turn } from "../contract/turn.ts";
import { checkedConfig, tableOf } from "./config.ts";
import { TestTimers } from "./timers.ts";

/** The surroundings of the operator under test. */
export interface OperatorTestOptions {
  /** Batches an output may emit before the operator has to give way; 8 by default. */
  readonly budget?: number | undefined;
  /** Records a batch collects; 1024 by default. */
  readonly capacity?: number | undefined;
  /** Coordinates of the times at the inputs; 1 by default. */
  readonly depth?: number | undefined;
  /** Coordinates of the root's times, for state `per: "epoch"`; 1 by default. */
  readonly rootDepth?: number | undefined;
}

/** A batch that the operator sent. */
export interface SentBatch<T = unknown> {
  readonly time: Time;
  readonly records: readonly T[];
}

/** What an operator is in the middle of: its own state, and what an engine would save beside it. */
export interface SavedOperator {
  readonly state: unknown;
  readonly frontiers: readonly (readonly Time[])[];
  readonly requests: readonly Request[];
  /** The times at which it had a right to send, which it may retain again while it is restored. */
  readonly rights: readonly Time[];
}

/**
 * One vertex in a test's hands.
 *
 * @example
 * ```ts
 * import { coreOperators } from "meander/testing";
 * import { OperatorTest } from "meander/testing";
 * import { expect } from "vitest";
 *
 * const test = new OperatorTest(coreOperators.count, {});
 * test.send("in", 0, ["a", "b"]);
 * test.send("in", 1, ["c"]);
 * expect(test.sent("out")).toEqual([]);
 * test.advance("in", [1]);
 * expect(test.batches("out")).toEqual([{ time: 0, records: [2] }]);
 * test.finish();
 * expect(test.sent("out")).toEqual([2, 1]);
 * ```
 */
export class OperatorTest<Config, In extends Ports, Out extends Ports, Given = Config>
  implements VertexHost {
  /** How many callbacks and continuations ran so far. */
  slices = 0;
  /** Notifications delivered so far, in order. */
  readonly notified: Time[] = [];
  /** Records dropped, by reason. */
  readonly dropped: Map<string, number> = new Map();
  /** Whether it has stopped those who send to it. */
  isHoldingBack = false;
  readonly #turn = new Turn();
  readonly #context: VertexContext;
  readonly #handlers: Handlers<Ports>;
  readonly #frontiers: (readonly Time[])[];
  readonly #sent: SentBatch[][];
  readonly #depth: number;
  #requests: Request[] = [];
  #tasks: (() => Progressed)[] = [];
  readonly #timers = new TestTimers();
  // Rights that are there while a state is restored.
  #lent: readonly Time[] = [];

  /** Makes one instance. A configuration that does not fit is an error. */
  constructor(
    definition: OperatorDefinition<Config, In, Out, Given>,
    config: Given,
    options: OperatorTestOptions = {},
  ) {
    const { budget = 8, capacity = 1024, depth = 1, rootDepth = 1 } = options;
    this.#depth = depth;
    const checked = checkedConfig(definition, config);
    const sized = sizedFor(definition, checked);
    const connections = tableOf(sized, checked);
    const outputDepth = connections.flat().find((summary) => summary)?.targetDepth ?? depth;
    this.#context = new VertexContext(
      {
        definition: sized,
        config: checked,
        name: definition.name,
        inputDepth: depth,
        outputDepth,
        rootDepth,
        connections,
        limits: limitsFor(sized, checked, null, { budget, capacity }),
      },
      this.#turn,
      new BufferPool({ poison: true }),
      this,
    );
    this.#frontiers = this.#context.inputs.map(() => [minimumTime(depth)]);
    this.#sent = this.#context.outputs.map(() => []);
    this.#context.beginCreate();
    this.#handlers = handlersOf(definition.create(this.#context as never), this.#context);
    this.#context.end();
    this.#commit();
  }

  /** A batch arrives, and is worked off completely. It may not come at a time that is complete. */
  send<K extends string & keyof In>(input: K, time: Time, records: Data<RecordOf<In[K]>>): void {
    const port = this.#inputIndex(input);
    if (!isData(records)) {
      throw new MeanderError(
        "MEANDER_TEST",
        `Cannot deliver ${show(records)} to "${input}": it takes an array of records or a column`,
      );
    }
    checkTime(time, this.#depth);
    if (this.isComplete(port, time)) {
      throw new MeanderError(
        "MEANDER_TEST",
        `Cannot deliver at ${formatTime(time)} to "${input}": ` +
          `the test has declared that time complete`,
      );
    }
    const batch = new Batch(time, deepFreeze(records) as Data<unknown>);
    this.#work(
      () => this.#context.beginReceive(port, time),
      () => this.#handlers.receive[input](batch),
    );
    this.#deliverDue();
  }

  /** The input's frontier moves to these times, an empty list closes it. What is due is delivered. */
  advance(input: string & keyof In, frontier: readonly Time[]): void {
    const port = this.#inputIndex(input);
    if (!Array.isArray(frontier)) {
      throw new MeanderError(
        "MEANDER_TEST",
        `Cannot move the frontier of "${input}" to ${show(frontier)}: it takes a list of times`,
      );
    }
    for (const time of frontier) checkTime(time, this.#depth);
    const back = frontier.find((time) => this.isComplete(port, time));
    if (back !== undefined) {
      throw new MeanderError(
        "MEANDER_TEST",
        `Cannot move the frontier of "${input}" to ` +
          `${formatTime(back)}: that time is complete already`,
      );
    }
    this.#frontiers[port] = frontier;
    const callback = this.#handlers.frontier;
    if (callback !== undefined) {
      this.#work(() => this.#context.beginRequest(null), () => callback(input));
    }
    this.#deliverDue();
  }

  /** Closes all inputs and delivers everything. Errors when the operator still holds a capability. */
  finish(): void {
    for (const input of this.#context.inputs) {
      if (this.#frontiers[this.#inputIndex(input)].length > 0) this.advance(input, []);
    }
    const [held] = this.#context.held;
    if (held === undefined) {
      this.#timers.stopAll();
      this.#context.over();
      return this.#handlers.close?.();
    }
    throw new MeanderError(
      "MEANDER_CAPABILITY",
      `Operator "${this.#context.name}" still holds a ` +
        `capability at ${
          formatTime(held.time)
        } although its inputs are closed: nothing downstream would ` +
        `ever be complete`,
      { hint: "Drop it when its work is done" },
    );
  }

  /** Lets time pass for its timers, and runs what was put off: `pass(0)` lets a source begin. */
  pass(ms: number): void {
    this.#deliverDue();
    this.#timers.pass(ms);
  }

  /** The records sent on an output so far. */
  sent<K extends string & keyof Out>(output: K): RecordOf<Out[K]>[] {
    return this.batches(output).flatMap((batch) => batch.records);
  }

  /** The batches sent on an output so far. */
  batches<K extends string & keyof Out>(output: K): readonly SentBatch<RecordOf<Out[K]>>[] {
    const port = this.#context.outputs.findIndex((port) => port.name === output);
    return this.#sent[port] as SentBatch<RecordOf<Out[K]>>[];
  }

  /** What the operator keeps, as it says itself by `size`, and what it keeps in its states. */
  get kept(): Kept {
    return keptBy(this.#handlers, this.#context.states);
  }

  /** The times at which it holds a right to send, notification requests included. */
  get rights(): Time[] {
    const requested = this.#requests.flatMap(({ capability }) =>
      capability === null ? [] : [capability]
    );
    return [...requested, ...[...this.#context.held].map((held) => held.time)].sort(compareTimes);
  }

  /** Its state and what an engine saves beside it; the state goes through JSON-like copying. */
  save(): SavedOperator {
    return {
      state: structuredClone(this.#handlers.snapshot?.()),
      frontiers: [...this.#frontiers],
      requests: this.#requests.filter((request) => request.cleanUp === null),
      rights: this.rights,
    };
  }

  /** Puts a fresh instance where another one was saved. */
  restore(saved: SavedOperator): this {
    saved.frontiers.forEach((frontier, port) => this.#frontiers[port] = frontier);
    this.#lent = saved.rights;
    this.#context.beginRequest(null);
    this.#handlers.restore?.(saved.state);
    this.#context.end();
    this.#lent = [];
    this.#commit();
    this.#requests.push(...saved.requests);
    return this;
  }

  isComplete(input: number, time: Time): boolean {
    return !this.#frontiers[input].some((element) => lessEqual(element, time));
  }

  frontier(input: number): readonly Time[] {
    return this.#frontiers[input];
  }

  requestCovers(output: number, time: Time): boolean {
    if (this.#lent.some((lent) => lessEqual(lent, time))) return true;
    return this.#requests.some(({ capability, outputs }) =>
      capability !== null && lessEqual(capability, time) &&
      (outputs === null || outputs.includes(output))
    );
  }

  later(task: () => Progressed): void {
    this.#tasks.push(task);
    // Within a callback it waits; outside, the vertex has nothing else to do.
    if (this.#turn.owner === null) this.#deliverDue();
  }

  after(delayMs: number, task: () => Progressed): () => void {
    return this.#timers.start(delayMs, () => this.later(task));
  }

  holdBack(isHeld: boolean): void {
    this.isHoldingBack = isHeld;
  }

  commitOutside(): void {
    this.#commit();
  }

  drop(records: number, reason: string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + records);
  }

  #work(begin: () => void, callback: () => Progressed): void {
    let more: Progressed = true;
    for (let run = callback; more === true; run = () => this.#require("resume")()) {
      begin();
      try {
        more = run();
        this.#context.end();
      } catch (error) {
        this.#context.abandon();
        throw error;
      }
      this.slices++;
      this.#commit();
    }
  }

  #require<K extends "notify" | "resume">(name: K): NonNullable<Handlers<Ports>[K]> {
    const handler = this.#handlers[name];
    if (handler !== undefined) return handler;
    throw new MeanderError(
      "MEANDER_OPERATOR",
      `Cannot go on with "${this.#context.name}": it needs a ${name} callback and has none`,
    );
  }

  #deliverDue(): void {
    for (;;) {
      const task = this.#tasks.shift();
      if (task !== undefined) {
        this.#work(() => this.#context.beginRequest(null), task);
        continue;
      }
      const due = this.#requests.filter((request) => this.#isDue(request));
      if (due.length === 0) return;
      due.sort((a, b) => compareTimes(a.time, b.time) || Number(!!a.cleanUp) - Number(!!b.cleanUp));
      const [request] = due;
      this.#requests = this.#requests.filter((other) => other !== request);
      if (request.cleanUp !== null) {
        request.cleanUp.drop(request.time);
        continue;
      }
      this.notified.push(request.time);
      this.#work(
        () => this.#context.beginRequest(request),
        () => this.#require("notify")(request.time),
      );
    }
  }

  #isDue({ time, inputs, cleanUp }: Request): boolean {
    return this.#frontiers.every((_frontier, port) =>
      inputs !== null && !inputs.includes(port) || this.isComplete(port, time)
    ) && (cleanUp === null || !this.#context.holdsUpTo(time));
  }

  #commit(): void {
    const turn = this.#turn;
    for (let i = 0; i < turn.sends; i++) {
      const batch = turn.batches[i];
      this.#sent[turn.ports[i].index].push({ time: batch.time, records: [...batch] });
      batch.release();
    }
    for (let i = 0; i < turn.requested; i++) {
      const request = turn.requests[i];
      if (!this.#requests.some((other) => isSame(other, request))) this.#requests.push(request);
    }
    turn.sends = turn.holds = turn.requested = 0;
  }

  #inputIndex(input: string): number {
    const port = this.#context.inputs.indexOf(input);
    if (port < 0) {
      throw new MeanderError("MEANDER_TEST", `No input "${input}" on "${this.#context.name}"`);
    }
    return port;
  }
}

function isSame(a: Request, b: Request): boolean {
  return a.cleanUp === b.cleanUp && compareTimes(a.time, b.time) === 0 &&
    String(a.capability) === String(b.capability) &&
    String(a.inputs) === String(b.inputs) && String(a.outputs) === String(b.outputs);
}
