/**
 * The commands of `meander plugin` on a store: their flags and what is said of them.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { PluginContext } from "./plugin_world.ts";

const store = {
  kind: "parsed",
  parse: String,
  default: ".meander/store",
  brief: "The folder of the store",
  placeholder: "DIR",
} as const;

const json = {
  kind: "boolean",
  default: false,
  withNegated: false,
  brief: "Writes JSON",
} as const;

const add = buildCommand<import("./commands/plugin/add.ts").AddFlags, [string], PluginContext>({
  docs: {
    brief: "Install a plugin: bundled into one file, compared with its manifest, isolated",
    fullDescription: "SOURCE is a folder, a .tgz file, npm:NAME@1.2.3, or " +
      "https://HOST/PATH.tgz#sha256-HEX, and has to be allowed first (`meander plugin allow`). Nothing of " +
      "the plugin is run but in a process without permissions, and no script of its packages at all.",
  },
  parameters: {
    positional: one("Where the plugin comes from", "SOURCE"),
    flags: {
      store,
      grant: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        brief: "Grants what the plugin asks for: net=HOST:PORT, read=PATH, write=PATH or env=NAME",
        placeholder: "KIND=WHAT",
      },
      registry: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Of npm packages; NPM_CONFIG_REGISTRY or npm's own when left out",
        placeholder: "URL",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/add.ts")).addCommand,
});

const allow = buildCommand<
  import("./commands/plugin/allow.ts").AllowFlags,
  [string?],
  PluginContext
>({
  docs: {
    brief: "Allow a source of plugins, or list what is allowed",
    fullDescription:
      "PATTERN is folder:PATH, folder:PATH/**, file:PATH, npm:NAME, npm:@SCOPE/*, or https://HOST/PATH/*. " +
      "At first nothing is allowed.",
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "What to allow; lists what is allowed when left out",
        parse: String,
        optional: true,
        placeholder: "PATTERN",
      }],
    },
    flags: { store },
  },
  loader: async () => (await import("./commands/plugin/allow.ts")).allowCommand,
});

const list = buildCommand<import("./commands/plugin/list.ts").ListFlags, [], PluginContext>({
  docs: {
    brief: "List what is installed: versions, hashes, isolation, permissions, and who uses it",
  },
  parameters: {
    flags: {
      store,
      json,
      allowed: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Lists the allowed sources instead",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/list.ts")).listCommand,
});

const remove = buildCommand<
  import("./commands/plugin/remove.ts").RemoveFlags,
  [string],
  PluginContext
>({
  docs: { brief: "Take a version out of what is installed; what it was stays known" },
  parameters: {
    positional: one("Which one", "NAME@VERSION"),
    flags: {
      store,
      force: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Also when a spec was locked to it",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/remove.ts")).removeCommand,
});

const why = buildCommand<import("./commands/plugin/why.ts").WhyFlags, [string], PluginContext>({
  docs: { brief: "Say where a plugin came from, which versions there are, and who needs them" },
  parameters: { positional: one("Which one", "NAME[@VERSION]"), flags: { store } },
  loader: async () => (await import("./commands/plugin/why.ts")).whyPluginCommand,
});

const trust = buildCommand<
  import("./commands/plugin/trust.ts").TrustFlags,
  [string],
  PluginContext
>({
  docs: {
    brief: "Let a version run inline, with all rights of the process",
    fullDescription:
      "A trusted plugin runs in the engine's own process: it is as fast as core, and can do whatever that " +
      "process can. The hash is compared with what is installed; other bytes are never trusted by it.",
  },
  parameters: {
    positional: one("Which one", "NAME@VERSION"),
    flags: {
      store,
      sha256: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The hash of what is to be trusted",
        placeholder: "HEX",
      },
      revoke: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Trusts it no longer",
      },
    },
  },
  loader: async () => (await import("./commands/plugin/trust.ts")).trustCommand,
});

const pack = buildCommand<object, [string?], PluginContext>({
  docs: { brief: "Pack the plugin in a folder as NAME-VERSION.tgz, which npm takes as well" },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "Its folder; this one when left out",
        parse: String,
        optional: true,
        placeholder: "DIR",
      }],
    },
    flags: {},
  },
  loader: async () => (await import("./commands/plugin/pack.ts")).packCommand,
});

const gc = buildCommand<import("./commands/plugin/gc.ts").GcFlags, [], PluginContext>({
  docs: { brief: "Delete the bytes that nothing refers to: no installed plugin, no locked spec" },
  parameters: { flags: { store } },
  loader: async () => (await import("./commands/plugin/gc.ts")).gcCommand,
});

/** Routes for `meander plugin`. */
export const storeRoutes: Readonly<Record<string, Command<PluginContext>>> = {
  add,
  allow,
  list,
  remove,
  why,
  trust,
  pack,
  gc,
};

function one(brief: string, placeholder: string) {
  return { kind: "tuple", parameters: [{ brief, parse: String, placeholder }] } as const;
}
