/**
 * Lets programs take turns, each in a process of its own that stays warm between its runs.
 */
import { fileURLToPath } from "node:url";
import type { Task } from "./child.ts";
import type { Figures } from "./program.ts";

/** A run that failed or answered wrongly; the process has already said why on the error output. */
export class RunFailure extends Error {
  override name = "RunFailure";
}

/** One of the systems that are compared, in a process that makes a run for every line it is sent. */
export class Side {
  readonly label: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** Starts the process. */
  constructor(label: string, command: Deno.Command) {
    this.label = label;
    this.#process = command.spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(splitLines()).getReader();
  }

  /** Makes one run and returns its figures. */
  async run(): Promise<Figures> {
    await this.#input.write(new TextEncoder().encode("run\n")).catch(() => {});
    const { value } = await this.#lines.read();
    if (value !== undefined) return JSON.parse(value);
    const { code } = await this.#process.status;
    throw new RunFailure(`${this.label} failed (exit code ${code})`);
  }

  /** Lets the process end and waits for it. */
  async close(): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#lines.cancel();
    await this.#process.status;
  }
}

/** Ours, or a peer in TypeScript: the same runtime with no right but to read the project. */
export function denoSide(label: string, task: Task, permissions: readonly string[] = []): Side {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const command = new Deno.Command("deno", {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      // Workers are loaded from files at run time.
      `--allow-read=${root}`,
      ...permissions,
      "--v8-flags=--expose-gc",
      fileURLToPath(new URL("./child.ts", import.meta.url)),
      JSON.stringify(task),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
  return new Side(label, command);
}

/** The figures of every measured run, in order, for each side. */
export async function takeTurns(
  sides: readonly Pick<Side, "run">[],
  runs: number,
  warmup: number,
): Promise<Figures[][]> {
  const figures: Figures[][] = sides.map(() => []);
  for (let turn = -warmup; turn < runs; turn++) {
    for (const [index, side] of sides.entries()) {
      const run = await side.run();
      if (turn >= 0) figures[index].push(run);
    }
  }
  return figures;
}

/** The best and the middle one of several runs, with the highest mark that the memory reached. */
export interface Summary {
  readonly best: Figures;
  readonly median: Figures;
}

/** Orders runs by their time. Of an even number the slower of the two in the middle counts. */
export function summarize(runs: readonly Figures[]): Summary {
  const ordered = [...runs].sort((a, b) => a.seconds - b.seconds);
  const marks = runs.map((run) => run.peak_rss_mb ?? 0);
  const peak = marks.includes(0) ? null : Math.max(...marks);
  const median = ordered[Math.floor(ordered.length / 2)];
  return { best: ordered[0], median: { ...median, peak_rss_mb: peak } };
}

/** How many times ours is ahead: above 1 it is faster. */
export interface Ratio {
  readonly rate: number;
  /** Of the median latencies; null where there are none. */
  readonly p50: number | null;
}

/** Compares two summaries by their medians. */
export function ratioOf(ours: Summary, other: Summary): Ratio {
  const [a, b] = [ours.median, other.median];
  const p50 = a.p50_us === null || b.p50_us === null ? null : b.p50_us / a.p50_us;
  return { rate: a.rate / b.rate, p50 };
}

function splitLines(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) controller.enqueue(line);
    },
  });
}
