/**
 * What is said of a reference that means nothing: always with what is installed.
 *
 * @module
 */
import { show } from "../operators/contract/fault.ts";
import { nearest } from "../operators/contract/nearest.ts";
import type { AnyFormat, Plugin, Unresolved, Wanted } from "./registry.ts";
import type { AnyOperator } from "../operators/contract/definition.ts";

/** What a plugin has under names. */
export type Kind = "operator" | "format";
/** One of them. */
export type Named = AnyOperator | AnyFormat;

/** More names than these are no help in a message. */
const MOST_NAMES = 12;

/** A text that names nothing. */
export function noReference(text: string, kind: Kind): Unresolved {
  return {
    problem: `${show(text)} names no ${kind}`,
    hint: `Write plugin/${kind} or plugin/${kind}@range, such as core/${
      kind === "operator" ? "join@^1" : "csv"
    }`,
  };
}

/** A range that is none. */
export function noRange(range: string): Unresolved {
  return { problem: `${show(range)} is no range of versions`, hint: "Write it like ^1.2" };
}

/** A pin that is no version. */
export function noPin(version: string): Unresolved {
  return { problem: `${show(version)} is no version`, hint: "Write one, such as 1.4.0" };
}

/** A plugin of which there is no version at all; the name wanted of it may be another plugin's. */
export function noPlugin({ plugin, name }: Wanted, all: readonly Plugin[]): Unresolved {
  const problem = `there is no plugin ${show(plugin)}`;
  if (all.length === 0) return { problem, hint: "No plugin is installed" };
  const elsewhere = all.find((each) => name !== undefined && has(each, name));
  const meant = nearest(plugin, all.map((each) => each.name)) ?? elsewhere?.name;
  const guess = meant === undefined || name === undefined ? meant : `${meant}/${name}`;
  const also = guess === undefined ? "" : `. Did you mean "${guess}"?`;
  return { problem, hint: `Installed: ${installed(all)}${also}` };
}

/** A plugin of which no version is in the range. */
export function noVersion(
  plugin: string,
  range: string,
  versions: readonly Plugin[],
): Unresolved {
  return {
    problem: `no installed version of plugin "${plugin}" satisfies ${show(range)}`,
    hint: `Installed: ${listOf(versions.map(({ version }) => version))}`,
  };
}

/** A plugin version that does not have it: another version may, or another name was meant. */
export function noName(
  plugin: Plugin,
  name: string,
  kind: Kind,
  versions: readonly Plugin[],
): Unresolved {
  const having = versions.filter((each) => namesOf(each, kind).includes(name));
  const names = namesOf(plugin, kind).toSorted();
  const meant = nearest(name, names);
  const problem = `plugin "${plugin.name}" has no ${kind} ${show(name)}`;
  if (having.length > 0) {
    const [latest] = having;
    return {
      problem: `${problem} at version ${plugin.version}`,
      hint: `${listOf(having.map(({ version }) => version))} ${
        having.length === 1 ? "has" : "have"
      } it: write ${plugin.name}/${name}@${latest.version}`,
    };
  }
  return {
    problem,
    hint: meant === undefined ? namesHint(names, kind) : `Did you mean "${plugin.name}/${meant}"?`,
  };
}

function has(plugin: Plugin, name: string): boolean {
  return namesOf(plugin, "operator").includes(name) || namesOf(plugin, "format").includes(name);
}

function namesOf({ operators, formats = [] }: Plugin, kind: Kind): string[] {
  return (kind === "operator" ? operators : formats).map((each: Named) => each.name);
}

/** Every plugin with its versions, the latest first. */
function installed(all: readonly Plugin[]): string {
  const names = [...new Set(all.map(({ name }) => name))];
  return listOf(
    names.map((name) => {
      const versions = all.filter((each) => each.name === name).map(({ version }) => version);
      return `${name} ${listOf(versions)}`;
    }),
    "; ",
  );
}

function listOf(texts: readonly string[], between: string = ", "): string {
  const more = texts.length - MOST_NAMES;
  const shown = texts.slice(0, MOST_NAMES).join(between);
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function namesHint(names: readonly string[], kind: Kind): string {
  if (names.length > MOST_NAMES) {
    return `It has ${names.length} ${kind}s: \`meander operators\` lists them`;
  }
  return `It has ${names.join(", ") || "none"}`;
}
