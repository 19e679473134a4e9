/**
 * What a benchmark program is, to the harness and to the one who writes the next.
 *
 * `catalog.ts` describes every program as data; the module it names exports `run`. The harness only
 * reads the description: a process that has loaded the engine would hand its own peak memory down to
 * the processes that it measures (README.md, "Traps").
 */

/** A number of the command line, or one of the words that a program knows. */
export type Argument = number | string;

/** What the command line said, with the defaults filled in. */
export interface Arguments {
  /** The numbers, in the order of `ProgramInfo.numbers`. */
  readonly numbers: readonly number[];
  /** Those of `ProgramInfo.words` that were given. */
  readonly words: readonly string[];
  /** Options that were given, by their name without dashes. */
  readonly options: Readonly<Record<string, number>>;
}

/** The description of a program. */
export interface ProgramInfo {
  readonly name: string;
  readonly summary: string;
  /** Names of the numbers that it takes, in order. */
  readonly numbers: readonly string[];
  /** Words that may follow the numbers. */
  readonly words?: readonly string[];
  /** Options with a number, `--open-times N` being written as "open-times". */
  readonly options?: readonly string[];
  /** Sizes worth running; the first is the default. */
  readonly sizes: readonly (readonly Argument[])[];
  /** Whether bench/native has the same program. */
  readonly native: boolean;
  /** How many rounds make one latency sample; 1 if it is left out. */
  readonly group?: (given: Arguments) => number;
  /** How often it runs before the first measured run, unless --warmup says otherwise. */
  readonly warmup?: number;
  /** What it may do besides reading the project, as flags of `deno run`. */
  readonly permissions?: readonly string[];
  readonly load: () => Promise<ProgramModule>;
}

/** What the module of a program exports. */
export interface ProgramModule {
  readonly run: Run;
}

/** Makes one run: sets up, measures, checks the answer (throws if it is wrong). */
export type Run = (input: RunInput) => Measurement | Promise<Measurement>;

/** What a run is asked to do. */
export interface RunInput {
  readonly given: Arguments;
  readonly workers: number;
  /** How many rounds make one latency sample; hand it to `measureRounds`. */
  readonly group: number;
}

/** What one run brings back. */
export interface Measurement {
  readonly spent: Spent;
  /** Records moved by all workers, or null where a program moves none. */
  readonly records: number | null;
  /** Rounds, epochs or iterations: what the rate counts where there are no records. */
  readonly rounds?: number;
  /** Microseconds a round, a value for each sample. */
  readonly laps?: Float64Array;
  /** Further figures to report, by name. */
  readonly extra?: Readonly<Record<string, number>>;
}

/** Time of the measured part. */
export interface Spent {
  readonly seconds: number;
  /** Processor time of all threads of the process. */
  readonly cpuSeconds: number;
}

/** The figures of one run, under the names that `--json` prints. */
export interface Figures {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly workers: number;
  readonly records: number | null;
  readonly seconds: number;
  readonly cpu_seconds: number | null;
  readonly rate: number;
  readonly p50_us: number | null;
  readonly p99_us: number | null;
  readonly peak_rss_mb: number | null;
  /** What only some programs report. */
  readonly [extra: string]: unknown;
}
