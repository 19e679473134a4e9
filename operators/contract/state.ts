/**
 * State over times: one state for each prefix of a time, dropped when that prefix is complete.
 *
 * @module
 */
import { depthOf, type Time } from "../../progress/time.ts";
import { type Keeps, type Kept, keptIn } from "./kept.ts";
import { TimeMap } from "./time_map.ts";
import { type CleanUp, Request } from "./turn.ts";

/**
 * What one state belongs to: every single `time`, the `epoch` (the coordinates of the root), a prefix of
 * so many coordinates, or `forever`.
 */
export type Per = "time" | "epoch" | "forever" | number;

/** How an operator's state is kept. */
export interface StateOptions<S> {
  /** What one state belongs to; `time` when left out. */
  readonly per?: Per | undefined;
  /** Makes the state of a new prefix. */
  readonly create: (prefix: Time) => S;
}

/** How many coordinates of a time the state's owner is told by. */
export function prefixLength(per: Per, depth: number, rootDepth: number): number {
  if (per === "time") return depth;
  if (per === "epoch") return Math.min(rootDepth, depth);
  if (per === "forever") return 0;
  return Math.min(per, depth);
}

/** The states of one vertex, by prefix. Made by `context.state`. */
export class State<S> implements CleanUp, Keeps {
  readonly #states = new TimeMap<S>();
  readonly #create: (prefix: Time) => S;
  readonly #length: number;
  readonly #depth: number;
  readonly #request: (request: Request) => void;
  #lastTime: Time | null = null;
  #lastState: S | null = null;

  /** `length` coordinates out of `depth` name a state; `request` takes the requests to drop one. */
  constructor(
    create: (prefix: Time) => S,
    length: number,
    depth: number,
    request: (request: Request) => void,
  ) {
    this.#create = create;
    this.#length = length;
    this.#depth = depth;
    this.#request = request;
  }

  /** How many prefixes have a state. */
  get size(): number {
    return this.#states.size;
  }

  /** What all of them have together; see {@linkcode keptIn} for how that is found. */
  kept(): Kept {
    return keptIn(this.#states);
  }

  /** The state that `time` belongs to, made when it is the first of its prefix. */
  at(time: Time): S {
    if (time === this.#lastTime) return this.#lastState as S;
    const prefix = this.prefixOf(time);
    let state = this.#states.get(prefix);
    if (state === undefined) {
      state = this.#create(prefix);
      this.#states.set(prefix, state);
      if (this.#length > 0) this.#request(this.#cleanUp(prefix));
    }
    this.#lastTime = time;
    this.#lastState = state;
    return state;
  }

  /** The state that `time` belongs to, or `undefined` when there is none. */
  peek(time: Time): S | undefined {
    return this.#states.get(this.prefixOf(time));
  }

  /** The name of the state that `time` belongs to: its prefix. */
  prefixOf(time: Time): Time {
    if (this.#length === this.#depth) return time;
    if (this.#length === 0) return 0;
    const coordinates = time as readonly number[];
    return this.#length === 1 ? coordinates[0] : coordinates.slice(0, this.#length);
  }

  /** Drops a state; the engine does so when its prefix is complete. */
  drop(time: Time): void {
    this.#lastTime = null;
    this.#lastState = null;
    this.#states.delete(this.prefixOf(time));
  }

  /** Iterates the prefixes and their states, for snapshots. */
  [Symbol.iterator](): IterableIterator<[Time, S]> {
    return this.#states[Symbol.iterator]();
  }

  /** Puts states back, for `restore`. */
  load(entries: Iterable<readonly [Time, S]>): void {
    for (const [prefix, state] of entries) {
      this.#states.set(prefix, state);
      if (this.#length > 0) this.#request(this.#cleanUp(prefix));
    }
  }

  /** Everything that starts with the prefix: the remaining coordinates are infinite. */
  #cleanUp(prefix: Time): Request {
    const last = depthOf(prefix) === this.#depth ? prefix : [
      ...(typeof prefix === "number" ? [prefix] : prefix),
      ...new Array<number>(this.#depth - this.#length).fill(Infinity),
    ];
    return new Request(last, null, null, null, this);
  }
}
