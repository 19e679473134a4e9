/**
 * The operators and formats that there are, as a value: a service, a test and a command line each make their
 * own, and none sees what another added.
 *
 * @module
 */
import rcompare from "semver/functions/rcompare.js";
import satisfies from "semver/functions/satisfies.js";
import valid from "semver/functions/valid.js";
import validRange from "semver/ranges/valid.js";
import type { AnyOperator } from "../operators/contract/definition.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { Format } from "../operators/connectors/format.ts";
import { nearest } from "../operators/contract/nearest.ts";
import { parseReference, PLUGIN_NAME, type Reference } from "./reference.ts";

/** Any format, for collections of them. */
// deno-lint-ignore no-explicit-any
export type AnyFormat = Format<any>;

/** A versioned package of operators and formats. */
export interface Plugin {
  /** In lower case, unique with its version. */
  readonly name: string;
  /** Semantic version, which ranges are held against. */
  readonly version: string;
  /** Its operators. */
  readonly operators: readonly AnyOperator[];
  /** Formats in which inputs are read and outputs written. */
  readonly formats?: readonly AnyFormat[];
}

/** What a reference was resolved to. */
export interface Resolved<T> {
  /** The plugin that it belongs to, at the version that was chosen. */
  readonly plugin: Plugin;
  /** The operator or format. */
  readonly found: T;
}

/** Why a reference has no answer. */
export interface Unresolved {
  /** The reason, in one sentence. */
  readonly problem: string;
  /** What to do about it. */
  readonly hint: string;
}

type Kind = "operator" | "format";
type Named = AnyOperator | AnyFormat;

/**
 * An immutable set of plugins; several versions of one may stand side by side.
 *
 * @example
 * ```ts
 * import { core, Registry } from "meander/specs";
 * import { expect } from "vitest";
 *
 * const registry = new Registry([core]);
 * expect(registry.get("core/join@^1").found.name).toBe("join");
 * expect(registry.without("core").plugins).toEqual([]);
 * expect(() => registry.get("core/joyn")).toThrow('Did you mean "core/join"?');
 * ```
 */
export class Registry {
  /** Its plugins, by name and then the latest version first. */
  readonly plugins: readonly Plugin[];

  /**
   * A registry of these plugins.
   *
   * @throws {MeanderError} `MEANDER_REGISTRY` for a name or version that is none, or one that occurs twice.
   */
  constructor(plugins: Iterable<Plugin> = []) {
    this.plugins = Object.freeze(
      [...plugins].map(checked).sort((a, b) =>
        a.name < b.name ? -1 : a.name > b.name ? 1 : rcompare(a.version, b.version)
      ),
    );
    this.plugins.forEach(({ name, version }, i) => {
      const before = this.plugins[i - 1];
      if (before?.name !== name || before.version !== version) return;
      throw new MeanderError(
        "MEANDER_REGISTRY",
        `Cannot add plugin "${name}@${version}": it is there already`,
        { where: name, hint: "Give changed code another version" },
      );
    });
  }

  /** A registry with one more plugin. */
  add(plugin: Plugin): Registry {
    return new Registry([...this.plugins, plugin]);
  }

  /** A registry with these plugins alone: all versions of a `name`, or one `name@version`. */
  with(...names: string[]): Registry {
    return new Registry(this.plugins.filter((plugin) => isAmong(plugin, names)));
  }

  /** A registry without these plugins. */
  without(...names: string[]): Registry {
    return new Registry(this.plugins.filter((plugin) => !isAmong(plugin, names)));
  }

  /**
   * The operator that `plugin/operator@range` names, of the latest version in the range.
   *
   * @throws {MeanderError} `MEANDER_REGISTRY` when there is none, with what there is.
   */
  get(reference: string): Resolved<AnyOperator> {
    const resolved = this.find(reference);
    if (!("problem" in resolved)) return resolved;
    throw new MeanderError("MEANDER_REGISTRY", `Cannot get operator: ${resolved.problem}`, {
      hint: resolved.hint,
    });
  }

  /** The operator that a reference names, or why there is none. */
  find(reference: string): Resolved<AnyOperator> | Unresolved {
    return this.#resolve(reference, "operator", (plugin) => plugin.operators);
  }

  /** The operator that a reference names, at that one version of its plugin, or why there is none. */
  findPinned(reference: string, version: string): Resolved<AnyOperator> | Unresolved {
    const [name, range] = reference.split("@");
    if (valid(version) !== version) {
      return { problem: `${show(version)} is no version`, hint: "Write one, such as 1.4.0" };
    }
    const found = this.find(`${name}@${version}`);
    if ("problem" in found || range === undefined || satisfies(version, range)) return found;
    return {
      problem: `version ${version} does not satisfy ${show(range)} of ${show(reference)}`,
      hint: "Leave one of them out",
    };
  }

  /** The format that a reference names, or why there is none. Formats of `core` need no plugin's name. */
  findFormat(reference: string): Resolved<AnyFormat> | Unresolved {
    const full = reference.includes("/") ? reference : `core/${reference}`;
    return this.#resolve(full, "format", (plugin) => plugin.formats ?? []);
  }

  #resolve<T extends Named>(
    text: string,
    kind: Kind,
    listOf: (plugin: Plugin) => readonly T[],
  ): Resolved<T> | Unresolved {
    const reference = parseReference(text);
    if (reference === undefined) return noReference(text, kind);
    if (reference.range !== undefined && validRange(reference.range) === null) {
      return {
        problem: `${show(reference.range)} is no range of versions`,
        hint: "Write it like ^1.2",
      };
    }
    const versions = this.plugins.filter(({ name }) => name === reference.plugin);
    if (versions.length === 0) return this.#noPlugin(reference, listOf);
    const { range } = reference;
    const fitting = range === undefined
      ? released(versions)
      : versions.filter(({ version }) => satisfies(version, range));
    if (fitting.length === 0) return noVersion(reference, versions);
    for (const plugin of fitting) {
      const found = listOf(plugin).find(({ name }) => name === reference.name);
      if (found !== undefined) return { plugin, found };
    }
    return this.#noName(reference, kind, fitting.flatMap((plugin) => listOf(plugin)));
  }

  #noPlugin(
    { plugin, name }: Reference,
    listOf: (plugin: Plugin) => readonly Named[],
  ): Unresolved {
    const meant = nearest(plugin, this.plugins.map((each) => each.name));
    const elsewhere = this.plugins.find((each) => listOf(each).some((its) => its.name === name));
    const guess = meant ?? elsewhere?.name;
    const installed = [...new Set(this.plugins.map((each) => each.name))].join(", ") || "none";
    return {
      problem: `there is no plugin ${show(plugin)}`,
      hint: guess === undefined
        ? `There ${installed === "none" ? "are none" : `is ${installed}`}`
        : `There is ${installed}; did you mean "${guess}/${name}"?`,
    };
  }

  #noName({ plugin, name }: Reference, kind: Kind, all: readonly Named[]): Unresolved {
    const names = [...new Set(all.map((each) => each.name))].sort();
    const meant = nearest(name, names);
    return {
      problem: `plugin "${plugin}" has no ${kind} ${show(name)}`,
      hint: meant === undefined ? listOf(names, kind) : `Did you mean "${plugin}/${meant}"?`,
    };
  }
}

/** More names than these are no help in a message. */
const MOST_NAMES = 12;

function listOf(names: readonly string[], kind: Kind): string {
  if (names.length > MOST_NAMES) {
    return `It has ${names.length} ${kind}s: \`meander operators\` lists them`;
  }
  return `It has ${names.join(", ") || "none"}`;
}

function checked(plugin: Plugin): Plugin {
  if (!PLUGIN_NAME.test(plugin.name)) {
    throw new MeanderError(
      "MEANDER_REGISTRY",
      `Cannot add plugin ${show(plugin.name)}: a name has lower-case letters, digits and -, and ` +
        `begins with a letter`,
      { where: plugin.name },
    );
  }
  // In its one form: "v1.0.0" and "1.0.0" would be two plugins of the same version.
  if (valid(plugin.version) === plugin.version) return plugin;
  throw new MeanderError(
    "MEANDER_REGISTRY",
    `Cannot add plugin "${plugin.name}" at version ${show(plugin.version)}: a version is ` +
      `major.minor.patch`,
    { where: plugin.name },
  );
}

/** Who names no range does not ask for a prerelease, and takes it where there is nothing else. */
function released(versions: readonly Plugin[]): readonly Plugin[] {
  const final = versions.filter(({ version }) => !version.includes("-"));
  return final.length === 0 ? versions : final;
}

function isAmong({ name, version }: Plugin, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(`${name}@${version}`);
}

function noReference(text: string, kind: Kind): Unresolved {
  return {
    problem: `${show(text)} names no ${kind}`,
    hint: `Write plugin/${kind} or plugin/${kind}@range, such as core/${
      kind === "operator" ? "join@^1" : "csv"
    }`,
  };
}

function noVersion({ plugin, range }: Reference, versions: readonly Plugin[]): Unresolved {
  return {
    problem: `no installed version of plugin "${plugin}" satisfies ${show(range)}`,
    hint: `Installed: ${versions.map(({ version }) => version).join(", ")}`,
  };
}
