/**
 * The commands of `meander`, their flags and what is said of them. What a command does is loaded when it is
 * chosen, so that none waits for another.
 *
 * @module
 */
import {
  type Application,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type RouteMap,
  text_en,
} from "@stricli/core";
import type { AuthorContext } from "./author_world.ts";
import type { Context } from "./context.ts";
import { exitCodeOf, formatError } from "./exit.ts";
import { authorRoutes } from "./plugin_author.ts";
import { storeRoutes } from "./plugin_store.ts";
import {
  countFrom,
  longSpanFrom,
  orUnlimited,
  pluginSizeFrom,
  sizeFrom,
  spanFrom,
} from "./amounts.ts";

const spec = {
  kind: "tuple",
  parameters: [{ brief: "The spec, YAML or JSON", parse: String, placeholder: "SPEC" }],
} as const;

const set = {
  kind: "parsed",
  parse: String,
  variadic: true,
  optional: true,
  brief: "Gives a parameter its value",
  placeholder: "NAME=VALUE",
} as const;

const input = {
  kind: "parsed",
  parse: String,
  variadic: true,
  optional: true,
  brief: "Reads an input from a file, a pattern, or - for standard input",
  placeholder: "NAME=PATH",
} as const;

/** Of all that load specs: where plugins come from. */
const store = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: "The folder of the plugins' store; .meander/store where it is there",
  placeholder: "DIR",
} as const;

const frozen = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: "Refuses what would change the lock of plugins beside the spec",
} as const;

const updateLock = {
  ...frozen,
  brief: "Chooses the versions of plugins anew, and writes them into the lock",
} as const;

/** Of `run`: how much may be on its way at once. */
const limits = {
  budget: limit(countFrom, "N", "Batches after which a node lets what is downstream go on; 8"),
  capacity: limit(countFrom, "N", "Records that a batch collects; 1024"),
  memoryLimit: limit(
    sizeFrom,
    "SIZE",
    "Memory of the dataflow, such as 64MB: reads no more above it",
  ),
  memoryGrace: limit(spanFrom, "SPAN", "How long it may be above that before it fails; 5s"),
  paceRecords: limit(orUnlimited(countFrom), "N", "Records in flight above which inputs wait"),
  paceBytes: limit(orUnlimited(sizeFrom), "SIZE", "Bytes in flight above which inputs wait"),
  paceEpochs: limit(countFrom, "N", "Open epochs above which inputs wait"),
  pluginMemory: limit(pluginSizeFrom, "SIZE", "Memory of each isolated plugin's process; 256MiB"),
  pluginTimeout: limit(
    longSpanFrom,
    "SPAN",
    "How long an isolated plugin's callback may take; 10s",
  ),
} as const;

const run = buildCommand<import("./commands/run.ts").RunFlags, [string], Context>({
  docs: {
    brief: "Run a spec on files and pipes",
    fullDescription: "Reads the inputs of a spec, works on them, and writes its outputs.\n\n" +
      "Interrupt it once (Ctrl-C) and it reads no more, finishes what it has read and ends with code 8; " +
      "twice, and it leaves the rest and ends with code 130. Ctrl-\\ says what holds the outputs back.\n\n" +
      "Codes: 0 done, 1 failed, 2 command line, 3 spec, 4 input, 5 plugin, 8 stopped early and complete for " +
      "what was read, 130 cancelled.",
  },
  parameters: {
    positional: spec,
    flags: {
      input,
      output: {
        ...input,
        brief: "Writes an output to a file, or - for standard output",
      },
      set,
      workers: {
        kind: "parsed",
        parse: positive,
        optional: true,
        brief: "How many threads share the work; 1 when left out",
        placeholder: "N",
      },
      ...limits,
      store,
      frozen,
      updateLock,
      stats: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Says at the end how much and how fast, and what every vertex did",
      },
      watch: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Runs again when the spec or a file changes",
      },
      progress: {
        kind: "enum",
        values: ["auto", "json", "none"],
        optional: true,
        brief: "On standard error: a line for people, JSON lines, or nothing",
      },
      debug: { kind: "boolean", default: false, withNegated: false, brief: "Shows stack traces" },
    },
    aliases: { i: "input", o: "output", s: "set", w: "workers" },
  },
  loader: async () => (await import("./commands/run.ts")).runCommand,
});

const validate = buildCommand<import("./commands/validate.ts").ValidateFlags, [string], Context>({
  docs: { brief: "Say all that is wrong with a spec; code 3 when something is" },
  parameters: {
    positional: spec,
    flags: {
      set,
      store,
      frozen,
      updateLock,
      json: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Writes the problems as JSON, or which operator of which plugin each node is",
      },
    },
    aliases: { s: "set" },
  },
  loader: async () => (await import("./commands/validate.ts")).validateCommand,
});

const graph = buildCommand<import("./commands/graph.ts").GraphFlags, [string], Context>({
  docs: { brief: "Draw a spec" },
  parameters: {
    positional: spec,
    flags: {
      format: {
        kind: "enum",
        values: ["mermaid", "dot", "svg", "json"],
        default: "mermaid",
        brief: "What to write",
      },
      store,
    },
    aliases: { f: "format" },
  },
  loader: async () => (await import("./commands/graph.ts")).graphCommand,
});

const explain = buildCommand<import("./commands/explain.ts").ExplainFlags, [string], Context>({
  docs: { brief: "Show step by step what a spec does with the input of its first test" },
  parameters: {
    positional: spec,
    flags: {
      test: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Takes the input of another test",
        placeholder: "NAME",
      },
      store,
    },
  },
  loader: async () => (await import("./commands/explain.ts")).explainCommand,
});

const test = buildCommand<import("./commands/test.ts").TestFlags, [string], Context>({
  docs: { brief: "Run the tests that a spec carries" },
  parameters: { positional: spec, flags: { store, frozen } },
  loader: async () => (await import("./commands/test.ts")).testCommand,
});

const why = buildCommand<import("./commands/why.ts").WhyFlags, [string], Context>({
  docs: {
    brief: "Run a spec as far as it goes, and say what holds its outputs back",
    fullDescription:
      "Reads the files that are there, leaves inputs without a file open, and says for each output which " +
      "time is held back where, by whom, and by which path. Of a spec that runs, Ctrl-\\ (or kill -QUIT) " +
      "says the same.",
  },
  parameters: {
    positional: spec,
    flags: {
      input,
      set,
      store,
      seconds: {
        kind: "parsed",
        parse: seconds,
        optional: true,
        brief: "How long it may work before one looks; 5 when left out",
        placeholder: "N",
      },
    },
    aliases: { i: "input", s: "set" },
  },
  loader: async () => (await import("./commands/why.ts")).whyCommand,
});

const operators = buildCommand<import("./with_spec.ts").StoreFlags, [string?], Context>({
  docs: { brief: "List the operators and formats, or describe one" },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "plugin/operator, or the name of a format",
        parse: String,
        optional: true,
        placeholder: "NAME",
      }],
    },
    flags: { store },
  },
  loader: async () => (await import("./commands/operators.ts")).operatorsCommand,
});

const init = buildCommand<object, [string?], Context>({
  docs: { brief: "Write a small spec to begin with" },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "Its file; spec.yaml when left out",
        parse: String,
        optional: true,
        placeholder: "FILE",
      }],
    },
    flags: {},
  },
  loader: async () => (await import("./commands/init.ts")).initCommand,
});

const completion = buildCommand<object, [string], Context>({
  docs: {
    brief: "Write what makes a shell complete commands",
    fullDescription:
      'For bash: eval "$(meander completion bash)". For zsh and fish the same with their names.',
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "bash, zsh or fish", parse: String, placeholder: "SHELL" }],
    },
    flags: {},
  },
  loader: async () => (await import("./commands/completion.ts")).completionCommand,
});

const plugin = buildRouteMap<string, AuthorContext>({
  routes: { ...authorRoutes, ...storeRoutes },
  docs: {
    brief: "Write plugins, install them, and say which may do what",
    fullDescription:
      "A plugin is a versioned package of operators. Of a store of them, specs use those that they " +
      "name; each runs in a process of its own, without permissions, unless you trust it.",
  },
});

/** The whole command line, of that version of Meander. */
export function appOf(version: string): Application<Context> {
  const root = buildRouteMap({
    routes: { run, validate, graph, explain, test, why, operators, plugin, init, completion },
    docs: { brief: "Timely dataflow from a file: loops, windows, exact completeness" },
  });
  // What only commands on plugins are given is given to them alone (`main.ts`).
  return buildApplication(root as RouteMap<Context>, {
    name: "meander",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { disableAnsiColor: true },
    determineExitCode: exitCodeOf,
    localization: {
      text: {
        ...text_en,
        exceptionWhileRunningCommand: (error: unknown) => formatError(error),
        commandErrorResult: (error: Error) => formatError(error),
      },
    },
  });
}

function limit(parse: (text: string) => number, placeholder: string, brief: string) {
  return { kind: "parsed", parse, optional: true, placeholder, brief } as const;
}

function seconds(text: string): number {
  const number = Number(text);
  if (number >= 0 && number <= 86_400) return number;
  throw new Error(`expected 0 to 86400, not ${text}`);
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number;
  throw new Error(`expected 1 to 64, not ${text}`);
}
