/**
 * Runs random programs under every scheduling policy with a clock that stands still, and compares what
 * comes out with what the programs mean. A failure is a seed.
 * @module
 */

import { Engine, type EngineOptions, ManualClock, type Running } from "../../mod.ts";
import type { Data, InputHandle, OpenEpoch, OutputHandle, Time } from "../../mod.ts";
import { formatTime, lessEqual } from "../../progress/time.ts";
import { bagsByTime, type TimedRecords } from "../_support/bags.ts";
import { Random } from "../oracle/random.ts";
import { build } from "./build.ts";
import { allTimes, type Coordinates, Meaning, TooMuch } from "./meaning.ts";
import { Surroundings } from "./operators.ts";
import { EPOCHS, type Program, randomProgram } from "./program.ts";

/** What is sent: records at a time to an input. */
interface Delivery {
  readonly input: number;
  readonly time: Coordinates;
  readonly records: readonly number[];
}

/** A case: a program, what is sent to it, and what has to come out. */
export interface Case {
  readonly seed: number;
  readonly program: Program;
  readonly deliveries: readonly Delivery[];
  readonly meaning: Meaning;
}

/** One way to run a case. */
export type Configuration = Required<
  Pick<EngineOptions, "policy" | "chains" | "budget" | "capacity" | "explain">
>;

/** The ways that a seed is run in. */
export function configurations(seed: number): Configuration[] {
  const usual = { budget: 8, capacity: 1024, explain: false };
  const tight = { budget: 1, capacity: 1, explain: false };
  return [
    { policy: "downstream", chains: true, ...usual },
    { policy: "downstream", chains: false, ...tight },
    { policy: "fifo", chains: seed % 2 === 0, ...tight },
    { policy: { seed }, chains: true, ...tight },
    { policy: { seed: seed + 1 }, chains: false, ...usual, capacity: 2 },
    { policy: { seed: seed + 2 }, chains: false, ...usual, explain: true },
  ];
}

/** The case of a seed; programs that explode are passed over for the next one the seed gives. */
export function caseOf(seed: number): Case {
  const random = new Random(seed);
  for (;;) {
    const program = randomProgram(random);
    const deliveries = randomDeliveries(random, program);
    const meaning = new Meaning(
      program,
      (input, time) =>
        deliveries.flatMap((each) =>
          each.input === input && each.time.join() === time.join() ? each.records : []
        ),
    );
    try {
      program.outputs.forEach((stream) => expected(meaning, program, stream));
      program.variables.forEach((_variable, i) => meaning.droppedBy(i));
      return { seed, program, deliveries, meaning };
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
    }
  }
}

/** Everything that is wrong with a run of the case; empty when nothing is. */
export function simulate(
  one: Case,
  configuration: Configuration,
  onBatch: (output: string, time: Time, records: readonly number[]) => void = () => {},
): string[] {
  return new Simulation(one, configuration, onBatch).run();
}

function randomDeliveries(random: Random, { inputs, rootDepth }: Program): Delivery[] {
  return Array.from({ length: random.between(1, 8) }, () => ({
    input: random.below(inputs),
    time: Array.from({ length: rootDepth }, () => random.below(EPOCHS)),
    records: Array.from({ length: random.between(1, 5) }, () => random.below(13)),
  }));
}

function expected(meaning: Meaning, { rootDepth }: Program, stream: number): TimedRecords[] {
  return allTimes(rootDepth).map((time) => ({
    time: toTime(time),
    records: meaning.at(stream, time),
  }));
}

function toTime(time: Coordinates): Time {
  return time.length === 1 ? time[0] : time;
}

/** Turns that a small program surely does not need. */
const TOO_LONG = 100_000;

class Simulation {
  readonly #case: Case;
  readonly #random: Random;
  readonly #around = new Surroundings();
  readonly #clock = new ManualClock();
  readonly #engine: Engine;
  readonly #running: Running;
  readonly #inputs: InputHandle<number>[];
  readonly #results: TimedRecords[][] = [];
  readonly #epochs: { readonly input: number; readonly epoch: OpenEpoch<number> }[] = [];

  constructor(
    one: Case,
    configuration: Configuration,
    readonly onBatch: (output: string, time: Time, records: readonly number[]) => void,
  ) {
    this.#case = one;
    this.#random = new Random(one.seed + 7);
    this.#engine = new Engine({ ...configuration, clock: this.#clock, checks: true });
    const program = build(one.program, this.#around);
    this.#running = this.#engine.install(program);
    this.#inputs = Array.from(
      { length: one.program.inputs },
      (_, i) => this.#running.input(`in${i}`),
    );
    one.program.outputs.forEach((_stream, i) => this.#listen(this.#running.output(`out${i}`)));
  }

  run(): string[] {
    const rest = [...this.#case.deliveries];
    while (rest.length > 0) {
      this.#deliver(rest);
      this.#work(this.#random.below(6));
    }
    for (const input of this.#inputs) input.close();
    while (this.#epochs.length > 0) {
      this.#epochs.splice(this.#random.below(this.#epochs.length), 1)[0].epoch.close();
      this.#work(this.#random.below(6));
    }
    this.#finish();
    this.#compare();
    return this.#around.violations;
  }

  /** Something that a user might do: send now or ahead, keep an epoch open, advance, close an epoch. */
  #deliver(rest: Delivery[]): void {
    const { time, input, ...sent } = rest.splice(this.#random.below(rest.length), 1)[0];
    // As a column every other time, so that vertices meet pooled buffers.
    const records =
      (this.#random.chance(0.5) ? sent.records : Int32Array.from(sent.records)) as Data<
        number
      >;
    const open = this.#epochs.find((each) =>
      each.input === input && String(each.epoch.time) === String(toTime(time))
    );
    if (open !== undefined) open.epoch.send(records);
    else this.#inputs[input].sendAt(toTime(time), records);
    const needed = rest.filter((each) => each.input === input).map((each) => each.time);
    if (this.#random.chance(0.3) && needed.length > 0) {
      this.#keepOpen(input, this.#random.pick(needed));
    }
    if (this.#random.chance(0.5)) this.#advance(input, needed);
    if (this.#epochs.length > 0 && this.#random.chance(0.3)) this.#closeIdle(rest);
  }

  #keepOpen(input: number, time: Coordinates): void {
    const handle = this.#inputs[input];
    if (!lessEqual(handle.time, toTime(time))) return;
    this.#epochs.push({ input, epoch: handle.open(toTime(time)) });
  }

  /** As far as what is still to be sent, apart from open epochs, allows. */
  #advance(input: number, needed: readonly Coordinates[]): void {
    const covered = (time: Coordinates) =>
      this.#epochs.some((each) =>
        each.input === input && String(each.epoch.time) === String(toTime(time))
      );
    const free = needed.filter((time) => !covered(time));
    const handle = this.#inputs[input];
    const now = typeof handle.time === "number" ? [handle.time] : handle.time;
    const next = now.map((c, i) => Math.max(c, Math.min(EPOCHS, ...free.map((time) => time[i]))));
    handle.advanceTo(toTime(next));
  }

  #closeIdle(rest: readonly Delivery[]): void {
    const at = this.#epochs.findIndex(({ input, epoch }) =>
      !rest.some((each) => each.input === input && String(toTime(each.time)) === String(epoch.time))
    );
    if (at >= 0) this.#epochs.splice(at, 1)[0].epoch.close();
  }

  #work(amount: number): void {
    const { work } = this.#around;
    for (let i = 0; i < amount; i++) {
      if (work.length > 0 && this.#random.chance(0.3)) {
        work.splice(this.#random.below(work.length), 1)[0]();
      } else if (this.#random.chance(0.2)) {
        this.#clock.turn();
      } else this.#engine.step();
    }
  }

  #finish(): void {
    const { work, accounts, violations } = this.#around;
    for (let i = 0; this.#running.status === "running" && i < TOO_LONG; i++) {
      if (work.length > 0) work.splice(this.#random.below(work.length), 1)[0]();
      this.#clock.advance(1);
      this.#clock.turn();
      if (this.#random.chance(0.5)) continue;
      this.#engine.run();
      for (const account of accounts) account.idle();
    }
    for (const account of accounts) account.finish();
    const { status, failure } = this.#running;
    if (status !== "completed") violations.unshift(`it is ${status} at the end: ${failure}`);
    const { taken, given } = this.#engine.worker.pool.stats;
    if (taken !== given) violations.push(`${taken - given} buffers did not come back`);
  }

  /** C1: what came out, and what was dropped with a reason, is what the program means. */
  #compare(): void {
    const { program, meaning } = this.#case;
    program.outputs.forEach((stream, i) => {
      const wanted = JSON.stringify(bagsByTime(expected(meaning, program, stream)));
      const got = JSON.stringify(bagsByTime(this.#results[i]));
      if (got !== wanted) this.#around.violations.push(`out${i} gives ${got} instead of ${wanted}`);
    });
    let wanted = 0;
    program.variables.forEach((_variable, i) => wanted += meaning.droppedBy(i));
    const got = this.#running.dropped.reduce((sum, { records }) => sum + records, 0);
    if (got !== wanted) this.#around.violations.push(`${got} records dropped instead of ${wanted}`);
  }

  /** Collects an output's records; nothing comes at a time that was complete there. */
  #listen(output: OutputHandle<number>): void {
    const results: TimedRecords[] = [];
    let frontier: readonly Time[] | null = null;
    output.subscribe((batch) => {
      results.push({ time: batch.time, records: [...batch.records] });
      this.onBatch(output.name, batch.time, batch.records);
      if (frontier !== null && !frontier.some((element) => lessEqual(element, batch.time))) {
        this.#around.violations.push(
          `${output.name}: a batch at ${formatTime(batch.time)} comes when it is complete`,
        );
      }
    }, (moved) => frontier = moved);
    this.#results.push(results);
  }
}

/** Runs many seeds; the first failure is thrown, with what repeats it. */
export function simulateAll(from: number, count: number): number {
  let runs = 0;
  for (let seed = from; seed < from + count; seed++) {
    const one = caseOf(seed);
    for (const configuration of configurations(seed)) {
      const wrong = attempt(one, configuration);
      runs++;
      if (wrong.length === 0) continue;
      throw new Error(
        `seed ${seed} with ${JSON.stringify(configuration)}:\n  ${
          wrong.slice(0, 10).join("\n  ")
        }\n` +
          `repeat with: deno task simulate --seed ${seed} --count 1`,
      );
    }
  }
  return runs;
}

function attempt(one: Case, configuration: Configuration): string[] {
  try {
    return simulate(one, configuration);
  } catch (error) {
    return [`threw ${error instanceof Error ? error.stack : error}`];
  }
}
