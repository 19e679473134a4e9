/**
 * Which airports can be reached from a given one, and in how many flights? A loop over the real route
 * table of the US, with an exact answer for every number of flights as soon as it is known.
 *
 *     deno task demo [FROM…]
 *
 * which is
 *
 *     deno run --no-prompt --allow-read=. examples/airports/main.ts
 *
 * @module
 */
import { MeanderError, mermaid } from "meander";
import { airportFor, type Command, commandFrom, help } from "./arguments.ts";
import { isEqual, plainSearch, reachability, searches } from "./reach.ts";
import { describe, painter, progressLine, quantity, remainder, table } from "./report.ts";
import { readRouteTable, type RouteTable } from "./routes.ts";

/** Where the demo writes to. */
export interface Terminal {
  /** Prints a line of the result. */
  readonly out: (line: string) => void;
  /** Prints a line of progress, or an error. */
  readonly err: (line: string) => void;
  /** Whether the result may have colours. */
  readonly colour: boolean;
}

/** Exit codes, as in all of Meander: 1 failed, 2 usage, 4 input. */
const EXIT_CODES: Readonly<Record<string, number>> = { DEMO_USAGE: 2, DEMO_DATA: 4 };

/** Runs the demo; the result is the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const command = commandFrom(args);
    if (command.kind === "help") {
      terminal.out(help);
      return 0;
    }
    const data = readRouteTable();
    if (command.kind === "search") return await search(command, data, terminal);
    for (const code of [...data.flights.keys()].sort()) {
      terminal.out(describe(data.airports.get(code), code));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof MeanderError)) throw error;
    terminal.err(error.message);
    return EXIT_CODES[error.code] ?? 1;
  }
}

async function search(
  { from: typed, workers, lost }: Extract<Command, { kind: "search" }>,
  data: RouteTable,
  { out, err, colour }: Terminal,
): Promise<number> {
  const paint = painter(colour);
  const from = typed.map((text) => airportFor(text, data));
  let allEqual = true;
  let epoch = 0;
  const counted = searches(from, data.routes, {
    onHop: (search, count) => err(progressLine(from[search], count, data.flights.size)),
    lost,
    ...(workers === undefined ? {} : { workers }),
  });
  for await (const found of counted) {
    const code = from[epoch];
    const equal = isEqual(found, plainSearch(code, data.routes));
    allEqual &&= equal;
    out("");
    out(paint("bold", `From ${describe(data.airports.get(code), code)} (epoch ${epoch})`));
    out("");
    out(table(found, data, colour));
    out("");
    out(remainder(found, data));
    out(`checked against a plain breadth-first search: ${equal ? "equal" : "DIFFERENT"}`);
    epoch++;
  }
  out("");
  out(`Over ${quantity(data.routes.length, "route")}, with this dataflow (Mermaid):`);
  out("");
  out(mermaid(reachability));
  return allEqual ? 0 : 1;
}

/** Writes all of the line, also where the other end takes it in pieces. */
function writeLine(stream: typeof Deno.stdout, line: string): void {
  let bytes = new TextEncoder().encode(`${line}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args, {
      out: (line) => writeLine(Deno.stdout, line),
      err: (line) => writeLine(Deno.stderr, line),
      colour: Deno.stdout.isTerminal() && !Deno.noColor,
    });
  } catch (error) {
    // Whoever reads has seen enough, as in `deno task demo | head`.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
