/**
 * Sessions over times: records wait until their time is complete, sessions until their end is, and then some
 * time longer for those that are late.
 *
 * @module
 */
import type { Batch } from "../contract/batch.ts";
import { type Keeps, type Kept, keptInEach, keptTogether } from "../contract/kept.ts";
import { Groups } from "../keyed/groups.ts";
import { Agenda } from "./agenda.ts";
import {
  checkEventTime,
  checkSum,
  lastTime,
  nextMultiple,
  oneGroup,
  ownTime,
} from "./event_time.ts";
import { type Happening, type SavedSession, type Session, Sessions } from "./sessions.ts";
import type { SessionWindowConfig, WindowKind } from "./window_options.ts";

/** What is to be done when a time is complete. */
interface Moment {
  readonly time: number;
  /** The records of that time, by key. */
  arrivals: Groups<Happening> | null;
  /** Sessions that may end, or go, then. */
  readonly due: Session[];
  /** Sessions with early results at that time. */
  changed: Set<Session> | null;
}

/** What a snapshot has. */
export interface SavedSessions {
  /** The sessions. */
  readonly sessions: SavedSession[];
  /** Records of times that are not complete. */
  readonly arrivals: [time: number, of: [key: unknown, list: Happening[]][]][];
  /** Times at which early results are due, and of which of the sessions. */
  readonly changed: [time: number, of: number[]][];
}

/** Where results and late records go. */
export interface SessionOutlets {
  results(time: number, rows: unknown[]): void;
  late(time: number, rows: unknown[]): void;
}

/** What the vertex lends. */
export interface SessionSurroundings {
  notifyAt(time: number): void;
  isComplete(time: number): boolean;
  blame(error: unknown, record: unknown): Error;
}

/** See the module. */
export class SessionFolds implements Keeps {
  readonly #config: SessionWindowConfig;
  readonly #vertex: SessionSurroundings;
  readonly #sessions: Sessions;
  readonly #agenda = new Agenda<Moment>((time) => ({
    time,
    arrivals: null,
    due: [],
    changed: null,
  }));
  // Everything up to here is complete.
  #limit = -1;

  /** Empty. */
  constructor(config: SessionWindowConfig, vertex: SessionSurroundings) {
    this.#config = config;
    this.#vertex = vertex;
    this.#sessions = new Sessions(config.gap, config.lateness);
  }

  /** Takes the records of a batch. */
  take(batch: Batch<unknown>): void {
    const { at = ownTime, key: keyOf = oneGroup, gap } = this.#config;
    const time = batch.time as number;
    const arrivals = this.#moment(time).arrivals ??= new Groups();
    const values = batch.values();
    let i = 0;
    try {
      for (; i < batch.length; i++) {
        const record = values[i];
        const happened = checkEventTime(at(record, time));
        checkSum(happened + gap, "the end of its session");
        const key = keyOf(record);
        arrivals.add(key, [happened, record]);
      }
    } catch (error) {
      throw this.#vertex.blame(error, values[i]);
    }
  }

  /** A time is complete: `next` may go up to it. */
  reach(time: number): void {
    this.#limit = Math.max(this.#limit, time);
  }

  /** Does what is to be done at the next complete time; `false` when there is none. */
  next(send: SessionOutlets): boolean {
    const now = this.#agenda.takeFirst(this.#limit);
    if (now === undefined) return false;
    const results: unknown[] = [];
    const late: unknown[] = [];
    for (const [key, happenings] of now.arrivals ?? []) {
      const touched = this.#sessions.take(now.time, key, happenings, (run) => {
        for (const [, record] of run) late.push(record);
      });
      for (const session of touched) this.#touched(session, now, results);
    }
    for (const session of now.due) this.#look(session, now.time, results);
    for (const session of now.changed ?? []) {
      const isOpen = !session.isGone && this.#sessions.endOf(session) - 1 > now.time;
      if (isOpen) this.#emit(session, "early", results);
    }
    send.late(now.time, late);
    send.results(now.time, results);
    return true;
  }

  /** Records of times that are not complete, and those of the sessions. */
  kept(): Kept {
    const arrived = keptInEach(arrivalsOf(this.#agenda), this.#agenda.size);
    return keptTogether([arrived, this.#sessions.kept()]);
  }

  /** Everything as plain data. */
  save(): SavedSessions {
    const sessions = this.#sessions.all();
    const places = new Map(sessions.map((session, place) => [session, place]));
    const arrivals: SavedSessions["arrivals"] = [];
    const changed: SavedSessions["changed"] = [];
    for (const moment of this.#agenda) {
      if (moment.arrivals !== null) {
        arrivals.push([
          moment.time,
          Array.from(moment.arrivals, ([key, list]) => [key, [...list]]),
        ]);
      }
      if (moment.changed !== null) {
        const there = [...moment.changed].filter((session) => !session.isGone);
        changed.push([moment.time, there.map((session) => places.get(session)!)]);
      }
    }
    return { sessions: sessions.map((session) => session.save()), arrivals, changed };
  }

  /** Puts everything back; the notifications that it waits for are the engine's to bring back. */
  load(saved: SavedSessions): void {
    const sessions = saved.sessions.map((each) => this.#sessions.load(each));
    for (const session of sessions) this.#agenda.at(session.next).due.push(session);
    for (const [time, keys] of saved.arrivals) {
      this.#agenda.at(time).arrivals = Groups.of(keys);
    }
    for (const [time, places] of saved.changed) {
      this.#agenda.at(time).changed = new Set(places.map((place) => sessions[place]));
    }
  }

  /**
   * What is to be done at a time. When that is complete already, it is done in the callback that runs, whose
   * right is at an earlier time: the notification would only come later, behind all that are under way.
   */
  #moment(time: number): Moment {
    if (!this.#agenda.has(time)) {
      if (this.#vertex.isComplete(time)) this.reach(time);
      else this.#vertex.notifyAt(time);
    }
    return this.#agenda.at(time);
  }

  /** Records of that moment became the session, or joined it. */
  #touched(session: Session, now: Moment, results: unknown[]): void {
    const { time } = now;
    const end = this.#sessions.endOf(session);
    session.isSaid = false;
    if (end <= time) {
      this.#say(session, "late", results);
      this.#lookAt(session, lastTime(end, this.#config.lateness), now);
      return;
    }
    // One look at a time: when it comes too early it is put off.
    if (session.next < time || session.next > end - 1) this.#lookAt(session, end - 1, now);
    const { early } = this.#config;
    if (early === undefined) return;
    const next = nextMultiple(time, early);
    if (next >= end - 1) return;
    const moment = next === time ? now : this.#moment(next);
    (moment.changed ??= new Set()).add(session);
  }

  /** A session may be at its end, or at the end of the time for which it is kept. */
  #look(session: Session, time: number, results: unknown[]): void {
    if (session.isGone || session.next !== time) return;
    const end = this.#sessions.endOf(session);
    if (end - 1 > time) return this.#lookAt(session, end - 1);
    if (!session.isSaid) this.#say(session, "onTime", results);
    const last = lastTime(end, this.#config.lateness);
    if (last > time) this.#lookAt(session, last);
    else this.#sessions.remove(session);
  }

  #lookAt(session: Session, time: number, now?: Moment): void {
    session.next = time;
    (time === now?.time ? now : this.#moment(time)).due.push(session);
  }

  /** Sends a complete result. */
  #say(session: Session, kind: WindowKind, results: unknown[]): void {
    this.#emit(session, kind, results);
    session.isSaid = true;
    session.replaces = [{ start: session.first, end: this.#sessions.endOf(session) }];
  }

  #emit(session: Session, kind: WindowKind, results: unknown[]): void {
    const { initial, fold, emit } = this.#config;
    const { key } = session;
    const end = this.#sessions.endOf(session);
    const window = { start: session.first, end, kind, replaces: session.replaces };
    let at: unknown = { key, window };
    try {
      let accumulated = initial(key);
      for (const [, record] of session.inOrder()) {
        at = record;
        accumulated = fold(accumulated, record, key);
      }
      at = { key, accumulated, window };
      results.push(emit(key, accumulated, window));
    } catch (error) {
      throw this.#vertex.blame(error, at);
    }
  }
}

function* arrivalsOf(agenda: Iterable<Moment>): Generator<unknown> {
  for (const { arrivals } of agenda) yield arrivals ?? [];
}
