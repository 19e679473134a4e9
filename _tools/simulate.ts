/**
 * Runs random programs with loops on one worker and on several, in every order that is allowed, with
 * frames that are delayed and workers that are lost, and compares what comes out with what the programs mean.
 *
 *     deno task simulate [--count 200] [--seed 1] [--workers 3]
 *
 * Without `--workers` each program runs on one, two and three. Ends with 0 when all runs agree, with 1 at
 * the first that does not.
 */

import { simulateAll } from "../tests/simulation/simulate.ts";

const usage = "usage: simulate [--count N] [--seed S] [--workers N]";
const least = { count: 1, seed: 0, workers: 1 };

type Options = Record<keyof typeof least, number>;

function parse(given: readonly string[]): Options {
  // `deno task simulate -- --count 10` hands the dashes on.
  const args = given[0] === "--" ? given.slice(1) : given;
  if (args[0] === "--help") {
    console.log(usage);
    Deno.exit(0);
  }
  const options: Options = { count: 200, seed: 1, workers: NaN };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, "") as keyof Options;
    const value = Number(args[i + 1]?.replaceAll("_", ""));
    if (!Object.hasOwn(least, name) || !Number.isSafeInteger(value) || value < least[name]) {
      console.error(usage);
      Deno.exit(2);
    }
    options[name] = value;
  }
  return options;
}

/** A turn of the event loop between parts: promises that were made keep what they are for until then. */
async function inParts(seed: number, count: number, workers: readonly number[]) {
  const total = { runs: 0, frames: 0, full: 0, looks: 0 };
  for (let done = 0; done < count; done += PART) {
    const part = simulateAll(seed + done, Math.min(PART, count - done), { workers });
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += part[name];
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return total;
}

/** Programs of one part. */
const PART = 10;

if (import.meta.main) {
  const { count, seed, workers } = parse(Deno.args);
  const started = performance.now();
  try {
    const numbers = Number.isNaN(workers) ? [1, 2, 3] : [workers];
    const { runs, frames, full, looks } = await inParts(seed, count, numbers);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `simulate: ok, ${count} programs in ${runs} runs on ${
        numbers.join(", ")
      } workers, ${seconds} s; ` +
        `between workers ${frames} frames, ${looks} comparisons with the truth, ` +
        `${full} times an edge without credit`,
    );
  } catch (error) {
    console.error(`simulate: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
