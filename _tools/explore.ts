/**
 * Explores every interleaving of a small case of the progress protocol, with the tracker, the frames and
 * the progress actors of production: the right protocol, and the wrong variants that have to be found out.
 *
 *     deno task explore [--tokens 2]
 *
 * How notifications and the end come about takes more states, and is explored with one token less. Ends
 * with 0 when the right one never goes wrong and each wrong one is found out.
 */

import { exploreEnd, RIGHT_END } from "../tests/explorer/end_explorer.ts";
import { explore, RIGHT } from "../tests/explorer/explorer.ts";

const wrong = [
  ["decrements before increments", { batches: "decrements first" }, "early"],
  ["split batches, any order", { batches: "increments first", channel: "in any order" }, "early"],
  ["counts clamped at zero", { clamped: true }, "stuck"],
  ["a batch applied twice", { doubled: true }, "stuck"],
] as const;

const wrongEnds = [
  ["news do not count", { countsNews: false }, "ended early"],
  ["news answered too early", { answersAtOnce: true }, "ended early"],
  ["reports in any order", { inOrder: false }, "ended early"],
  ["reports split", { splits: true }, "notified early"],
] as const;

function tokensOf(given: readonly string[]): number {
  // `deno task explore -- --tokens 3` hands the dashes on.
  const args = given[0] === "--" ? given.slice(1) : given;
  const usage = "usage: explore [--tokens N] (1 to 3; 3 take a minute or two)";
  if (args.length === 0) return 2;
  if (args[0] === "--help") {
    console.log(usage);
    Deno.exit(0);
  }
  const tokens = Number(args[1]);
  if (args.length === 2 && args[0] === "--tokens" && [1, 2, 3].includes(tokens)) return tokens;
  console.error(usage);
  Deno.exit(2);
}

/** One line for an exploration; whether it found what it had to find. */
function report(
  what: string,
  tokens: number,
  wanted: string | null,
  explored: () => { states: number; steps: number; traces: ReadonlyMap<string, unknown> },
): boolean {
  const started = performance.now();
  const { states, steps, traces } = explored();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const holds = wanted === null ? traces.size === 0 : traces.has(wanted);
  const result = traces.size === 0 ? "never wrong" : [...traces.keys()].join(" and ");
  console.log(
    `${holds ? "ok    " : "WRONG "} ${what.padEnd(30)} ${tokens} tokens, ${states} states, ` +
      `${steps} steps, ${seconds} s: ${result}`,
  );
  return holds;
}

if (import.meta.main) {
  const tokens = tokensOf(Deno.args);
  const fewer = Math.max(1, tokens - 1);
  const results = [
    report("the protocol", tokens, null, () => explore(tokens, RIGHT)),
    report("notifications and the end", fewer, null, () => exploreEnd(fewer)),
    ...wrong.map(([what, variant, verdict]) =>
      report(what, 1, verdict, () => explore(1, { ...RIGHT, ...variant }))
    ),
    ...wrongEnds.map(([what, variant, verdict]) =>
      report(what, 2, verdict, () => exploreEnd(2, { ...RIGHT_END, ...variant }, verdict))
    ),
  ];
  if (results.includes(false)) Deno.exit(1);
}
