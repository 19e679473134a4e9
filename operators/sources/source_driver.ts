/**
 * Calls a source that was written in place, as often as it wants and may be called.
 *
 * @module
 */
import { lessEqual, type Time } from "../../progress/time.ts";
import type { Capability, OperatorContext, Progressed } from "../contract/definition.ts";
import { MeanderError, show } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";
import type { Pace, PacedSource } from "../contract/pace.ts";
import type { SourceBody, SourceContext, SourceHandlers } from "./source.ts";

/** What a snapshot says of a source; `null` of one that has not been started. */
export type SavedSource =
  | { readonly time: Time; readonly isEnded: boolean; readonly state?: unknown }
  | null;

/** What is asked of the vertex that a source is. */
export interface SourceHost<T> extends
  Pick<
    OperatorContext<unknown, Record<never, never>>,
    "name" | "worker" | "signal" | "later" | "after" | "drop"
  > {
  readonly out: OutputPort<T>;
  /** A right at the callback's time, or at the time given. */
  retain(time?: Time): Capability;
  /** Whether everything up to the time has passed the stream that paces the source. */
  isDone(time: Time): boolean;
  /** Whether the source may send at the time by now. */
  mayGo(time: Time): boolean;
}

/** The task that calls it has yet to come. */
const PLANNED = 0;
/** It is being called. */
const BUSY = 1;
/** It said that it waits. */
const WAITING = 2;
/** It is too far ahead of the stream that paces it, or too much is on its way. */
const HELD = 3;
/** It has ended. */
const ENDED = 4;

/** See the module. */
export class SourceDriver<T> implements PacedSource {
  readonly #host: SourceHost<T>;
  readonly #body: SourceBody<T>;
  #handlers: SourceHandlers | null = null;
  #capability: Capability | null = null;
  #state = PLANNED;
  // What the engine paces it with; an operator under test has none.
  #pace: Pace | null = null;
  // Whether `wake` was called since `next` was called last.
  #isWoken = false;

  /** Nothing is made before `begin`. */
  constructor(host: SourceHost<T>, body: SourceBody<T>) {
    this.#host = host;
    this.#body = body;
  }

  take(pace: Pace): void {
    this.#pace = pace;
  }

  resume(): void {
    if (this.#state !== HELD) return;
    this.#state = PLANNED;
    this.#host.later(() => this.run());
  }

  /** Makes the source, in a callback with a right that it keeps, and plans its first call. */
  begin(time?: Time): void {
    if (this.#handlers !== null) return;
    this.#capability = this.#host.retain(time);
    const made = this.#body(this.#contextFor(this.#capability));
    this.#handlers = typeof made === "function" ? { next: made } : made;
    this.#host.later(() => this.run());
  }

  /**
   * A callback: calls the source until it wants or may no more, or the budget is spent. It goes on in a task of
   * its own then, behind what it has sent and those whose times are complete by now; between two such tasks a
   * snapshot can be taken.
   */
  run(): false {
    if (this.#state === ENDED || this.#capability!.isDropped) return this.#rest(ENDED);
    this.#state = BUSY;
    const { out } = this.#host;
    this.#pace?.begins();
    // A source that sends nothing gives way as well, at some time.
    for (let calls = 0; calls < out.capacity; calls++) {
      if (!this.#mayGo(this.#capability!.time)) return this.#rest(HELD);
      this.#isWoken = false;
      const step: unknown = this.#handlers!.next();
      if (this.#capability!.isDropped) return this.#rest(ENDED);
      if (step === "wait") {
        if (!this.#isWoken) return this.#rest(WAITING);
      } else if (step !== true) {
        if (step !== undefined && step !== false) throw this.#noStep(step);
        this.#capability!.drop();
        return this.#rest(ENDED);
      }
      if (out.isFull) break;
    }
    this.#host.later(() => this.run());
    return this.#rest(PLANNED);
  }

  /** A callback: the stream that paces it has moved. */
  released(): Progressed {
    return this.#state === HELD ? this.run() : false;
  }

  close(): void {
    this.#handlers?.close?.();
  }

  save(): SavedSource {
    if (this.#capability === null) return null;
    const state = this.#handlers!.snapshot?.();
    const saved = { time: this.#capability.time, isEnded: this.#state === ENDED };
    return state === undefined ? saved : { ...saved, state };
  }

  load(saved: SavedSource): void {
    if (saved === null || saved === undefined) return;
    const { time, isEnded, state } = saved;
    if (isEnded && this.#handlers === null) return;
    this.begin(time);
    if (state !== undefined) this.#handlers!.restore?.(state);
    if (isEnded) {
      this.#state = ENDED;
      this.#capability!.drop();
    } else if (lessEqual(this.#capability!.time, time)) this.#capability!.downgrade(time);
  }

  #mayGo(time: Time): boolean {
    return this.#host.mayGo(time) && (this.#pace === null || this.#pace.mayGo(time));
  }

  #rest(state: number): false {
    this.#state = state;
    return false;
  }

  #wake(): void {
    this.#isWoken = true;
    if (this.#state !== WAITING) return;
    this.#state = PLANNED;
    this.#host.later(() => this.run());
  }

  #contextFor(capability: Capability): SourceContext<T> {
    const host = this.#host;
    const { name, worker, out, later, after, drop, isDone } = host;
    return {
      name,
      worker,
      out,
      later,
      after,
      drop,
      isDone,
      capability,
      wake: () => this.#wake(),
      get signal() {
        return host.signal;
      },
    };
  }

  #noStep(step: unknown): MeanderError {
    const { name } = this.#host;
    const isPromise = typeof (step as { then?: unknown } | null)?.then === "function";
    return new MeanderError(
      "MEANDER_SOURCE",
      `Cannot go on with source "${name}": next returned ${
        isPromise ? "a promise" : show(step)
      }, ` +
        `and may return true, false, "wait" or nothing`,
      {
        where: name,
        ...(isPromise
          ? {
            hint:
              'Start the work, return "wait", and call wake() when it is done; or use fromAsync',
          }
          : {}),
      },
    );
  }
}
