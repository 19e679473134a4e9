/**
 * Runs random programs with loops under every scheduling policy and compares what comes out with what
 * the programs mean.
 *
 *     deno task simulate [--count 1000] [--seed 1]
 *
 * Ends with 0 when all runs agree, with 1 at the first that does not.
 */

import { simulateAll } from "../tests/simulation/simulate.ts";

const usage = "usage: simulate [--count N] [--seed S]";

function parse(given: readonly string[]): { count: number; seed: number } {
  // `deno task simulate -- --count 10` hands the dashes on.
  const args = given[0] === "--" ? given.slice(1) : given;
  if (args[0] === "--help") {
    console.log(usage);
    Deno.exit(0);
  }
  const options = { count: 1000, seed: 1 };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, "");
    const value = Number(args[i + 1]?.replaceAll("_", ""));
    const least = name === "count" ? 1 : 0;
    if (!Object.hasOwn(options, name) || !Number.isSafeInteger(value) || value < least) {
      console.error(usage);
      Deno.exit(2);
    }
    options[name as keyof typeof options] = value;
  }
  return options;
}

if (import.meta.main) {
  const { count, seed } = parse(Deno.args);
  const started = performance.now();
  try {
    const runs = simulateAll(seed, count);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`simulate: ok, ${count} programs in ${runs} runs, ${seconds} s`);
  } catch (error) {
    console.error(`simulate: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
