/**
 * What sessions keep: the records of each session of each key that is not over.
 *
 * @module
 */
import { KeyMap } from "../../batches/key_map.ts";
import { type Keeps, type Kept, keptIn } from "../contract/kept.ts";
import { checkSum } from "./event_time.ts";
import type { Span } from "./window_options.ts";

/** A record, and when it happened. */
export type Happening = readonly [at: number, record: unknown];

const NONE: readonly Span[] = Object.freeze([]);

/** A run of records of one key. */
export class Session implements Keeps {
  readonly key: unknown;
  /** The event time of its first record. */
  first: number;
  /** The event time of its last record. */
  last: number;
  /** Its records, in no particular order. */
  happenings: Happening[];
  /** Whether a complete result was sent for what it is now. */
  isSaid = false;
  /** What complete results were sent for that the next one takes the place of, in order. */
  replaces: readonly Span[] = NONE;
  /** When it is to be looked at next; −1 for never. */
  next = -1;
  /** Whether it went, or became part of another. */
  isGone = false;
  #isSorted = true;

  /** Of records in order, at least one. */
  constructor(key: unknown, happenings: Happening[]) {
    this.key = key;
    this.happenings = happenings;
    this.first = happenings[0][0];
    this.last = happenings[happenings.length - 1][0];
  }

  /** More records, in order. */
  add(happenings: readonly Happening[]): void {
    if (happenings[0][0] < this.last) this.#isSorted = false;
    for (const happening of happenings) this.happenings.push(happening);
    this.first = Math.min(this.first, happenings[0][0]);
    this.last = Math.max(this.last, happenings[happenings.length - 1][0]);
  }

  /** Its records in the order of event times; equal ones in the order of their times. */
  inOrder(): readonly Happening[] {
    if (!this.#isSorted) this.happenings.sort((a, b) => a[0] - b[0]);
    this.#isSorted = true;
    return this.happenings;
  }

  /** Takes everything of another session over. */
  swallow(other: Session): void {
    this.#isSorted = false;
    for (const happening of other.happenings) this.happenings.push(happening);
    this.first = Math.min(this.first, other.first);
    this.last = Math.max(this.last, other.last);
    this.replaces = [...this.replaces, ...other.replaces].sort((a, b) => a.start - b.start);
    other.isGone = true;
  }

  kept(): Kept {
    return keptIn(this.happenings);
  }

  /** As plain data. */
  save(): SavedSession {
    return [this.key, [...this.inOrder()], this.isSaid, this.replaces, this.next];
  }
}

/** A session as a snapshot has it. */
export type SavedSession = [
  key: unknown,
  happenings: Happening[],
  isSaid: boolean,
  replaces: readonly Span[],
  next: number,
];

/** The sessions of all keys. */
export class Sessions implements Keeps {
  readonly #gap: number;
  readonly #lateness: number;
  // Of each key the sessions in the order of event times; between two of them there is a gap.
  readonly #byKey = new KeyMap<Session[]>();

  /** Empty. */
  constructor(gap: number, lateness: number) {
    this.#gap = gap;
    this.#lateness = lateness;
  }

  /** The first event time that is not in the session. */
  endOf({ last }: Session): number {
    return checkSum(last + this.#gap, "the end of its session");
  }

  /**
   * Takes the records of one key that came at `time`, and returns the sessions that they became or joined.
   * `late` takes each run of records that is too late for all. Every session that is over by then must have
   * been removed, and all records of earlier times must have been taken. Then it does not matter in which order
   * records come: runs that are a gap apart can meet only in a session that they both touch.
   */
  take(
    time: number,
    key: unknown,
    happenings: Happening[],
    late: (run: readonly Happening[]) => void,
  ): Iterable<Session> {
    if (happenings.length > 1) happenings.sort((a, b) => a[0] - b[0]);
    const runs = runsOf(happenings, this.#gap);
    if (runs.length === 1) {
      const session = this.#place(time, key, happenings, null);
      if (session !== undefined) return [session];
      late(happenings);
      return [];
    }
    const touched = new Set<Session>();
    for (const run of runs) {
      const session = this.#place(time, key, run, touched);
      if (session === undefined) late(run);
      else touched.add(session);
    }
    return touched;
  }

  /** A session is over. */
  remove(session: Session): void {
    session.isGone = true;
    const list = this.#byKey.get(session.key)!;
    if (list.length === 1) this.#byKey.delete(session.key);
    else list.splice(this.#firstAfter(list, session.first - 1), 1);
  }

  kept(): Kept {
    return keptIn(this.#byKey);
  }

  /** All of them. */
  all(): Session[] {
    return Array.from(this.#byKey.values()).flat();
  }

  /** Puts a session back. */
  load([key, happenings, isSaid, replaces, next]: SavedSession): Session {
    const session = this.#insert(new Session(key, happenings));
    session.isSaid = isSaid;
    session.replaces = replaces;
    session.next = next;
    return session;
  }

  /** The session that a run becomes or joins; `undefined` when it is too late for any. */
  #place(
    time: number,
    key: unknown,
    run: Happening[],
    touched: Set<Session> | null,
  ): Session | undefined {
    const joined = this.#join(key, run, touched);
    if (joined !== undefined) return joined;
    if (run[run.length - 1][0] + this.#gap + this.#lateness <= time) return undefined;
    return this.#insert(new Session(key, run));
  }

  /**
   * The one session that the run and all sessions that it touches become; `undefined` when it touches none. Those
   * that went into it are taken out of the set.
   */
  #join(
    key: unknown,
    run: readonly Happening[],
    touched: Set<Session> | null,
  ): Session | undefined {
    const list = this.#byKey.get(key);
    if (list === undefined) return undefined;
    const from = this.#firstAfter(list, run[0][0] - this.#gap);
    const end = run[run.length - 1][0] + this.#gap;
    let to = from;
    while (to < list.length && list[to].first < end) to++;
    if (from === to) return undefined;
    if (to - from === 1) {
      list[from].add(run);
      return list[from];
    }
    const parts = list.slice(from, to);
    const largest = parts.reduce((a, b) => b.happenings.length > a.happenings.length ? b : a);
    for (const part of parts) {
      if (part === largest) continue;
      largest.swallow(part);
      touched?.delete(part);
    }
    largest.add(run);
    list.splice(from, to - from, largest);
    return largest;
  }

  #insert(session: Session): Session {
    const list = this.#byKey.get(session.key);
    if (list === undefined) this.#byKey.set(session.key, [session]);
    else list.splice(this.#firstAfter(list, session.first), 0, session);
    return session;
  }

  /** The position of the first session whose last record is after `at`. */
  #firstAfter(list: readonly Session[], at: number): number {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle].last > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** What is less than a gap apart from its neighbour stays together. */
function runsOf(happenings: Happening[], gap: number): Happening[][] {
  const runs: Happening[][] = [];
  let from = 0;
  for (let i = 1; i < happenings.length; i++) {
    if (happenings[i][0] - happenings[i - 1][0] < gap) continue;
    runs.push(happenings.slice(from, i));
    from = i;
  }
  runs.push(from === 0 ? happenings : happenings.slice(from));
  return runs;
}
