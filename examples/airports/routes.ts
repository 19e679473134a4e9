/**
 * The real data: airports of the US and the routes between them, from the package vega-datasets.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { MeanderError } from "meander";
import { parseCsv } from "./csv.ts";

/** A place to fly to. */
export interface Airport {
  /** Its three-letter code. */
  readonly code: string;
  readonly name: string;
  readonly city: string;
  readonly state: string;
}

/** Somebody flies from one airport to another without a stop. */
export interface Route {
  readonly origin: string;
  readonly destination: string;
}

/** Everything that the files say. */
export interface RouteTable {
  /** All airports by code, most of them without any route. */
  readonly airports: ReadonlyMap<string, Airport>;
  readonly routes: readonly Route[];
  /** Flights that begin or end at an airport with routes; busy airports are the better examples. */
  readonly flights: ReadonlyMap<string, number>;
}

// The package does not export its data files, so they are named by path. This one path is also all
// that `deno task demo` may read.
const DATA = new URL("../../node_modules/vega-datasets/data/", import.meta.url);

/**
 * Reads both files.
 *
 * @throws {MeanderError} `DEMO_DATA` when a file is missing or not as expected.
 */
export function readRouteTable(): RouteTable {
  const airports = parseCsv(read("airports.csv"), "airports.csv", [
    "iata",
    "name",
    "city",
    "state",
  ]);
  const rows = parseCsv(read("flights-airport.csv"), "flights-airport.csv", [
    "origin",
    "destination",
    "count",
  ]);
  const flights = new Map<string, number>();
  for (const { origin, destination, count } of rows) {
    for (const code of [origin, destination]) {
      flights.set(code, (flights.get(code) ?? 0) + Number(count));
    }
  }
  return {
    airports: new Map(airports.map(({ iata, ...rest }) => [iata, { code: iata, ...rest }])),
    routes: rows.map(({ origin, destination }) => ({ origin, destination })),
    flights,
  };
}

function read(file: string): string {
  try {
    return readFileSync(new URL(file, DATA), "utf8");
  } catch (cause) {
    throw new MeanderError(
      "DEMO_DATA",
      `Cannot read node_modules/vega-datasets/data/${file}: ${(cause as Error).message}`,
      { cause, hint: "Run the example with `deno task demo`, after `deno install`" },
    );
  }
}
