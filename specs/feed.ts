/**
 * Brings the records of one source into a running dataflow, and ends its epochs as the spec says.
 *
 * @module
 */
import { type Data, valuesOf } from "../batches/data.ts";
import type { Running } from "../dataflow/running.ts";
import type { InputHandle } from "../dataflow/input_handle.ts";
import { show } from "../operators/contract/fault.ts";
import type { BadRecord, LineSpan } from "../operators/connectors/format.ts";
import { lateInput, lateOf } from "./inputs.ts";
import { spanOf } from "./spans.ts";
import type { EpochSpec, InputSpec } from "./spec.ts";

/** Where records go that are not to be worked on. */
export interface FeedHooks {
  /** A record whose time cannot be told. It may throw, to end the reading. */
  bad(record: BadRecord): void;
  /** Records that came after their epoch was over and go nowhere. It may throw, to end the reading. */
  late(record: BadRecord): void;
}

/** Sends records at the times that the epochs of an input give them. */
export interface Feed {
  /**
   * Resolves when all of it was sent and more may be; `undefined` when that is so at once. What is sent before
   * that waits behind it, and close comes after.
   */
  send(data: Data<unknown>, lines: LineSpan): Promise<void> | undefined;
  /** No more records come. */
  close(): void;
  /** How often an epoch is to be ended by the clock, in milliseconds; `undefined` for never. */
  readonly intervalMs: number | undefined;
  /** The interval is over. */
  tick(): void;
}

type Handle = InputHandle<unknown>;

/**
 * The feed for an input of a running spec; its late records go to their own input, when somebody reads it. One that
 * is not paced sends everything at once, whatever waits.
 */
export function openFeed(
  running: Pick<Running, "input">,
  { name, spec }: { readonly name: string; readonly spec: InputSpec },
  hooks: FeedHooks,
  isPaced = true,
): Feed {
  const late = lateOf(spec) === "output" ? running.input(lateInput(name)) : undefined;
  return feedFor(running.input(name), spec.epochs, hooks, late, isPaced);
}

/** The feed for an input with these epochs; `late` is where its late records go, when they go somewhere. */
export function feedFor(
  handle: Handle,
  epochs: EpochSpec | undefined,
  hooks: FeedHooks,
  late?: Handle,
  isPaced = true,
): Feed {
  if (epochs === undefined) return new OneEpoch(handle, isPaced);
  if ("every" in epochs) return new CountedEpochs(handle, isPaced, epochs.every);
  if ("interval" in epochs) return new TimedEpochs(handle, isPaced, spanOf(epochs.interval));
  return new FieldEpochs(handle, isPaced, epochs, hooks, late);
}

type Wait = Promise<void> | undefined;

/** All records have the same time. */
class OneEpoch implements Feed {
  readonly intervalMs: number | undefined = undefined;
  protected readonly handle: Handle;
  readonly #isPaced: boolean;
  // What was not sent to its end.
  #pending: Wait = undefined;

  constructor(handle: Handle, isPaced: boolean) {
    this.handle = handle;
    this.#isPaced = isPaced;
  }

  send(data: Data<unknown>, lines: LineSpan): Wait {
    const wait = this.#pending === undefined
      ? this.sendFrom(data, lines, 0)
      : this.#pending.then(() => this.sendFrom(data, lines, 0));
    if (wait === undefined) return undefined;
    const pending: Promise<void> = wait.finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    return this.#pending = pending;
  }

  /** Sends what comes from an index on: up to where something has to be waited for, and then the rest. */
  protected sendFrom(data: Data<unknown>, _lines: LineSpan, _from: number): Wait {
    return this.paced(this.handle.send(data));
  }

  /** What is to be waited for. */
  protected paced(wait: Wait): Wait {
    return this.#isPaced ? wait : undefined;
  }

  close(): void {
    this.handle.closeAll();
  }

  tick(): void {}
}

/** An epoch for each span of the clock. */
class TimedEpochs extends OneEpoch {
  override readonly intervalMs: number;

  constructor(handle: Handle, isPaced: boolean, intervalMs: number) {
    super(handle, isPaced);
    this.intervalMs = Math.max(1, intervalMs);
  }

  override tick(): void {
    if (!this.handle.isClosed) this.handle.advanceTo((this.handle.time as number) + 1);
  }
}

/** An epoch for each so many records. */
class CountedEpochs extends OneEpoch {
  readonly #every: number;
  #left: number;

  constructor(handle: Handle, isPaced: boolean, every: number) {
    super(handle, isPaced);
    this.#every = this.#left = every;
  }

  protected override sendFrom(data: Data<unknown>, lines: LineSpan, from: number): Wait {
    const values = valuesOf(data);
    for (let at = from; at < data.length;) {
      const to = Math.min(data.length, at + this.#left);
      const all = at === 0 && to === data.length;
      const wait = this.paced(this.handle.send(all ? data : part(values, at, to)));
      this.#left -= to - at;
      at = to;
      if (this.#left === 0) {
        this.#left = this.#every;
        this.handle.advanceTo((this.handle.time as number) + 1);
      }
      if (wait !== undefined) return wait.then(() => this.sendFrom(data, lines, to));
    }
    return undefined;
  }
}

/**
 * A field of each record says its time. Times are over when a record has come whose time is later by more than
 * records may be out of order.
 */
class FieldEpochs extends OneEpoch {
  readonly #field: string;
  readonly #window: number;
  readonly #outOfOrder: number;
  readonly #fails: boolean;
  readonly #hooks: FeedHooks;
  readonly #late: Handle | undefined;
  #latest = 0;

  constructor(
    handle: Handle,
    isPaced: boolean,
    { field, window = 1, outOfOrder = 0, late = "drop" }: Extract<EpochSpec, { field: string }>,
    hooks: FeedHooks,
    lateHandle: Handle | undefined,
  ) {
    super(handle, isPaced);
    this.#field = field;
    this.#window = Math.max(1, spanOf(window));
    this.#outOfOrder = spanOf(outOfOrder);
    this.#fails = late === "fail";
    this.#hooks = hooks;
    this.#late = lateHandle;
  }

  protected override sendFrom(data: Data<unknown>, lines: LineSpan, from: number): Wait {
    const values = valuesOf(data);
    const byTime = new Map<number, unknown[]>();
    const late: unknown[] = [];
    for (let i = from; i < data.length; i++) {
      const record = values[i];
      const stamp = fieldOf(record, this.#field);
      if (typeof stamp !== "number" || !Number.isSafeInteger(stamp) || stamp < 0) {
        this.#hooks.bad(this.#misfit(record, stamp, lineOf(lines, i, data.length)));
        continue;
      }
      const time = stamp - stamp % this.#window;
      if (time < (this.handle.time as number)) {
        if (this.#late !== undefined) late.push(record);
        else this.#hooks.late(this.#tooLate(record, stamp, lineOf(lines, i, data.length)));
        continue;
      }
      const others = byTime.get(time);
      if (others === undefined) byTime.set(time, [record]);
      else others.push(record);
      if (stamp <= this.#latest) continue;
      this.#latest = stamp;
      const over = stamp - this.#outOfOrder;
      // What ends an epoch ends it for the records behind it, wherever batches are cut.
      const frontier = over - over % this.#window;
      if (frontier <= (this.handle.time as number)) continue;
      // Late records have the time of the epoch in which they came, for the same reason.
      const wait = this.#sendAll(byTime, late);
      this.handle.advanceTo(frontier);
      this.#late?.advanceTo(frontier);
      if (wait !== undefined) return wait.then(() => this.sendFrom(data, lines, i + 1));
    }
    return this.#sendAll(byTime, late);
  }

  override close(): void {
    super.close();
    this.#late?.closeAll();
  }

  /** Sends what was gathered, and gathers anew. */
  #sendAll(byTime: Map<number, unknown[]>, late: unknown[]): Wait {
    let wait: Wait = undefined;
    for (const [time, records] of byTime) wait = this.handle.sendAt(time, records) ?? wait;
    byTime.clear();
    if (late.length > 0) wait = this.#late!.send(late.splice(0)) ?? wait;
    return this.paced(wait);
  }

  #misfit(record: unknown, stamp: unknown, line: number): BadRecord {
    return {
      line,
      column: 1,
      why: `has no time: field "${this.#field}" is ${show(stamp)}`,
      hint: "A time is an integer of 0 or more, or a datetime since 1970 that the schema declares",
      raw: JSON.stringify(record) ?? String(record),
    };
  }

  #tooLate(record: unknown, stamp: number, line: number): BadRecord {
    return {
      line,
      column: 1,
      why: `is too late: its time is ${stamp}, and all before ${this.handle.time} is over`,
      ...(this.#fails ? { hint: "Raise outOfOrder, or choose late: drop or late: output" } : {}),
      raw: JSON.stringify(record) ?? String(record),
    };
  }
}

function fieldOf(record: unknown, name: string): unknown {
  if (typeof record !== "object" || record === null || !Object.hasOwn(record, name)) {
    return undefined;
  }
  return (record as Record<string, unknown>)[name];
}

/** Exact where each record of a batch stands on a line of its own. */
function lineOf({ first, last }: LineSpan, i: number, length: number): number {
  return last - first === length - 1 ? first + i : first;
}

function part(values: ArrayLike<unknown>, from: number, to: number): unknown[] {
  return Array.from({ length: to - from }, (_unused, i) => values[from + i]);
}
