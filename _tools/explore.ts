/**
 * Explores every interleaving of a small case of the progress protocol, with the production tracker: the
 * right protocol, and the wrong variants that have to be found out.
 *
 *     deno task explore [--tokens 2]
 *
 * Ends with 0 when the right one is never early and never stuck and each wrong one is found out.
 */

import { explore, RIGHT, type Variant, type Verdict } from "../tests/explorer/explorer.ts";

const wrong: readonly (readonly [what: string, variant: Partial<Variant>, verdict: Verdict])[] = [
  ["decrements before increments", { batches: "decrements first" }, "early"],
  [
    "split batches, any order",
    { batches: "increments first", channel: "in any order" },
    "early",
  ],
  ["counts clamped at zero", { clamped: true }, "stuck"],
  ["a batch applied twice", { doubled: true }, "stuck"],
];

function tokensOf(given: readonly string[]): number {
  // `deno task explore -- --tokens 3` hands the dashes on.
  const args = given[0] === "--" ? given.slice(1) : given;
  const usage = "usage: explore [--tokens N] (1 to 4; 3 take some minutes and gigabytes)";
  if (args.length === 0) return 2;
  if (args[0] === "--help") {
    console.log(usage);
    Deno.exit(0);
  }
  const tokens = Number(args[1]);
  if (args.length === 2 && args[0] === "--tokens" && [1, 2, 3, 4].includes(tokens)) return tokens;
  console.error(usage);
  Deno.exit(2);
}

if (import.meta.main) {
  const tokens = tokensOf(Deno.args);
  let isWell = true;
  const report = (what: string, wanted: readonly Verdict[], count: number, variant: Variant) => {
    const { states, verdicts } = explore(count, variant);
    const found = [...verdicts];
    const holds = wanted.length === 0 ? found.length === 0 : wanted.every((v) => verdicts.has(v));
    isWell &&= holds;
    const result = found.length === 0 ? "never early, never stuck" : found.join(" and ");
    console.log(
      `${holds ? "ok      " : "WRONG   "} ${
        what.padEnd(30)
      } ${count} tokens, ${states} states: ${result}`,
    );
  };
  report("the protocol", [], tokens, RIGHT);
  for (const [what, variant, verdict] of wrong) {
    report(what, [verdict], 1, { ...RIGHT, ...variant });
  }
  if (!isWell) Deno.exit(1);
}
