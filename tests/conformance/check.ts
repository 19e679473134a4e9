/**
 * Everything that must not change what an operator answers: its state put into a fresh instance, the form of
 * batches, budgets, policies, the number of workers.
 *
 * @module
 */
import { bagsByTime, type TimedRecords } from "../_support/bags.ts";
import { Random } from "../oracle/random.ts";
import { runInEngine } from "./in_engine.ts";
import { type Results, runInKit } from "./in_kit.ts";
import type { Subject } from "./subject.ts";
import { anyTraffic, type Delivery, type Form } from "./traffic.ts";

const FORMS: readonly Form[] = ["rows", "columns"];
/** Batches an output may send before it gives way: as few as can be, and the default. */
const BUDGETS = [1, 8];

/** Runs one subject in every combination; their number. Throws at the first that answers otherwise. */
export async function checkSubject(subject: Subject, seed: number): Promise<number> {
  const random = new Random(seed);
  const depth = random.pick(subject.depths ?? [1, 2, 3]);
  const traffic = anyTraffic(subject, depth, random);
  const configSeed = random.below(2 ** 31);
  const config = () => subject.config(new Random(configSeed));
  const expected = bagsOf(subject.expected(traffic, config() as never));
  const capacity = random.pick([1, 3, 1024]);
  let combinations = 0;
  const check = async (how: string, run: () => Results | Promise<Results>) => {
    combinations++;
    const place = `${subject.name}, seed ${seed}, ${how}`;
    let results: Results;
    try {
      results = await run();
    } catch (error) {
      throw new Error(`${place}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
    compare(place, bagsOf(results), expected, traffic);
  };
  for (const settings of kitSettings(subject, traffic, random)) {
    const how = `in the kit ${JSON.stringify(settings)}`;
    await check(how, () => runInKit(subject, config(), traffic, { ...settings, depth, capacity }));
  }
  for (const settings of engineSettings(subject, seed)) {
    const how = `in an engine ${JSON.stringify(settings)}`;
    const all = { ...settings, depth, capacity };
    await check(how, () => runInEngine(subject, config(), traffic, all, random));
  }
  return combinations;
}

function* kitSettings(subject: Subject, traffic: readonly Delivery[], random: Random) {
  if (subject.isAsynchronous === true) return;
  for (const form of FORMS) {
    for (const budget of BUDGETS) {
      yield { form, budget };
      if (traffic.length > 0) yield { form, budget, restoreAfter: random.below(traffic.length) };
    }
  }
}

function* engineSettings({ workers = "any" }: Subject, seed: number) {
  for (const form of FORMS) {
    for (const budget of BUDGETS) {
      for (const policy of ["downstream", "fifo", { seed }] as const) {
        for (const count of workers === "any" ? [1, 2] : [1]) {
          yield { form, budget, policy, workers: count };
        }
      }
    }
  }
}

type Bags = Readonly<Record<string, ReturnType<typeof bagsByTime>>>;

function bagsOf(answers: Readonly<Record<string, readonly TimedRecords[]>>): Bags {
  return Object.fromEntries(
    Object.entries(answers).map(([output, batches]) => [output, bagsByTime(batches)] as const)
      .filter(([, bags]) => Object.keys(bags).length > 0),
  );
}

function compare(place: string, found: Bags, expected: Bags, traffic: readonly Delivery[]): void {
  for (const output of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    const [has, wants] = [found[output] ?? {}, expected[output] ?? {}];
    for (const time of new Set([...Object.keys(has), ...Object.keys(wants)])) {
      const [one, other] = [has[time]?.join(" ") ?? "nothing", wants[time]?.join(" ") ?? "nothing"];
      if (one === other) continue;
      throw new Error(
        `${place}: on "${output}" at ${time} came ${one}, expected ${other}\n` +
          traffic.map(({ input, time, records, advances }) =>
            `  ${input} at ${JSON.stringify(time)}: ${JSON.stringify(records)}${
              advances ? ", then advances" : ""
            }`
          ).join("\n"),
      );
    }
  }
}
