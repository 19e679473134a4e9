/**
 * Holds every operator to its answers in everything that must not change them: state restored in the middle,
 * rows and columns, budgets, policies, one worker and two.
 *
 *     deno task conformance [--seeds 50] [--seed 1] [--only NAME]
 *
 * Ends with 0 when all agree, with 1 when one does not, and says how many combinations it has checked.
 */

import { checkSubject } from "../tests/conformance/check.ts";
import { subjects } from "../tests/conformance/subjects.ts";

const usage = "usage: conformance [--seeds N] [--seed S] [--only NAME]";

interface Options {
  seeds: number;
  seed: number;
  only: string;
}

function refuse(): never {
  console.error(usage);
  Deno.exit(2);
}

function parse(given: readonly string[]): Options {
  // `deno task conformance -- --seeds 10` hands the dashes on.
  const args = given[0] === "--" ? given.slice(1) : given;
  if (args[0] === "--help") {
    console.log(usage);
    Deno.exit(0);
  }
  const options: Options = { seeds: 50, seed: 1, only: "" };
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i], args[i + 1]];
    if (name === "--only" && value !== undefined) options.only = value;
    else if (name === "--seeds" || name === "--seed") {
      options[name.slice(2) as "seed"] = natural(value);
    } else refuse();
  }
  return options;
}

function natural(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === "" || !Number.isSafeInteger(value) || value < 1) refuse();
  return value;
}

if (import.meta.main) {
  const { seeds, seed, only } = parse(Deno.args);
  const chosen = subjects.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) {
    console.error(`conformance: no operator's name has "${only}" in it`);
    Deno.exit(2);
  }
  const started = performance.now();
  let combinations = 0;
  const faults: string[] = [];
  for (const subject of chosen) {
    try {
      for (let at = seed; at < seed + seeds; at++) combinations += await checkSubject(subject, at);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  for (const fault of faults) console.error(`conformance: ${fault}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `conformance: ${
      faults.length === 0 ? "ok" : `${faults.length} failed`
    }, ${chosen.length} uses of ` +
      `operators, ${seeds} seeds each, ${combinations} combinations, ${seconds} s`,
  );
  if (faults.length > 0) Deno.exit(1);
}
