/**
 * The command line of the demo.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { MeanderError } from "meander";
import type { RouteTable } from "./routes.ts";

export const help = `Which airports can be reached from a given one, and in how many flights?

Usage: deno task demo [FROM…] [--workers N] [--lose N] [--list] [--help]

  FROM         codes of airports to start from; SEA when left out. Each is an
               epoch of its own, and all of them are searched in one run.
  --workers N  share the work among N workers, 1 to 64; the others than the first
               are threads
  --lose N     end the thread of worker N, 1 or more, in the middle of it all, to
               see what happens
  --list       list the airports that have routes
  --help       show this text

Examples:
  deno task demo
  deno task demo HNL PUB --workers 2
  deno task demo --workers 3 --lose 1`;

/** What was asked for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "list" }
  | {
    readonly kind: "search";
    readonly from: readonly string[];
    readonly workers: number | undefined;
    readonly lost: number | undefined;
  };

/**
 * Reads the arguments; airports are checked later, by `airportFor`.
 *
 * @throws {MeanderError} `DEMO_USAGE` for an option that does not exist.
 */
export function commandFrom(args: readonly string[]): Command {
  // `deno task demo -- --help` hands the dashes on.
  const own = args[0] === "--" ? args.slice(1) : args;
  try {
    const { values, positionals } = parseArgs({
      args: [...own],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        list: { type: "boolean" },
        workers: { type: "string" },
        lose: { type: "string" },
      },
    });
    if (values.help === true) return { kind: "help" };
    if (values.list === true) return { kind: "list" };
    const from = positionals.length === 0 ? ["SEA"] : positionals;
    const workers = numberOf("--workers", values.workers, 64);
    const lost = numberOf("--lose", values.lose, (workers ?? 1) - 1);
    return { kind: "search", from, workers, lost };
  } catch (cause) {
    if (cause instanceof MeanderError) throw cause;
    const known = /^(--help|-h|--list|--workers|--lose)$/;
    const unknown = own.find((arg) => arg.startsWith("-") && !known.test(arg));
    throw new MeanderError(
      "DEMO_USAGE",
      `Cannot use option "${unknown ?? args.join(" ")}": the options are --workers N, --lose N, ` +
        `--list and --help`,
      { cause, hint: "See `deno task demo --help`" },
    );
  }
}

/** A whole number from 1 to `most`; `undefined` for an option that is not given. */
function numberOf(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  const range = most < 1 ? "needs a worker besides the first" : `takes a number from 1 to ${most}`;
  throw new MeanderError("DEMO_USAGE", `Cannot use ${option} ${text.slice(0, 80)}: it ${range}`, {
    hint: "See `deno task demo --help`",
  });
}

/**
 * The code of an airport with routes, for what somebody typed.
 *
 * @throws {MeanderError} `DEMO_USAGE` when there is none, with the codes that may have been meant.
 */
export function airportFor(typed: string, { airports, flights }: RouteTable): string {
  const code = typed.toUpperCase();
  if (flights.has(code)) return code;
  const known = airports.get(code);
  const why = known === undefined
    ? "no airport has that code"
    : `no route begins or ends at ${known.name} in ${known.city}, ${known.state}`;
  const nearest = nearestTo(code, airports, flights);
  const meant = nearest.length === 0 ? "" : `Did you mean ${nearest.join(", ")}? `;
  throw new MeanderError("DEMO_USAGE", `Cannot start from "${typed.slice(0, 80)}": ${why}`, {
    hint: `${meant}List all with \`deno task demo --list\``,
  });
}

/** At most three airports in a city of that name, or else with a code like that; busy ones first. */
function nearestTo(
  typed: string,
  airports: RouteTable["airports"],
  flights: RouteTable["flights"],
): string[] {
  const codes = [...flights.keys()].sort((a, b) => flights.get(b)! - flights.get(a)!);
  const inCity = codes.filter((code) => airports.get(code)?.city.toUpperCase() === typed);
  const alike = [1, 2].map((far) => codes.filter((code) => distance(typed, code) === far));
  const best = [inCity, ...alike].find((found) => found.length > 0) ?? [];
  return best.slice(0, 3).map((code) => `${code} (${airports.get(code)?.city ?? "?"})`);
}

/** How many letters have to be changed, added, left out, or swapped with the next. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_unused, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
