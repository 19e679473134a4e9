/**
 * The operators and formats that there are, as a value: a service, a test and a command line each make their
 * own, and none sees what another added.
 *
 * @module
 */
import rcompare from "semver/functions/rcompare.js";
import satisfies from "semver/functions/satisfies.js";
import type { AnyOperator } from "../operators/contract/definition.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { Format } from "../operators/connectors/format.ts";
import type { Isolation } from "./content.ts";
import type { Permissions } from "./manifest/manifest.ts";
import { isVersion, PLUGIN_NAME } from "./names.ts";
import { ANY_VERSION, isRange, parseReference } from "./reference.ts";
import {
  type Kind,
  type Named,
  noName,
  noPin,
  noPlugin,
  noRange,
  noReference,
  noVersion,
} from "./unresolved.ts";

/** Any format, for collections of them. */
// deno-lint-ignore no-explicit-any
export type AnyFormat = Format<any>;

/** Which bytes a plugin runs, and how; known of those that lie in a store. */
export interface Provenance {
  /** Of its content, in hexadecimal. */
  readonly sha256: string;
  /** How its code runs. */
  readonly isolation: Isolation;
  /** What it may do of what it asks for. */
  readonly granted: Permissions;
  /** Where it came from, for people. */
  readonly source: string;
}

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
  /** Which bytes it runs; left out of what is a part of the program, as `core` is of the engine. */
  readonly provenance?: Provenance;
}

/** What a reference was resolved to. */
export interface Resolved<T> {
  /** The plugin that it belongs to, at the version that was chosen. */
  readonly plugin: Plugin;
  /** The operator or format. */
  readonly found: T;
}

/** Which plugin is wanted. */
export interface Wanted {
  /** Its name. */
  readonly plugin: string;
  /** The versions that will do; any of them when left out. */
  readonly range?: string | undefined;
  /** What is wanted of it, for messages. */
  readonly name?: string | undefined;
}

/** Why a reference has no answer. */
export interface Unresolved {
  /** The reason, in one sentence. */
  readonly problem: string;
  /** What to do about it. */
  readonly hint: string;
}

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
    return this.#resolve(reference, "operator");
  }

  /** The operator that a reference names, at that one version of its plugin, or why there is none. */
  findPinned(reference: string, version: string): Resolved<AnyOperator> | Unresolved {
    const parsed = parseReference(reference);
    if (parsed === undefined) return noReference(reference, "operator");
    const { plugin, range, name } = parsed;
    if (!isVersion(version)) return noPin(version);
    const chosen = this.choose({ plugin, range: version, name });
    if ("problem" in chosen) return chosen;
    if (range !== undefined && !isWithin(version, range)) {
      return {
        problem: `version ${version} does not satisfy ${show(range)} of ${show(reference)}`,
        hint: "Leave one of them out",
      };
    }
    return this.operatorOf(chosen, name);
  }

  /** The format that a reference names, or why there is none. Formats of `core` need no plugin's name. */
  findFormat(reference: string): Resolved<AnyFormat> | Unresolved {
    return this.#resolve(fullFormat(reference), "format");
  }

  /** All versions of a plugin, the latest first. */
  versionsOf(plugin: string): readonly Plugin[] {
    return this.plugins.filter(({ name }) => name === plugin);
  }

  /**
   * The latest version of a plugin in a range, or why there is none. Prereleases are as semver has it: only a
   * range that names one takes them. Without a range, and with `*`, any release will do, and a prerelease
   * where there is nothing else.
   */
  choose({ plugin, range = ANY_VERSION, name }: Wanted): Plugin | Unresolved {
    if (!isRange(range)) return noRange(range);
    const versions = this.versionsOf(plugin);
    if (versions.length === 0) return noPlugin({ plugin, name }, this.plugins);
    const fitting = versions.filter(({ version }) => isWithin(version, range));
    // Who names no range does not ask for a prerelease.
    const final = fitting.find(({ version }) => range !== ANY_VERSION || !version.includes("-"));
    return final ?? fitting[0] ?? noVersion(plugin, range, versions);
  }

  /** An operator of a plugin that was chosen, or why there is none: other versions may have it. */
  operatorOf(plugin: Plugin, name: string): Resolved<AnyOperator> | Unresolved {
    const found = plugin.operators.find((each) => each.name === name);
    return found === undefined ? this.#noName(plugin, name, "operator") : { plugin, found };
  }

  /** A format of a plugin that was chosen, or why there is none. */
  formatOf(plugin: Plugin, name: string): Resolved<AnyFormat> | Unresolved {
    const found = plugin.formats?.find((each) => each.name === name);
    return found === undefined ? this.#noName(plugin, name, "format") : { plugin, found };
  }

  #resolve(text: string, kind: "operator"): Resolved<AnyOperator> | Unresolved;
  #resolve(text: string, kind: "format"): Resolved<AnyFormat> | Unresolved;
  #resolve(text: string, kind: Kind): Resolved<Named> | Unresolved {
    const reference = parseReference(text);
    if (reference === undefined) return noReference(text, kind);
    const chosen = this.choose(reference);
    if ("problem" in chosen) return chosen;
    const { name } = reference;
    return kind === "operator" ? this.operatorOf(chosen, name) : this.formatOf(chosen, name);
  }

  #noName(plugin: Plugin, name: string, kind: Kind): Unresolved {
    return noName(plugin, name, kind, this.versionsOf(plugin.name));
  }
}

/** A format's reference with its plugin's name, which those of `core` need not have. */
export function fullFormat(reference: string): string {
  return reference.includes("/") ? reference : `core/${reference}`;
}

/** Whether a version is in a range; every version is in `*`, prereleases as well. */
export function isWithin(version: string, range: string): boolean {
  return range === ANY_VERSION || satisfies(version, range);
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
  if (isVersion(plugin.version)) return plugin;
  throw new MeanderError(
    "MEANDER_REGISTRY",
    `Cannot add plugin "${plugin.name}" at version ${show(plugin.version)}: a version is ` +
      `major.minor.patch`,
    { where: plugin.name },
  );
}

function isAmong({ name, version }: Plugin, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(`${name}@${version}`);
}
