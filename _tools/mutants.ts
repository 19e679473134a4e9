/**
 * Makes deliberate mistakes in copies of the progress room and checks that the oracle catches each.
 *
 *     deno task mutants
 *
 * Ends with 0 when all are caught, each for the reason its entry in `mutants/list.ts` expects.
 */

import { edited, publish } from "./mutants/copy.ts";
import { type Mutant, mutants } from "./mutants/list.ts";
import type { Order, Verdict } from "./mutants/worker.ts";

if (Deno.args.length > 0) {
  const asked = Deno.args.length === 1 && Deno.args[0] === "--help";
  console[asked ? "log" : "error"]("usage: mutants (it takes no arguments)");
  Deno.exit(asked ? 0 : 2);
}

const room = new URL("../progress/", import.meta.url);
const steps = 100_000;
/** The unchanged room needs a third of it; what takes longer has lost its way. */
const limitMs = 12_000;

function sources(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { name } of Deno.readDirSync(room)) {
    if (name.endsWith(".ts")) texts.set(name, Deno.readTextFileSync(new URL(name, room)));
  }
  return texts;
}

/** Runs the oracle on a copy. Resolves to what it said, or that it did not end. */
function examine(texts: ReadonlyMap<string, string>): Promise<Verdict> {
  const order: Order = { room: publish(texts, "mod.ts"), seed: 1, steps };
  const worker = new Worker(new URL("./mutants/worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const timer = setTimeout(
    () => resolve({ failure: `does not end within the time limit of ${limitMs / 1000} s` }),
    limitMs,
  );
  worker.onmessage = ({ data }: MessageEvent<Verdict>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    resolve({ failure: `crashed: ${event.message}` });
  };
  worker.postMessage(order);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}

function report(mutant: Mutant, verdict: Verdict): boolean {
  const caught = verdict.failure !== undefined && mutant.expect.test(verdict.failure);
  const state = caught ? "caught  " : verdict.failure === undefined ? "MISSED  " : "UNCLEAR ";
  const said = verdict.failure ?? "the oracle found no difference";
  console.log(`${state} ${mutant.name.padEnd(50)} ${shorten(said)}`);
  return caught;
}

function shorten(text: string): string {
  return text.length <= 110 ? text : `${text.slice(0, 109)}…`;
}

if (import.meta.main) {
  const originals = sources();
  const unchanged = await examine(originals);
  if (unchanged.failure !== undefined) {
    console.error(`the unchanged room fails: ${unchanged.failure}`);
    Deno.exit(1);
  }
  let caught = 0;
  for (const mutant of mutants) {
    if (report(mutant, await examine(edited(originals, mutant.edits)))) caught++;
  }
  console.log(`${caught} of ${mutants.length} caught`);
  // Said explicitly, because a thread that was told to stop inside an endless loop may still turn.
  Deno.exit(caught < mutants.length ? 1 : 0);
}
