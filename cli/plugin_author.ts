/**
 * The commands of `meander plugin` for those who write plugins: their flags and what is said of them.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { AuthorContext } from "./author_world.ts";

const folder = {
  kind: "tuple",
  parameters: [{
    brief: "The folder of the plugin; this one when left out",
    parse: String,
    optional: true,
    placeholder: "DIR",
  }],
} as const;

const create = buildCommand<import("./commands/plugin/new.ts").NewFlags, [string], AuthorContext>({
  docs: {
    brief: "Make a plugin to begin with: manifest, operator, test, all in order",
    fullDescription:
      "Writes plugin.json, mod.ts, mod.test.ts, README.md and deno.json into a folder.",
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "Its name: lower-case letters, digits and -",
        parse: String,
        placeholder: "NAME",
      }],
    },
    flags: {
      dir: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The folder; one of its name when left out",
        placeholder: "DIR",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/new.ts")).newCommand,
});

const test = buildCommand<import("./commands/plugin/test.ts").TestFlags, [string?], AuthorContext>({
  docs: {
    brief: "Run the tests of a plugin",
    fullDescription:
      "Runs `deno test` in the folder of a plugin, in a process that may read that folder and nothing else.",
  },
  parameters: {
    positional: folder,
    flags: {
      noCheck: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Leaves types unchecked, which is faster",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/test.ts")).testPluginCommand,
});

const check = buildCommand<
  import("./commands/plugin/check.ts").CheckFlags,
  [string?],
  AuthorContext
>({
  docs: {
    brief: "Hold a plugin's manifest against its code, and its operators to the laws",
    fullDescription:
      "Loads the code in a process that may read its folder and nothing else. Says in what it differs from " +
      "plugin.json, runs every operator and every example in many ways that must give the same, puts states into " +
      "fresh instances, and compares the permissions that the code needs with those it asks for.",
  },
  parameters: {
    positional: folder,
    flags: {
      write: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Writes the operators of plugin.json from the code",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/check.ts")).checkCommand,
});

const docs = buildCommand<import("./commands/plugin/docs.ts").DocsFlags, [string?], AuthorContext>({
  docs: { brief: "Write a plugin's documentation as Markdown, from its manifest" },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief:
          "The folder of the plugin, or the name of an installed one; this folder when left out",
        parse: String,
        optional: true,
        placeholder: "DIR|NAME",
      }],
    },
    flags: {
      store: {
        kind: "parsed",
        parse: String,
        default: ".meander/store",
        brief: "The folder of the store",
        placeholder: "DIR",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/docs.ts")).docsCommand,
});

/** Routes for `meander plugin`. */
export const authorRoutes: Readonly<Record<string, Command<AuthorContext>>> = {
  new: create,
  test,
  check,
  docs,
};
