/**
 * Cases: a random program, what is sent to it, and what has to come out. A case is a seed.
 * @module
 */

import type { Time } from "../../mod.ts";
import type { TimedRecords } from "../_support/bags.ts";
import { Random } from "../oracle/random.ts";
import { allTimes, type Coordinates, Meaning, TooMuch } from "./meaning.ts";
import { EPOCHS, type Program, randomProgram } from "./program.ts";

/** What is sent: records at a time to an input. */
export interface Delivery {
  readonly input: number;
  readonly time: Coordinates;
  readonly records: readonly number[];
}

/** See the module. */
export interface Case {
  readonly seed: number;
  readonly program: Program;
  readonly deliveries: readonly Delivery[];
  readonly meaning: Meaning;
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

/** Few records mostly, and now and then more than an edge has credit for; not where they would meet all others. */
function randomDeliveries(random: Random, { inputs, rootDepth, nodes }: Program): Delivery[] {
  const isHeavy = random.chance(0.1) && !nodes.some(({ shape }) => shape.kind === "join");
  const most = isHeavy ? 80 : 5;
  return Array.from({ length: random.between(1, 8) }, () => ({
    input: random.below(inputs),
    time: Array.from({ length: rootDepth }, () => random.below(EPOCHS)),
    records: Array.from({ length: random.between(1, most) }, () => random.below(13)),
  }));
}

/** All records of a stream at the root, by time. */
export function expected(meaning: Meaning, { rootDepth }: Program, stream: number): TimedRecords[] {
  return allTimes(rootDepth).map((time) => ({
    time: toTime(time),
    records: meaning.at(stream, time),
  }));
}

/** A time as the interface has it: a number, where there is one coordinate. */
export function toTime(time: Coordinates): Time {
  return time.length === 1 ? time[0] : time;
}
