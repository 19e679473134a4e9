/**
 * The rooms of the house and who may import whom, as data. `docs/` explains the reasons; this
 * table is what `deno task tidy` enforces.
 */

export interface Room {
  /** Other rooms, or single files and folders of theirs, written without extension. */
  rooms: readonly string[];
  /** Packages by their name in the import map, and `node:` for the built-ins. */
  packages: readonly string[];
}

export const rooms: Readonly<Record<string, Room>> = {
  // Pure and synchronous, without I/O: what everything else is held against.
  progress: { rooms: [], packages: [] },
  batches: { rooms: [], packages: [] },
  // Records as bytes: what is no column is written down by the platform.
  "batches/platform_frame": { rooms: ["batches"], packages: ["node:"] },
  operators: { rooms: ["progress", "batches"], packages: ["zod"] },
  // Sources and sinks are the one place among the operators that touches the outside.
  "operators/connectors": {
    rooms: ["operators", "progress", "batches"],
    packages: ["zod", "picomatch", "node:"],
  },
  // Logs in files; those in memory need nothing of the outside.
  "operators/capture/files": {
    rooms: ["operators", "progress", "batches"],
    packages: ["node:"],
  },
  // What waits, on disk; that it waits, and for what, needs nothing of the outside.
  "operators/spill/files": { rooms: ["operators", "progress", "batches"], packages: ["node:"] },
  // Actors see operators only through the contract.
  actors: { rooms: ["operators/contract", "progress", "batches"], packages: [] },
  // The one file that touches real time; everybody else is given a clock.
  "actors/clock": { rooms: ["actors"], packages: ["node:"] },
  "actors/workers": {
    rooms: ["actors", "operators/contract", "progress", "batches"],
    packages: ["node:"],
  },
  dataflow: { rooms: ["actors", "operators", "progress", "batches"], packages: [] },
  plugins: {
    rooms: ["operators/contract", "operators/connectors/format", "batches"],
    packages: ["zod", "semver", "node:"],
  },
  // What a plugin says of itself is data, and judged without files, processes or the time.
  "plugins/manifest": {
    rooms: ["operators/contract", "plugins/names"],
    packages: ["zod", "semver"],
  },
  // Processes: the account of a vertex on either side of a pipe.
  "plugins/isolation": {
    rooms: ["plugins", "operators/contract", "progress", "batches", "deno.json"],
    packages: ["zod", "node:"],
  },
  // What runs in such a process, with everything that plugins are handed.
  "plugins/isolation/guest": {
    rooms: ["plugins", "plugin.ts", "operators/contract", "progress", "batches"],
    packages: [],
  },
  // Who loads code hands it what plugins may use of Meander.
  "plugins/trusted": { rooms: ["plugins", "plugin.ts"], packages: [] },
  // Where the core operators and formats become a plugin like any other.
  "plugins/core": { rooms: ["plugins", "operators"], packages: [] },
  // What others packed is taken apart here, and code of theirs read with a parser; none of it is run.
  "plugins/install": {
    rooms: ["plugins", "operators/contract"],
    packages: ["acorn", "semver", "zod", "node:"],
  },
  specs: {
    rooms: [
      "dataflow",
      "operators",
      "progress",
      "batches",
      // How plugins are named and found; never where they lie or how they run.
      "plugins/registry",
      "plugins/names",
      "plugins/reference",
      "plugins/unresolved",
      // What becomes of records at which an operator throws, whoever it is of.
      "plugins/tolerant",
      // Texts of JSON that nobody can trust, read as those of manifests are.
      "plugins/manifest/finding",
      "plugins/manifest/json_text",
    ],
    packages: ["zod", "yaml"],
  },
  // Paths as texts; nothing is opened there.
  "specs/beside": { rooms: ["specs", "operators"], packages: ["zod", "node:"] },
  // A language of its own, which knows of records' types and of nothing else in the house.
  "specs/expressions": {
    rooms: [
      "operators/contract/record_type",
      "operators/contract/nearest",
      "operators/contract/fault",
    ],
    packages: ["@marcbachmann/cel-js"],
  },
  control: { rooms: ["specs", "dataflow", "plugins"], packages: ["hono", "zod"] },
  // The public surface never loads the control API, and with it hono.
  "mod.ts": {
    rooms: ["dataflow", "actors", "operators", "progress", "batches", "plugins", "specs"],
    packages: [],
  },
  // The command line, whose root hands the core operators and connectors to the registry.
  cli: {
    rooms: ["specs", "dataflow", "actors", "operators", "progress", "batches", "plugins"],
    packages: ["@stricli/core", "cli-table3", "@hpcc-js/wasm-graphviz", "node:"],
  },
  // The composition root of the commands on plugins.
  "cli/plugin_surroundings": { rooms: ["cli", "plugins", "plugin.ts", "deno.json"], packages: [] },
  // A program of its own, in which an author's code finds what it imports.
  "cli/plugin_check_main": { rooms: ["cli", "operators", "plugins", "plugin.ts"], packages: [] },
  // Programs that do without specs never load what reads them.
  "specs.ts": { rooms: ["specs", "plugins"], packages: [] },
  // What plugins are written with: they see the contract, and nothing of an engine.
  "plugin.ts": {
    rooms: ["plugins/manifest", "operators/contract", "progress", "batches"],
    packages: ["zod"],
  },
  "testing.ts": { rooms: ["dataflow", "actors", "operators", "progress", "batches"], packages: [] },
  // Plugins are written as anybody else would write them: against what is published, and nothing of the house.
  packages: { rooms: [], packages: ["meander/plugin", "meander/testing", "vitest"] },
  "packages/text": {
    rooms: [],
    packages: ["meander/plugin", "meander/testing", "vitest", "stemmer"],
  },
  // An example is written as its reader would write it.
  examples: { rooms: [], packages: ["meander", "node:"] },
};

/** Folders and files that put things together and may import anything. */
export const free: readonly string[] = ["tests", "bench", "_tools", "cli.ts", "vitest.config.ts"];

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`) || path === `${place}.ts`;
}

/** The longest entry of the table that the file is in: `operators/connectors` before `operators`. */
export function roomOf(path: string): string | undefined {
  return [...Object.keys(rooms), ...free]
    .filter((place) => isWithin(path, place))
    .sort((a, b) => b.length - a.length)[0];
}

/** Resolves a relative specifier against the file that contains it, both relative to the root. */
export function resolveFrom(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

/** Why `path` must not import `specifier`, or undefined when it may. */
export function importProblem(path: string, specifier: string): string | undefined {
  const room = roomOf(path);
  if (room === undefined) return `"${path}" is in no room: add its folder to _tools/rooms.ts`;
  if (free.includes(room)) return undefined;
  const allowed = rooms[room]!;
  if (!specifier.startsWith(".")) {
    const known = allowed.packages.some((name) =>
      name.endsWith(":") ? specifier.startsWith(name) : isWithin(specifier, name)
    );
    return known ? undefined : refusal(room, specifier, allowed.packages);
  }
  const target = resolveFrom(path, specifier);
  if ([room, ...allowed.rooms].some((place) => isWithin(target, place))) return undefined;
  return refusal(room, target, allowed.rooms);
}

function refusal(room: string, target: string, allowed: readonly string[]): string {
  const list = allowed.length === 0 ? "nothing" : allowed.join(", ");
  return `"${room}" must not import "${target}": it may import ${list}`;
}
