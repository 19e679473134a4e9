/**
 * What the demo shows, as text of at most 80 columns.
 *
 * @module
 */
import { styleText } from "node:util";
import type { HopCount, Reached } from "./reach.ts";
import type { Airport, RouteTable } from "./routes.ts";

const WIDTH = 80;
/** Examples shown for each number of flights. */
const SHOWN = 4;

/** Writes bold and dim where `colour` allows it, and plain text otherwise. */
export function painter(colour: boolean): (style: "bold" | "dim", text: string) => string {
  // Whether to use colours was decided by the caller; styleText would look at its own stream.
  return (style, text) => colour ? styleText(style, text, { validateStream: false }) : text;
}

/** A count of things: `1 airport`, `3,376 airports`. */
export function quantity(count: number, thing: string): string {
  return `${count.toLocaleString("en-US")} ${thing}${count === 1 ? "" : "s"}`;
}

/** An airport in one line: `SEA  Seattle-Tacoma Intl, Seattle, WA`. */
export function describe(airport: Airport | undefined, code: string): string {
  if (airport === undefined) return code;
  return `${code}  ${airport.name}, ${airport.city}, ${airport.state}`;
}

/** One line of progress: a number of flights is complete. */
export function progressLine(from: string, { hops, airports }: HopCount, all: number): string {
  const bar = "█".repeat(Math.max(1, Math.round((airports / all) * 40)));
  return `${from}  ${quantity(hops, "flight").padStart(9)}  ${
    quantity(airports, "airport").padStart(12)
  }  ${bar}`;
}

/** The result of one search as a table: flights, airports, and the busiest of these. */
export function table(
  found: readonly Reached[],
  { airports, flights }: RouteTable,
  colour: boolean,
): string {
  const paint = painter(colour);
  const byHops = Map.groupBy(found, ({ hops }) => hops);
  const lines = [
    paint("bold", "flights  airports  the busiest of them"),
    paint("dim", `-------  --------  ${"-".repeat(WIDTH - 19)}`),
  ];
  for (const [hops, reached] of [...byHops].sort(([a], [b]) => a - b)) {
    const busiest = reached.map(({ airport }) => airport).sort((a, b) =>
      (flights.get(b) ?? 0) - (flights.get(a) ?? 0) || (a < b ? -1 : 1)
    ).slice(0, SHOWN);
    const counts = `${String(hops).padStart(7)}  ${String(reached.length).padStart(8)}  `;
    busiest.forEach((code, index) =>
      lines.push(
        (index === 0 ? counts : " ".repeat(19)) + shorten(describe(airports.get(code), code)),
      )
    );
    if (reached.length > SHOWN) lines.push(`${" ".repeat(19)}…`);
  }
  lines.push(`${"in all".padStart(7)}  ${String(found.length).padStart(8)}`);
  return lines.join("\n");
}

/** What the table does not show: airports with routes that were not reached, and those without any. */
export function remainder(found: readonly Reached[], { airports, flights }: RouteTable): string {
  const reached = new Set(found.map(({ airport }) => airport));
  const missed = [...flights.keys()].filter((code) => !reached.has(code)).sort();
  const named = missed.slice(0, 3).map((code) => `${code} (${airports.get(code)?.city ?? "?"})`);
  const which = named.length === 0
    ? ""
    : `: ${named.join(", ")}${missed.length > named.length ? " …" : ""}`;
  return [
    `${
      quantity(found.length, "airport")
    } reached; ${missed.length} with routes not reached${which}`,
    `${quantity(airports.size - flights.size, "more airport")} of the list have no routes at all`,
  ].join("\n");
}

function shorten(text: string): string {
  const room = WIDTH - 19;
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
