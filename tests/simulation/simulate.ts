/**
 * Runs random programs with a clock that stands still, in many ways, and compares what comes out with what
 * the programs mean. A failure is a seed.
 * @module
 */

import { type InputHandle, ManualClock, type OutputHandle, type Time } from "../../mod.ts";
import { formatTime, lessEqual } from "../../progress/time.ts";
import { bagsByTime, type TimedRecords } from "../_support/bags.ts";
import { Random } from "../oracle/random.ts";
import { build } from "./build.ts";
import { type Case, caseOf, type Delivery, expected } from "./cases.ts";
import { type Configuration, configurations, priorityOf } from "./configurations.ts";
import type { Coordinates } from "./meaning.ts";
import { type Feed, HandleFeed, SourceFeed } from "./feeds.ts";
import { type Figures, type Ground, groundFor } from "./ground.ts";
import { Surroundings } from "./surroundings.ts";

export { caseOf } from "./cases.ts";
export { type Configuration, configurations } from "./configurations.ts";

/** Turns that a small program surely does not need. */
const TOO_LONG = 100_000;
/** More than most programs call operators. */
const CALLS = 60;

/** One run of a case. */
export class Simulation {
  readonly #case: Case;
  readonly #configuration: Configuration;
  readonly #random: Random;
  readonly #around: Surroundings;
  readonly #clock = new ManualClock();
  readonly #ground: Ground;
  readonly #feeds: Feed[];
  readonly #trace: (line: string) => void;
  readonly #outputs: OutputHandle<number>[] = [];
  readonly #results: TimedRecords[][] = [];

  /** `trace` hears of every frame between workers, and of everything that comes out. */
  constructor(one: Case, configuration: Configuration, trace: (line: string) => void = () => {}) {
    this.#case = one;
    this.#configuration = configuration;
    this.#trace = trace;
    this.#random = new Random(one.seed + 7);
    const { inputs, outputs, rootDepth } = one.program;
    const fuse = configuration.end === "threw" ? this.#random.between(1, CALLS) : Infinity;
    const around = new Surroundings(inputs, configuration.spread, fuse);
    this.#around = around;
    this.#ground = groundFor({
      program: build(one.program, around, priorityOf(configuration.priority), configuration.pace),
      configuration,
      clock: this.#clock,
      violations: around.violations,
      open: () => this.#open(),
      trace,
    });
    const { running } = this.#ground;
    around.isOver = () => running.status === "failed" || running.status === "cancelled";
    this.#feeds = around.sources.map((instances, i) =>
      instances.length > 0
        ? new SourceFeed(instances, rootDepth, this.#random)
        : new HandleFeed(running.input(`in${i}`) as InputHandle<number>, this.#random)
    );
    outputs.forEach((_stream, i) => this.#listen(running.output(`out${i}`)));
  }

  /** What was looked at. */
  get figures(): Figures {
    return this.#ground.figures;
  }

  /** Everything that is wrong with it; empty when nothing is. */
  run(): string[] {
    const { end } = this.#configuration;
    const acts = this.acts();
    if (end === "lost") return this.#lose(acts);
    const most = end === "cancelled" ? this.#random.below(20) : Infinity;
    for (let i = 0; i < most && !acts.next().done; i++);
    if (end === "cancelled") this.#ground.running.cancel("enough");
    return this.finish();
  }

  /** Does what a user might do, one thing at a time, until nothing is left to do. */
  *acts(): Generator<void> {
    const rest = [...this.#case.deliveries];
    while (rest.length > 0) {
      const [next] = rest.splice(this.#random.below(rest.length), 1);
      const needed = rest.filter(({ input }) => input === next.input).map(({ time }) => time);
      this.#deliver(next, needed);
      yield this.#work(this.#random.below(6));
      if (this.#around.isOver()) return;
    }
    for (const feed of this.#feeds) {
      while (feed.close()) {
        yield this.#work(this.#random.below(6));
        if (this.#around.isOver()) return;
      }
    }
  }

  /** Comes to the end, be it a good one or not, and checks what there is. */
  finish(lost = -1): string[] {
    const { work, accounts, violations } = this.#around;
    const { running, pools } = this.#ground;
    for (let i = 0; running.status === "running" && i < TOO_LONG; i++) {
      if (work.length > 0) work.splice(this.#random.below(work.length), 1)[0]();
      this.#clock.advance(1);
      this.#clock.turn();
      if (this.#random.chance(0.5)) continue;
      this.#ground.run();
      if (lost < 0 && !this.#around.isOver()) { for (const account of accounts) account.idle(); }
    }
    if (running.status === "completed") {
      for (const account of accounts) account.finish();
      this.#compare();
    } else this.#checkBadEnd();
    pools.forEach(({ stats: { taken, given } }, worker) => {
      if (taken === given || worker === lost) return;
      violations.push(`${taken - given} buffers did not come back to worker ${worker}`);
    });
    return violations;
  }

  /** Loses a worker in the middle of it; nobody notices at first. Another engine goes on as if nothing were. */
  #lose(acts: Generator<void>): string[] {
    const other = new Simulation(this.#case, { ...this.#configuration, end: "drained" });
    const others = other.acts();
    const before = this.#random.below(12);
    for (let i = 0; i < before && !acts.next().done; i++) others.next();
    const lost = this.#random.between(1, this.#configuration.workers - 1);
    this.#ground.lose(lost);
    const unnoticed = this.#random.below(4);
    for (let i = 0; i < unnoticed && !acts.next().done; i++) others.next();
    // As the neighbours in threads do when they find a thread gone.
    this.#ground.running.failedThere(new Error("a worker was lost"));
    for (const _act of others);
    return [...this.finish(lost), ...other.finish().map((what) => `the other engine: ${what}`)];
  }

  /** What is sent may run at once, and a failure then comes out of the very call. */
  #deliver(next: Delivery, needed: readonly Coordinates[]): void {
    try {
      this.#feeds[next.input].deliver(next, needed);
    } catch (error) {
      if (error !== this.#ground.running.failure) throw error;
    }
  }

  #work(amount: number): void {
    const { work } = this.#around;
    for (let i = 0; i < amount; i++) {
      if (work.length > 0 && this.#random.chance(0.3)) {
        work.splice(this.#random.below(work.length), 1)[0]();
      } else if (this.#random.chance(0.2)) {
        this.#clock.turn();
      } else this.#ground.step();
    }
  }

  *#open(): Generator<readonly [input: string, time: Time]> {
    for (const [i, feed] of this.#feeds.entries()) {
      for (const time of feed.open) yield [`in${i}`, time];
    }
  }

  /** C1: what came out, and what was dropped with a reason, is what the program means. */
  #compare(): void {
    const { program, meaning } = this.#case;
    program.outputs.forEach((stream, i) => {
      const wanted = JSON.stringify(bagsByTime(expected(meaning, program, stream)));
      const got = JSON.stringify(bagsByTime(this.#results[i]));
      if (got !== wanted) this.#violated(`out${i} gives ${got} instead of ${wanted}`);
    });
    let wanted = 0;
    program.variables.forEach((_variable, i) => wanted += meaning.droppedBy(i));
    const got = this.#ground.running.dropped.reduce((sum, { records }) => sum + records, 0);
    if (got !== wanted) this.#violated(`${got} records dropped instead of ${wanted}`);
  }

  /** It ended before its time, as it was asked to: what an output calls complete must be complete. */
  #checkBadEnd(): void {
    const { status, failure } = this.#ground.running;
    const { end } = this.#configuration;
    const wanted = end === "lost" || end === "threw" ? "failed" : end;
    const words = { lost: "lost", cancelled: "enough", threw: "the fuse has blown", drained: "-" };
    if (status !== wanted || !String(failure).includes(words[end])) {
      this.#violated(`it is ${status} at the end: ${failure}`);
    }
    this.#clock.turn();
    this.#ground.run();
    const { program, meaning } = this.#case;
    this.#outputs.forEach((output, i) => {
      if (!output.isEnded) this.#violated(`${output.name} has not ended`);
      const isComplete = ({ time }: TimedRecords) =>
        !output.frontier.some((element) => lessEqual(element, time));
      const all = expected(meaning, program, program.outputs[i]).filter(isComplete);
      const wanted = JSON.stringify(bagsByTime(all));
      const got = JSON.stringify(bagsByTime(this.#results[i].filter(isComplete)));
      if (got !== wanted) this.#violated(`out${i} is complete with ${got} instead of ${wanted}`);
    });
  }

  /** Collects an output's records; nothing comes at a time that was complete there. */
  #listen(output: OutputHandle<number>): void {
    const results: TimedRecords[] = [];
    let frontier: readonly Time[] | null = null;
    const late = (what: string) => this.#violated(`${output.name}: ${what}`);
    output.subscribe(({ time, records }) => {
      results.push({ time, records: [...records] });
      this.#trace(`${output.name} ${formatTime(time)} ${records.join()}`);
      if (this.#around.isOver()) late("a batch comes after the end");
      if (frontier !== null && !frontier.some((element) => lessEqual(element, time))) {
        late(`a batch at ${formatTime(time)} comes when it is complete`);
      }
    }, (moved) => frontier = moved);
    this.#outputs.push(output);
    this.#results.push(results);
  }

  #violated(what: string): void {
    this.#around.violations.push(what);
  }
}

/** What many runs have gone through. */
export interface Totals extends Figures {
  readonly runs: number;
}

/** In which ways seeds are run: on how many workers, and one in how many of the ways, in turn. */
export interface Ways {
  readonly workers: readonly number[];
  readonly oneIn?: number;
}

/** Runs many seeds; the first failure is thrown, with what repeats it. */
export function simulateAll(from: number, count: number, { workers, oneIn = 1 }: Ways): Totals {
  const totals = { runs: 0, frames: 0, full: 0, looks: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const one = caseOf(seed);
    const all = workers.flatMap((number) => configurations(seed, number));
    for (const configuration of all.filter((_way, i) => (seed + i) % oneIn === 0)) {
      const { frames, full, looks } = attempt(one, configuration);
      totals.runs++;
      totals.frames += frames;
      totals.full += full;
      totals.looks += looks;
    }
  }
  return totals;
}

function attempt(one: Case, configuration: Configuration): Figures {
  const wrong: string[] = [];
  try {
    const simulation = new Simulation(one, configuration);
    wrong.push(...simulation.run());
    if (wrong.length === 0) return simulation.figures;
  } catch (error) {
    wrong.push(`threw ${error instanceof Error ? error.stack : error}`);
  }
  const { seed } = one;
  throw new Error(
    `seed ${seed} with ${JSON.stringify(configuration)}:\n  ${wrong.slice(0, 10).join("\n  ")}\n` +
      `repeat with: deno task simulate --seed ${seed} --count 1 --workers ${configuration.workers}`,
  );
}
