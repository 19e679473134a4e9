/**
 * Playing logs back as a stream.
 *
 * @module
 */
import { z } from "zod";
import type { Data } from "../../batches/data.ts";
import { compareTimes, depthOf, equalTimes, lessEqual, type Time } from "../../progress/time.ts";
import {
  anyRecord,
  type Capability,
  type Defaults,
  defineOperator,
  type OperatorDefinition,
  type Place,
} from "../contract/definition.ts";
import { MeanderError } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { timeSchema } from "../contract/schemas.ts";
import { isReplayable, type Replayable, type WhenTorn } from "./event.ts";
import { LogCursor } from "./log_cursor.ts";
import { namingVertex } from "./named_fault.ts";

/** Events in one slice, also when they send nothing. */
const MOST_IN_A_SLICE = 256;
/** Events that are played before those who wait for earlier times to be complete have their turn. */
const MOST_AT_ONCE = 1024;

/** What a replay is configured with. */
export interface ReplayConfig {
  /** The logs; the stream has the records of all of them. */
  readonly logs: Replayable[];
  /** What becomes of a log that ends before it is complete; `fail` when left out. */
  readonly whenTorn: WhenTorn;
}

/** How far one log was played: so many events, to these times, or to its end. */
const savedSchema = z.strictObject({
  taken: z.int().min(0),
  open: z.array(timeSchema),
  isOver: z.boolean(),
});

type SavedPlayer = z.output<typeof savedSchema>;

/** See its summary; `scope.replay` is the way to it. */
export const replay: OperatorDefinition<
  ReplayConfig,
  Record<never, never>,
  { readonly out: z.ZodType<unknown> },
  Defaults<ReplayConfig, "whenTorn">
> = defineOperator({
  name: "replay",
  version: "1.0.0",
  summary: "Plays logs back as a stream: their records at their times, complete when they were",
  docs:
    "Records of all logs come at their times, and a time is complete when it is in every log. Of several logs " +
    "the one that is furthest behind is played first. It plays as fast as what is downstream takes it, and " +
    "waits for a log that still grows. With several workers, logs that all of them can open (files) are " +
    "divided: worker i plays logs i, i + n, …; logs in memory are played by the first. A log whose times have " +
    "another number of coordinates than the scope is refused, and so is an event that breaks a law of logs. " +
    "A log that ends before it is complete keeps its times open and fails the dataflow, or, with " +
    '`whenTorn: "complete"`, is taken as it is: records of times that were open may then be missing. It ' +
    "remembers how far it is in each log, and reads them again from the beginning when it is restored.",
  config: z.strictObject({
    logs: z.array(z.custom<Replayable>(isReplayable, { error: "expected a log" })),
    whenTorn: z.enum(["fail", "complete"]).default("fail"),
  }),
  inputs: {},
  outputs: { out: anyRecord },
  interest: "notifications",
  source: "split",
  state: { version: 1, schema: z.array(savedSchema) },
  create: ({ config, name, out, retain, notifyAt, later, drop, worker }) => {
    const right = retain();
    const { whenTorn } = config;
    const players = shareOf(config.logs, worker).map((log) => {
      const cursor = new LogCursor(log, { depth: depthOf(right.time), whenTorn });
      return new Player(log.name, cursor, out.out, right.delayed());
    });
    right.drop();
    // Events since others last had their turn.
    let played = 0;
    const giveWay = (): boolean => {
      const from = furthestBehind(players)?.from ?? null;
      // Between two callbacks nothing may be half sent: a snapshot knows of whole events.
      const isInMidst = players.some((player) => player.isSending);
      if (played < MOST_AT_ONCE || from === null || isInMidst) return true;
      played = 0;
      // Resumed at once it would never let the notifications of earlier times come before it.
      notifyAt(from, { capability: "none" });
      return false;
    };
    const run = (): boolean => {
      for (let i = 0; !out.out.isFull && i < MOST_IN_A_SLICE; i++) {
        const player = furthestBehind(players);
        if (player === undefined) return false;
        const status = namingVertex("replay", name, () => player.step());
        if (status === "wait") player.whenReady(() => later(run));
        else if (status === "end" && player.torn) {
          drop(1, `the last line of log "${player.name}" is cut off`);
        }
        played++;
      }
      return giveWay();
    };
    later(run);
    return {
      receive: {},
      resume: run,
      notify: run,
      snapshot: () => players.map((player) => player.save()),
      restore(saved) {
        const all = saved as SavedPlayer[];
        if (all.length !== players.length) throw otherLogs(`${all.length} logs`, players.length);
        all.forEach((one, i) => players[i].load(one, retain));
      },
      close() {
        // A reader that cannot be closed is nobody's concern any more, and must not end the process.
        for (const player of players) Promise.resolve(player.close()).catch(() => {});
      },
    };
  },
});

/** The logs that this worker plays. */
function shareOf(logs: readonly Replayable[], { index, count }: Place): Replayable[] {
  const everywhere = logs.filter(({ isEverywhere }) => isEverywhere);
  return logs.filter((log) =>
    log.isEverywhere ? everywhere.indexOf(log) % count === index : index === 0
  );
}

/** So that times become complete early, and those who wait for them keep little. */
function furthestBehind(players: readonly Player[]): Player | undefined {
  let least: Player | undefined;
  for (const player of players) {
    if (!player.isReady) continue;
    // What holds nothing any more is at its end, and only has to be asked.
    if (player.from === null) return player;
    if (least === undefined || compareTimes(player.from, least.from!) < 0) least = player;
  }
  return least;
}

/** Plays one log, under capabilities at the log's own frontier. */
class Player {
  readonly name: string;
  readonly #cursor: LogCursor<unknown>;
  readonly #out: OutputPort<unknown>;
  #rights: Capability[];
  #status: "ready" | "waiting" | "over" = "ready";
  // Records of one event that did not fit the budget, and how many of them were sent.
  #time: Time = 0;
  #rest: Data<unknown> | null = null;
  #sent = 0;
  #skip = 0;

  constructor(
    name: string,
    cursor: LogCursor<unknown>,
    out: OutputPort<unknown>,
    right: Capability,
  ) {
    this.name = name;
    this.#cursor = cursor;
    this.#out = out;
    this.#rights = [right];
  }

  get isReady(): boolean {
    return this.#status === "ready";
  }

  /** Whether a part of an event was sent, and a part was not. */
  get isSending(): boolean {
    return this.#rest !== null;
  }

  /** Whether its end was cut off. */
  get torn(): boolean {
    return this.#cursor.torn !== undefined;
  }

  /** The first of the times that may still come of it; `null` when none can. */
  get from(): Time | null {
    return this.#rights.length === 0 ? null : this.#rights[0].time;
  }

  save(): SavedPlayer {
    const open = this.#rights.map(({ time }) => time);
    // What was played before a restore counts, also while it is read again.
    const taken = Math.max(this.#cursor.taken, this.#skip);
    return { taken, open, isOver: this.#status === "over" };
  }

  /** What was played before is read again, and neither sent nor followed. */
  load({ taken, open, isOver }: SavedPlayer, retain: (time: Time) => Capability): void {
    const [first] = this.#rights;
    this.#rights = open.map((time) => retain(time));
    first.drop();
    this.#skip = taken;
    if (isOver) void this.close();
  }

  /** Plays one event, or a part of one. */
  step(): "played" | "wait" | "end" {
    if (this.#rest !== null) return this.#send(this.#rest);
    const event = this.#cursor.next();
    if (event === "wait") return this.#wait();
    if (event === "end") return this.#end();
    if (this.#cursor.taken <= this.#skip) return this.#skipped();
    if (event.kind === "progress") this.#follow();
    else if (event.records.length > 0) {
      this.#time = event.time;
      this.#sent = 0;
      return this.#send(event.records);
    }
    return "played";
  }

  whenReady(ready: () => void): void {
    this.#cursor.whenReady(() => {
      if (this.#status === "waiting") this.#status = "ready";
      ready();
    });
  }

  close(): void | Promise<void> {
    this.#status = "over";
    return this.#cursor.close();
  }

  /** At most as many records as a batch holds; columns go as they are, for they cannot be cut. */
  #send(records: Data<unknown>): "played" {
    const out = this.#out;
    const end = this.#sent + out.capacity;
    const isWhole = this.#sent === 0 && end >= records.length;
    if (isWhole || !("slice" in records)) {
      out.send(this.#time, records);
      this.#rest = null;
    } else {
      out.send(this.#time, records.slice(this.#sent, end) as Data<unknown>);
      this.#sent = end;
      this.#rest = end < records.length ? records : null;
    }
    return "played";
  }

  #wait(): "wait" {
    this.#status = "waiting";
    return "wait";
  }

  #end(): "end" {
    for (const right of this.#rights) right.drop();
    Promise.resolve(this.close()).catch(() => {});
    return "end";
  }

  #skipped(): "played" {
    const isThere = this.#cursor.taken < this.#skip || this.#isAtFrontier();
    if (!isThere) throw otherLogs(`log "${this.name}" at event ${this.#skip}`, "another frontier");
    return "played";
  }

  #isAtFrontier(): boolean {
    const now = this.#cursor.state.frontier!;
    return now.length === this.#rights.length &&
      now.every((time, i) => equalTimes(time, this.#rights[i].time));
  }

  /** Rights at the log's frontier, each made of one that was at or before it. */
  #follow(): void {
    if (this.#isAtFrontier()) return;
    const before = this.#rights;
    const now = this.#cursor.state.frontier!;
    this.#rights = now.map((time) =>
      before.find((right) => lessEqual(right.time, time))!.delayed(time)
    );
    for (const right of before) right.drop();
  }
}

function otherLogs(saved: string, found: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_LOG",
    `Cannot go on with a replay that was saved: it had ${saved}, and finds ${found}`,
    { hint: "Give it the logs that it had" },
  );
}
