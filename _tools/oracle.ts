/**
 * Holds the tracker against brute force on random graphs.
 *
 *     deno task oracle --steps 2000000 [--seed 1] [--progress DIR]
 *
 * `--progress` takes the room from another directory, which the mutants need. Ends with 0 when they
 * agree at every location after every step, with 1 at the first difference.
 */

import type { ProgressRoom } from "../tests/oracle/graph_checks.ts";
import { OracleFailure, runOracle } from "../tests/oracle/run.ts";

interface Options {
  readonly steps: number;
  readonly seed: number;
  readonly progress: string;
}

const usage = "usage: oracle [--steps N] [--seed S] [--progress DIR]";

function parse(given: readonly string[]): Options {
  // `deno task oracle -- --steps 10` hands the dashes on.
  const args = given[0] === "--" ? given.slice(1) : given;
  if (args[0] === "--help") {
    console.log(usage);
    Deno.exit(0);
  }
  const options = {
    steps: "100000",
    seed: "1",
    progress: new URL("../progress", import.meta.url).href,
  };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, "");
    if (args[i] === name || !Object.hasOwn(options, name) || args[i + 1] === undefined) {
      console.error(usage);
      Deno.exit(2);
    }
    options[name as keyof typeof options] = args[i + 1];
  }
  const steps = Number(options.steps.replaceAll("_", ""));
  const seed = Number(options.seed);
  if (!Number.isSafeInteger(steps) || steps < 1 || !Number.isSafeInteger(seed)) {
    console.error("--steps is a whole number of 1 or more, --seed a whole number");
    Deno.exit(2);
  }
  const { progress } = options;
  const base = progress.includes("://") ? progress : `file://${Deno.realPathSync(progress)}`;
  return { steps, seed, progress: base.replace(/\/$/, "") };
}

if (import.meta.main) {
  const { steps, seed, progress } = parse(Deno.args);
  const room: ProgressRoom = await import(`${progress}/mod.ts`);
  const started = performance.now();
  try {
    const totals = runOracle(room, seed, steps);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `oracle: ok, ${totals.steps} steps on ${totals.graphs} graphs (${totals.nested3} with loops ` +
        `nested 3 deep, ${totals.cyclic} with cycles, ${totals.incomparable} with incomparable ` +
        `summaries, ${totals.merged} locations contracted), ${totals.checks} frontiers equal, ` +
        `${totals.negatives} counts negative on the way, ${seconds} s`,
    );
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error;
    console.error(`oracle: ${error.message}`);
    Deno.exit(1);
  }
}
