/**
 * The laws that an operator keeps whatever is around it, as far as they need no engine and no right answer: what
 * comes out is compared with what comes out otherwise.
 *
 * @module
 */
import { compareTimes, formatTime } from "../../progress/time.ts";
import type { AnyOperator, OperatorDefinition, Ports } from "../contract/definition.ts";
import { MeanderError, reasonOf, show } from "../contract/fault.ts";
import { sizedFor } from "../contract/sized.ts";
import { checkedConfig } from "./config.ts";
import {
  columnsOf,
  type Delivery,
  frontierOf,
  oneByOne,
  reordered,
  someTraffic,
} from "./law_traffic.ts";
import { OperatorTest, type OperatorTestOptions, type SentBatch } from "./operator_test.ts";
import { SeededRandom } from "./random.ts";

/** What the laws are checked with. */
export interface CheckOptions<Given> {
  /** The configuration; `{}` when left out. */
  readonly config?: Given | undefined;
  /** Records that may arrive, by input; small integers at those that are left out. */
  readonly inputs?: Readonly<Record<string, readonly unknown[]>> | undefined;
  /** How many random arrivals are tried, 20 when left out. */
  readonly runs?: number | undefined;
  /** The first seed; 1 when left out. */
  readonly seed?: number | undefined;
  /** Coordinates of the times; 1 and 2 when left out. */
  readonly depths?: readonly number[] | undefined;
  /** `given` for one whose answers may depend on which time's records come first. */
  readonly order?: "any" | "given" | undefined;
  /** Whether it may keep something when all times are complete, such as a state that is for ever. */
  readonly keepsForever?: boolean | undefined;
}

/** What was checked. */
export interface CheckReport {
  /** How often it was run; 0 when it cannot be checked like this. */
  readonly runs: number;
  /** What was not checked, and why. */
  readonly notes: readonly string[];
}

type AnyTest = OperatorTest<Ports, Ports, Ports>;
type Sent = Readonly<Record<string, readonly SentBatch[]>>;

/** One way of running it. */
interface Way {
  readonly name: string;
  readonly traffic: readonly Delivery[];
  readonly options: OperatorTestOptions;
  readonly columns?: boolean;
  /** After so many batches its state is put into a fresh instance. */
  readonly cut?: number;
}

/**
 * Runs an operator on random arrivals, in many ways that must not change what it answers: budgets, sizes of
 * batches, orders, rows and columns, and a fresh instance that goes on from its snapshot. What it sends has to fit
 * its outputs; at the end no right to send may be left, and nothing be kept.
 *
 * @throws {MeanderError} `MEANDER_LAW` with what was broken, and the seed at which it was.
 * @example
 * ```ts
 * import { anyRecord, defineOperator, z } from "meander/plugin";
 * import { checkOperator, coreOperators } from "meander/testing";
 * import { expect } from "vitest";
 *
 * const { distinct } = coreOperators;
 * const report = checkOperator(distinct, { config: { per: "time" }, inputs: { in: ["a", "b", 7] } });
 * expect(report.runs).toBeGreaterThan(100);
 *
 * // A batch is no unit of meaning: the same records may come in others.
 * const lengths = defineOperator({
 *   name: "lengths", version: "1.0.0", summary: "Sends how long each batch is",
 *   config: z.strictObject({}),
 *   inputs: { in: anyRecord }, outputs: { out: z.int() },
 *   create: ({ out }) => ({
 *     receive: { in: (batch) => out.out.send(batch.time, [batch.length]) },
 *   }),
 * });
 * expect(() => checkOperator(lengths)).toThrow("in batches of one record it sends 1");
 * ```
 */
export function checkOperator<Config, In extends Ports, Out extends Ports, Given>(
  definition: OperatorDefinition<Config, In, Out, Given>,
  options: CheckOptions<Given> = {},
): CheckReport {
  const { runs = 20, seed: first = 1, depths = [1, 2], inputs = {} } = options;
  const { operator, usesLater } = watched(definition as unknown as AnyOperator);
  const config = options.config ?? {};
  const records = Object.fromEntries(
    Object.keys(operator.inputs).map((name) => [name, inputs[name] ?? [-2, -1, 0, 1, 2, 3]]),
  );
  const count = Object.keys(records).length === 0 ? 1 : runs;
  const broken = new Set<string>();
  let done = 0;
  for (let seed = first; seed < first + count && broken.size === 0; seed++) {
    const random = new SeededRandom(seed);
    const depth = random.pick(depths);
    const traffic = someTraffic(records, depth, random);
    const check = new Check(operator, config, options.keepsForever === true);
    let plain: Sent | undefined = undefined;
    for (const way of waysOf(operator, traffic, depth, random, options.order === "given")) {
      const sent = check.run(way);
      if (usesLater()) return { runs: 0, notes: [LATER] };
      done++;
      if (plain === undefined) plain = sent;
      else if (sent !== undefined) check.compare(plain, sent, way);
      if (sent === undefined) break;
    }
    for (const problem of check.problems) broken.add(`seed ${seed}: ${problem}`);
  }
  if (broken.size > 0) {
    throw new MeanderError("MEANDER_LAW", `Operator "${operator.name}" breaks the laws`, {
      where: operator.name,
      problems: [...broken],
    });
  }
  const notes = operator.state === undefined ? ["it has no state: snapshots were not checked"] : [];
  return { runs: done, notes };
}

const LATER = "its results come in later turns (it uses later or after): write a test of its own";

/** The same operator, which tells whether it puts anything off. */
function watched(definition: AnyOperator): { operator: AnyOperator; usesLater: () => boolean } {
  let isUsed = false;
  const create: AnyOperator["create"] = (context) =>
    definition.create(
      new Proxy(context, {
        get(target, name) {
          if (name === "later" || name === "after") isUsed = true;
          const value = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
    );
  return { operator: { ...definition, create }, usesLater: () => isUsed };
}

function* waysOf(
  operator: AnyOperator,
  traffic: readonly Delivery[],
  depth: number,
  random: SeededRandom,
  isOrdered: boolean,
): Generator<Way> {
  yield { name: "as usual", traffic, options: { depth } };
  yield { name: "as usual, a second time", traffic, options: { depth } };
  for (const budget of [1, 2, 3]) {
    yield {
      name: `giving way after ${budget} batches of one record`,
      traffic,
      options: { depth, budget, capacity: 1 },
    };
  }
  yield { name: "in columns", traffic, options: { depth }, columns: true };
  yield { name: "in batches of one record", traffic: oneByOne(traffic), options: { depth } };
  if (!isOrdered) {
    yield { name: "in another order", traffic: reordered(traffic, random), options: { depth } };
  }
  if (operator.state === undefined) return;
  for (let cut = 0; cut < traffic.length; cut++) {
    const options = { depth, budget: 1 + random.below(8) };
    yield { name: `from its snapshot after ${cut} batches`, traffic, options, cut };
  }
}

/** One operator under one traffic, and what was found. */
class Check {
  readonly problems: Set<string> = new Set();
  readonly #operator: AnyOperator;
  readonly #config: unknown;
  readonly #keepsForever: boolean;

  constructor(operator: AnyOperator, config: unknown, keepsForever: boolean) {
    this.#operator = operator;
    this.#config = config;
    this.#keepsForever = keepsForever;
    this.outputs = sizedFor(operator, checkedConfig(operator, config)).outputs;
  }

  readonly outputs: Ports;

  /** What was sent; nothing when it failed, which is then told. */
  run(way: Way): Sent | undefined {
    try {
      return this.#sent(way);
    } catch (error) {
      this.problems.add(`${way.name} it fails: ${reasonOf(error)}`);
      return undefined;
    }
  }

  #make(options: OperatorTestOptions): AnyTest {
    return new OperatorTest(this.#operator, this.#config, options) as AnyTest;
  }

  #sent({ traffic, options, columns = false, cut }: Way): Sent {
    const tests = [this.#make(options)];
    traffic.forEach(({ input, time, records, advances }, i) => {
      if (i === cut) tests.push(this.#restored(tests[0], this.#make(options)));
      const test = tests[tests.length - 1];
      test.send(input, time, (columns ? columnsOf(records) : [...records]) as never);
      if (!advances) return;
      const rest = traffic.slice(i + 1);
      for (const each of Object.keys(this.#operator.inputs)) {
        test.advance(each, frontierOf(rest, each));
      }
    });
    const last = tests[tests.length - 1];
    // What a source has put off.
    last.pass(0);
    last.finish();
    this.#checkEnd(last);
    const sent = Object.keys(this.outputs).map((output) =>
      [output, tests.flatMap((test) => [...test.batches(output)])] as const
    );
    for (const [output, batches] of sent) this.#checkRecords(output, batches);
    return Object.fromEntries(sent);
  }

  /** A snapshot is data: it goes through the schema of the state. */
  #restored(from: AnyTest, fresh: AnyTest): AnyTest {
    const saved = from.save();
    const { success, error } = this.#operator.state!.schema.safeParse(saved.state);
    if (!success) {
      const [{ path, message }] = error.issues;
      throw new Error(
        `its snapshot does not fit its state's schema at /${path.join("/")}: ${message}`,
      );
    }
    return fresh.restore(saved);
  }

  #checkEnd(test: AnyTest): void {
    if (test.rights.length > 0) {
      this.problems.add(`it has rights left at the end: ${show(test.rights)}`);
    }
    const { records, waiting = 0, inFlight = 0 } = test.kept;
    if (this.#keepsForever || records + waiting + inFlight === 0) return;
    this.problems.add(`it still keeps ${show(test.kept)} when all times are complete`);
  }

  #checkRecords(output: string, batches: readonly SentBatch[]): void {
    for (const record of batches.flatMap(({ records }) => records)) {
      const { error } = this.outputs[output].safeParse(record);
      if (error === undefined) continue;
      const [{ path, message }] = error.issues;
      const at = path.length === 0 ? "" : ` at /${path.join("/")}`;
      this.problems.add(
        `it sends ${show(record)} on "${output}", which does not fit${at}: ${message}`,
      );
      return;
    }
  }

  /** Which records belong to a time is what an operator answers; in which order, and in which batches, is not. */
  compare(plain: Sent, sent: Sent, { name }: Way): void {
    for (const output of Object.keys(this.outputs)) {
      const [one, other] = [bagsOf(plain[output]), bagsOf(sent[output])];
      for (const time of new Set([...one.keys(), ...other.keys()])) {
        const [had, has] = [one.get(time) ?? "nothing", other.get(time) ?? "nothing"];
        if (had === has) continue;
        this.problems.add(
          `${name} it sends ${cut(has)} on "${output}" at ${time}, and otherwise ${cut(had)}`,
        );
        return;
      }
    }
  }
}

function bagsOf(batches: readonly SentBatch[]): Map<string, string> {
  const byTime = new Map<string, string[]>();
  for (const { time, records } of [...batches].sort((a, b) => compareTimes(a.time, b.time))) {
    const name = formatTime(time);
    byTime.set(name, [...byTime.get(name) ?? [], ...records.map(canonical)]);
  }
  return new Map(
    [...byTime].filter(([, records]) => records.length > 0)
      .map(([time, records]) => [time, records.sort().join(", ")]),
  );
}

/** A text that is the same for equal values: fields in one order, and no two zeros. */
function canonical(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return `${value}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const fields = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${
    fields.map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join(",")
  }}`;
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
