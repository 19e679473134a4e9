/**
 * Holds every operator to its answers in everything that must not change them: state restored in the middle,
 * rows and columns, budgets, policies, one worker and two.
 *
 *     deno task conformance [--seeds 50] [--seed 1] [--only NAME]
 *
 * Ends with 0 when all agree, with 1 when one does not, and says how many combinations it has checked.
 */

import { subjects } from "../tests/conformance/subjects.ts";
import type { Order, Verdict } from "./conformance/worker.ts";

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

/** Gives the subjects to as many threads as there are cores, one after the other. */
async function examine(chosen: readonly number[], { seed, seeds }: Options): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...chosen];
  const thread = async () => {
    const worker = new Worker(new URL("./conformance/worker.ts", import.meta.url), {
      type: "module",
    });
    for (let subject = waiting.shift(); subject !== undefined; subject = waiting.shift()) {
      verdicts.push(await ask(worker, { subject, seed, seeds }));
    }
    worker.terminate();
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, thread));
  return verdicts;
}

function ask(worker: Worker, order: Order): Promise<Verdict> {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  worker.onmessage = ({ data }: MessageEvent<Verdict>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    const { name } = subjects[order.subject];
    resolve({ combinations: 0, fault: `${name}: its thread crashed: ${event.message}` });
  };
  worker.postMessage(order);
  return promise;
}

if (import.meta.main) {
  const options = parse(Deno.args);
  const chosen = subjects.flatMap(({ name }, i) => name.includes(options.only) ? [i] : []);
  if (chosen.length === 0) {
    console.error(`conformance: no operator's name has "${options.only}" in it`);
    Deno.exit(2);
  }
  const started = performance.now();
  const verdicts = await examine(chosen, options);
  const faults = verdicts.flatMap(({ fault }) => fault ?? []);
  const combinations = verdicts.reduce((sum, each) => sum + each.combinations, 0);
  for (const fault of faults) console.error(`conformance: ${fault}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `conformance: ${
      faults.length === 0 ? "ok" : `${faults.length} failed`
    }, ${chosen.length} uses of ` +
      `operators, ${options.seeds} seeds each, ${combinations} combinations, ${seconds} s`,
  );
  if (faults.length > 0) Deno.exit(1);
}
