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
import { lateInput, lateOf, spanOf } from "./inputs.ts";
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
  /** Resolves when more may be sent; `undefined` when it may at once. */
  send(data: Data<unknown>, lines: LineSpan): Promise<void> | undefined;
  /** No more records come. */
  close(): void;
  /** How often an epoch is to be ended by the clock, in milliseconds; `undefined` for never. */
  readonly intervalMs: number | undefined;
  /** The interval is over. */
  tick(): void;
}

type Handle = InputHandle<unknown>;

/** The feed for an input of a running spec; its late records go to their own input, when somebody reads it. */
export function openFeed(
  running: Pick<Running, "input">,
  { name, spec }: { readonly name: string; readonly spec: InputSpec },
  hooks: FeedHooks,
): Feed {
  const late = lateOf(spec) === "output" ? running.input(lateInput(name)) : undefined;
  return feedFor(running.input(name), spec.epochs, hooks, late);
}

/** The feed for an input with these epochs; `late` is where its late records go, when they go somewhere. */
export function feedFor(
  handle: Handle,
  epochs: EpochSpec | undefined,
  hooks: FeedHooks,
  late?: Handle,
): Feed {
  if (epochs === undefined) return new OneEpoch(handle);
  if ("every" in epochs) return new CountedEpochs(handle, epochs.every);
  if ("interval" in epochs) return new TimedEpochs(handle, spanOf(epochs.interval));
  return new FieldEpochs(handle, epochs, hooks, late);
}

/** All records have the same time. */
class OneEpoch implements Feed {
  readonly intervalMs: number | undefined = undefined;
  protected readonly handle: Handle;

  constructor(handle: Handle) {
    this.handle = handle;
  }

  send(data: Data<unknown>, _lines: LineSpan): Promise<void> | undefined {
    return this.handle.send(data);
  }

  close(): void {
    this.handle.closeAll();
  }

  tick(): void {}
}

/** An epoch for each span of the clock. */
class TimedEpochs extends OneEpoch {
  override readonly intervalMs: number;

  constructor(handle: Handle, intervalMs: number) {
    super(handle);
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

  constructor(handle: Handle, every: number) {
    super(handle);
    this.#every = this.#left = every;
  }

  override send(data: Data<unknown>): Promise<void> | undefined {
    const values = valuesOf(data);
    let wait: Promise<void> | undefined = undefined;
    for (let at = 0; at < data.length;) {
      const to = Math.min(data.length, at + this.#left);
      const all = at === 0 && to === data.length;
      wait = this.handle.send(all ? data : part(values, at, to)) ?? wait;
      this.#left -= to - at;
      at = to;
      if (this.#left > 0) continue;
      this.#left = this.#every;
      this.handle.advanceTo((this.handle.time as number) + 1);
    }
    return wait;
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
    { field, window = 1, outOfOrder = 0, late = "drop" }: Extract<EpochSpec, { field: string }>,
    hooks: FeedHooks,
    lateHandle: Handle | undefined,
  ) {
    super(handle);
    this.#field = field;
    this.#window = Math.max(1, spanOf(window));
    this.#outOfOrder = spanOf(outOfOrder);
    this.#fails = late === "fail";
    this.#hooks = hooks;
    this.#late = lateHandle;
  }

  override send(data: Data<unknown>, lines: LineSpan): Promise<void> | undefined {
    const values = valuesOf(data);
    const byTime = new Map<number, unknown[]>();
    const late: unknown[] = [];
    let wait: Promise<void> | undefined = undefined;
    for (let i = 0; i < data.length; i++) {
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
      wait = this.#sendAll(byTime) ?? wait;
      // Late records have the time of the epoch in which they came, for the same reason.
      if (late.length > 0) wait = this.#late!.send(late.splice(0)) ?? wait;
      this.handle.advanceTo(frontier);
      this.#late?.advanceTo(frontier);
    }
    wait = this.#sendAll(byTime) ?? wait;
    if (late.length > 0) wait = this.#late!.send(late) ?? wait;
    return wait;
  }

  override close(): void {
    super.close();
    this.#late?.closeAll();
  }

  #sendAll(byTime: Map<number, unknown[]>): Promise<void> | undefined {
    let wait: Promise<void> | undefined = undefined;
    for (const [time, records] of byTime) wait = this.handle.sendAt(time, records) ?? wait;
    byTime.clear();
    return wait;
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
