/**
 * The lock beside a spec: which version and bytes each `plugin@range` in it stands for, so that the spec means the
 * same tomorrow and elsewhere. Only plugins of a store are in it; what is a part of the program has no bytes of
 * its own. Pure: who reads and writes the file is somebody else's business.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";
import { Findings, type Report } from "../plugins/manifest/finding.ts";
import { checkJsonText } from "../plugins/manifest/json_text.ts";
import { isVersion, PLUGIN_NAME } from "../plugins/names.ts";
import { ANY_VERSION, isRange } from "../plugins/reference.ts";
import { isWithin, type Plugin } from "../plugins/registry.ts";

/** The code of everything that is wrong with a lock, or differs from it. */
export const LOCK_CODE = "MEANDER_PLUGIN_LOCK";

/** What a `plugin@range` stands for. */
export interface LockedChoice {
  readonly version: string;
  /** Of the plugin's content, in hexadecimal. */
  readonly sha256: string;
}

/** Choices by `plugin@range`, as the spec writes it; of a pin the version is the range. */
export type PluginLock = ReadonlyMap<string, LockedChoice>;

/** Where the lock of a spec lies. */
export function lockPathOf(spec: string): string {
  return `${spec}.lock.json`;
}

/** What a choice is found by. */
export function lockKey(plugin: string, range: string = ANY_VERSION): string {
  return `${plugin}@${range}`;
}

/** The text of a lock: equal locks are equal texts, and one choice is one line of a difference. */
export function formatPluginLock(lock: PluginLock): string {
  const sorted = [...lock].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const lines = sorted.map(([key, { version, sha256 }]) =>
    `    ${JSON.stringify(key)}: ${JSON.stringify({ version, sha256 })}`
  );
  const plugins = lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
  return `{\n  "meander": 1,\n  "plugins": ${plugins}\n}\n`;
}

/** No lock is longer, in characters: a spec has no more plugins than nodes. */
const LONGEST = 4 * 2 ** 20;
/** No lock is nested deeper. */
const DEEPEST = 3;

/**
 * Reads a lock; `where` is its file, for messages.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_LOCK` with all that is wrong with it.
 */
export function parsePluginLock(text: string, where: string): PluginLock {
  const found = new Findings();
  const lock = lockIn(text.replace(/^\uFEFF/, ""), found.report);
  if (found.problems.length === 0) return lock;
  throw new MeanderError(LOCK_CODE, `Cannot use lock ${show(where)}`, {
    where,
    hint: "Put it back as it was, or choose anew with --update-lock",
    problems: found.problems,
  });
}

function lockIn(text: string, report: Report): PluginLock {
  const lock = new Map<string, LockedChoice>();
  if (text.length > LONGEST) {
    report([], `it has ${text.length} characters, more than ${LONGEST}`);
    return lock;
  }
  if (!checkJsonText(text, DEEPEST, report)) return lock;
  const data = parsed(text);
  if (data === undefined) report([], "it is no JSON");
  else if (isPart(data)) {
    onlyKnown(data, ["meander", "plugins"], [], report);
    if (data.meander !== 1) report(["meander"], `expected 1, not ${show(data.meander)}`);
    if (!isPart(data.plugins)) report(["plugins"], "expected choices by plugin@range");
    else {
      for (const [key, choice] of Object.entries(data.plugins)) {
        const checked = checkedChoice(key, choice, report);
        if (checked !== undefined) lock.set(key, checked);
      }
    }
  } else report([], "expected an object");
  return lock;
}

function checkedChoice(key: string, choice: unknown, report: Report): LockedChoice | undefined {
  const path = ["plugins", key];
  const at = key.indexOf("@");
  const [plugin, range] = [key.slice(0, Math.max(at, 0)), key.slice(at + 1)];
  const isKey = PLUGIN_NAME.test(plugin) && isRange(range);
  if (!isKey) report(path, "expected plugin@range");
  if (!isPart(choice)) {
    report(path, "expected a version and its sha256");
    return undefined;
  }
  onlyKnown(choice, ["version", "sha256"], path, report);
  const { version, sha256 } = choice;
  if (typeof version !== "string" || !isVersion(version)) {
    report([...path, "version"], `expected a version, not ${show(version)}`);
  } else if (isKey && !isWithin(version, range)) {
    report([...path, "version"], `${version} does not satisfy ${show(range)}`);
  } else if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) {
    report([...path, "sha256"], `expected 64 digits in hexadecimal, not ${show(sha256)}`);
  } else return { version, sha256 };
  return undefined;
}

function onlyKnown(
  part: Readonly<Record<string, unknown>>,
  names: readonly string[],
  path: readonly string[],
  report: Report,
): void {
  for (const name of Object.keys(part)) {
    if (!names.includes(name)) report([...path, name], "it is not known here");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isPart(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Why a lock does not let a spec be used. */
export interface LockFault {
  readonly problem: string;
  readonly hint: string;
}

/**
 * What a lock says of one choice: the installed version that it names, what is wrong, or nothing, where one may
 * choose. A version counts only with the very bytes it had when it was locked.
 */
export function lockedVersion(
  key: string,
  versions: readonly Plugin[],
  lock: PluginLock,
): Plugin | LockFault | undefined {
  const locked = lock.get(key);
  if (locked === undefined) return undefined;
  const { version, sha256 } = locked;
  const installed = versions.find((each) => each.version === version);
  const what = `${show(key)} is locked at version ${version}`;
  if (installed === undefined) {
    const others = versions.map((each) => each.version).join(", ");
    return {
      problem: `${what}, which is not installed`,
      hint: `Add it with \`meander plugin add\`, or choose anew with --update-lock` +
        (others === "" ? "" : `. Installed: ${others}`),
    };
  }
  if (installed.provenance?.sha256 === sha256) return installed;
  return {
    problem: `${what} with SHA-256 ${sha256}, and that version is ` +
      (installed.provenance === undefined
        ? "a part of this program, without one"
        : `installed with ${installed.provenance.sha256}`),
    hint: "It is not what was locked: find out why before you choose anew with --update-lock",
  };
}

/** What would have to change in a lock, line by line; nothing when both are equal. */
export function lockDifference(before: PluginLock, after: PluginLock): string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was?.version === is?.version && was?.sha256 === is?.sha256) return [];
    return [
      ...(was === undefined ? [] : [`- ${key}: ${choiceText(was)}`]),
      ...(is === undefined ? [] : [`+ ${key}: ${choiceText(is)}`]),
    ];
  });
}

function choiceText({ version, sha256 }: LockedChoice): string {
  return `${version} ${sha256}`;
}
