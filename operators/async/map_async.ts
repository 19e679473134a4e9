import { z } from "zod";
import { formatTime, type Time } from "../../progress/time.ts";
import {
  type AsyncCall,
  AsyncCalls,
  type AsyncFunction,
  Job,
  type Retries,
  type RetryOptions,
} from "./async_calls.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  type Capability,
  defineOperator,
  expression,
  type OperatorContext,
  type OperatorDefinition,
  type Ports,
} from "../contract/definition.ts";
import { MeanderError, show } from "../contract/fault.ts";
import { type Kept, waitingIn } from "../contract/kept.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { Fifo } from "./fifo.ts";

export type { AsyncCall, AsyncFunction, RetryOptions };

/** How records are answered. */
export interface MapAsyncOptions {
  /** How many records each worker has under way at once, at most; 16 when left out. */
  readonly concurrency?: number | undefined;
  /** Whether the answers of a time leave in the order in which its records came; false when left out. */
  readonly ordered?: boolean | undefined;
  /** How long one attempt may take, in milliseconds; as long as it likes when left out. */
  readonly timeoutMs?: number | undefined;
  /** When and how often a record is tried again; never when left out. */
  readonly retry?: RetryOptions | undefined;
  /** Whether a record whose last attempt failed fails the dataflow (the default), or goes to output `failed`. */
  readonly onError?: "fail" | "output" | undefined;
  /**
   * How many records may wait for a slot on a worker before the dataflow fails; any number when left out. Those
   * who send are stopped before, where they can be, so that it is for loops and large batches.
   */
  readonly maxWaiting?: number | undefined;
}

/** A record that could not be answered. */
export interface AsyncFailure<T> {
  readonly record: T;
  /** What its last attempt failed with. */
  readonly error: string;
  /** How many attempts were made. */
  readonly attempts: number;
}

interface MapAsyncConfig {
  readonly f: AsyncFunction<unknown, unknown>;
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly timeoutMs?: number | undefined;
  readonly retry: Retries;
  readonly onError: "fail" | "output";
  readonly maxWaiting?: number | undefined;
}

interface Given {
  readonly f: AsyncFunction<unknown, unknown>;
  readonly concurrency?: number | undefined;
  readonly ordered?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly onError?: "fail" | "output" | undefined;
  readonly maxWaiting?: number | undefined;
}

type Outputs = { readonly out: z.ZodType<unknown>; readonly failed: z.ZodType<unknown> };

const milliseconds = z.number().min(0);
const retrySchema = z.strictObject({
  attempts: z.int().min(1).meta({ description: "how many attempts there are for a record" }),
  delayMs: milliseconds.default(0).meta({ description: "before the second attempt" }),
  factor: z.number().min(1).default(2).meta({
    description: "how much longer each further wait is",
  }),
}) as unknown as z.ZodType<Retries, RetryOptions>;

/** What a snapshot says of a record that has not left: its answer, when it has one already. */
const savedSchema = z.strictObject({
  record: z.unknown(),
  answer: z.union([
    z.strictObject({ value: z.unknown() }),
    z.strictObject({ error: z.unknown(), attempts: z.int() }),
  ]).optional(),
});

type Saved = readonly [Time, readonly { record: unknown; answer?: NonNullable<Job["answer"]> }[]];

/** Answers each record by a function that may take its time, at the record's own time. */
export const mapAsync: OperatorDefinition<
  MapAsyncConfig,
  { readonly in: z.ZodType<unknown> },
  Outputs,
  Given
> = defineOperator({
  name: "mapAsync",
  version: "1.0.0",
  summary: "Answers each record by a function that may take its time",
  docs:
    "`f` returns an answer or a promise of one; answers have the times of their records, and a time is " +
    "complete when all of its records have left. Each worker has up to `concurrency` records under way; the " +
    "others wait in the vertex. When as many wait as may be under way, for a call or to leave, the vertex stops " +
    "those who send to it, except round a loop; with `maxWaiting` it fails when more wait all the same. With `ordered` the answers of a time leave in the order in which its records came to " +
    "the worker; different times never wait for each other. An attempt that throws, rejects or takes longer " +
    "than `timeoutMs` is repeated as `retry` says, and the record keeps its slot meanwhile. After the last " +
    "attempt the dataflow fails, or, with `onError: output`, `{ record, error, attempts }` leaves by output " +
    "`failed`. What is under way when a snapshot is taken is begun anew after a restore, so that effects " +
    "outside happen at least once.",
  example: {
    with: { f: "record * 2", concurrency: 4, ordered: true },
    inputs: { in: [1, 2, 3] },
    outputs: { out: [2, 4, 6], failed: [] },
  },
  types: { outputs: { out: "f" } },
  config: z.strictObject({
    f: expression<AsyncFunction<unknown, unknown>>("record"),
    concurrency: z.int().min(1).default(16),
    ordered: z.boolean().default(false),
    timeoutMs: milliseconds.optional(),
    retry: retrySchema.default({ attempts: 1, delayMs: 0, factor: 2 }),
    onError: z.enum(["fail", "output"]).default("fail"),
    maxWaiting: z.int().min(0).optional(),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord, failed: anyRecord },
  holdsBack: true,
  state: { version: 1, schema: z.array(z.tuple([timeSchema, z.array(savedSchema)])) },
  create: (context) => {
    const answers = new Answers(context);
    return {
      receive: { in: (batch) => answers.receive(batch) },
      resume: () => answers.step(),
      size: () => answers.kept(),
      close: () => answers.close(),
      snapshot: () => answers.save(),
      restore: (state) => answers.load(state as Saved[]),
    };
  },
});

/** A time some of whose records have not left. */
interface OpenTime {
  readonly right: Capability;
  /** Records that have not left, in the order in which they came. */
  readonly jobs: Set<Job>;
  /** Those of them that leave next: all of them when they are ordered, else those with an answer. */
  readonly next: Fifo<Job>;
}

/** The answers of one vertex, on their way out. */
class Answers {
  readonly #context: OperatorContext<MapAsyncConfig, Outputs & Ports>;
  readonly #calls: AsyncCalls;
  readonly #open = new TimeMap<OpenTime>();
  /** Times with something to send. */
  readonly #ready = new Set<OpenTime>();
  /** Records that have not left. */
  #jobs = 0;
  #isPlanned = false;
  /** Whether a callback of the vertex runs, which will end with a step. */
  #isRunning = false;

  constructor(context: OperatorContext<MapAsyncConfig, Outputs>) {
    this.#context = context;
    const { f, concurrency, timeoutMs, retry } = context.config;
    this.#calls = new AsyncCalls({ f, concurrency, timeoutMs, retry }, {
      after: (delayMs, task) => context.after(delayMs, task),
      answered: (job) => this.#answered(job),
      step: () => this.step(),
    });
  }

  receive(batch: Batch<unknown>): boolean {
    const open = this.#openAt(batch.time);
    for (const record of batch) this.#add(open, new Job(record, batch.time));
    const more = this.step();
    const { maxWaiting = Infinity } = this.#context.config;
    if (this.#calls.waiting > maxWaiting) throw this.#tooMany(maxWaiting, batch.time);
    return more;
  }

  /** Begins what can be begun and sends what can be sent; true when the budget was spent first. */
  step(): boolean {
    this.#isRunning = true;
    this.#calls.pump();
    this.#isRunning = false;
    const more = this.#sendReady();
    // Enough to keep every slot busy. It goes on by itself: answers come from outside.
    const { concurrency } = this.#context.config;
    this.#context.holdBack(this.#jobs - this.#calls.running >= concurrency);
    return more;
  }

  #sendReady(): boolean {
    for (const open of this.#ready) {
      if (this.#send(open)) return true;
      this.#ready.delete(open);
      if (open.jobs.size > 0) continue;
      this.#open.delete(open.right.time);
      open.right.drop();
    }
    return false;
  }

  /** Every record of it waits to leave, some in a call. */
  kept(): Kept {
    return { ...waitingIn(this.#open), inFlight: this.#calls.running };
  }

  close(): void {
    this.#calls.close();
  }

  save(): Saved[] {
    return [...this.#open].map(([time, { jobs }]) => [
      time,
      [...jobs].map(({ record, answer }) => answer === null ? { record } : { record, answer }),
    ]);
  }

  load(state: readonly Saved[]): void {
    for (const [time, jobs] of state) {
      const open = this.#openAt(time);
      for (const { record, answer } of jobs) {
        const job = new Job(record, time);
        job.answer = answer ?? null;
        this.#add(open, job);
      }
    }
    this.#plan();
  }

  #openAt(time: Time): OpenTime {
    const known = this.#open.get(time);
    if (known !== undefined) return known;
    const open = { right: this.#context.retain(time), jobs: new Set<Job>(), next: new Fifo<Job>() };
    this.#open.set(time, open);
    return open;
  }

  #add(open: OpenTime, job: Job): void {
    open.jobs.add(job);
    this.#jobs++;
    if (this.#context.config.ordered) open.next.push(job);
    if (job.answer === null) this.#calls.add(job);
    else this.#toSend(open, job);
  }

  #answered(job: Job): void {
    const { answer } = job;
    if (answer !== null && "error" in answer) {
      const { error } = answer;
      if (this.#context.config.onError === "fail") {
        // In a callback of its own, which has no time that the message might be taken to speak of.
        return this.#context.later(() => {
          throw this.#failure(job, error);
        });
      }
      // As a text at once, for a snapshot keeps plain data only.
      job.answer = { error: show(error), attempts: job.attempts };
    }
    this.#toSend(this.#open.get(job.time)!, job);
    if (!this.#isRunning) this.#plan();
  }

  #toSend(open: OpenTime, job: Job): void {
    if (!this.#context.config.ordered) open.next.push(job);
    if (open.next.peek() === job) this.#ready.add(open);
  }

  /** A callback of its own for what came from outside; one for all that comes before it runs. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#context.later(() => {
      this.#isPlanned = false;
      return this.step();
    });
  }

  /** Sends what has its turn; true when the budget was spent first. */
  #send(open: OpenTime): boolean {
    const { out: { out, failed }, drop } = this.#context;
    for (let job = open.next.peek(); job !== undefined; job = open.next.peek()) {
      const { answer, record, time } = job;
      if (answer === null) return false;
      if (out.isFull || failed.isFull) return true;
      open.next.shift();
      open.jobs.delete(job);
      this.#jobs--;
      if ("value" in answer) out.push(time, answer.value);
      else if (failed.isRead) failed.push(time, { record, ...answer });
      else drop(1, "could not be answered, and nobody reads them");
    }
    return false;
  }

  #failure({ record, attempts, time }: Job, error: unknown): Error {
    const of = `attempt ${attempts} of ${this.#context.config.retry.attempts}`;
    const what = `${show(error)} (record of time ${formatTime(time)}, ${of})`;
    return this.#context.blame(new Error(what, { cause: error }), record);
  }

  #tooMany(most: number, time: Time): MeanderError {
    const { name } = this.#context;
    return new MeanderError(
      "MEANDER_WAITING",
      `Cannot take more records at time ${formatTime(time)} in "${name}": ` +
        `${this.#calls.waiting} wait for an answer, more than maxWaiting ${most}`,
      { where: name, hint: "Raise concurrency or maxWaiting, or pace the source by what is done" },
    );
  }
}
