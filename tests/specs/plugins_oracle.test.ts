/**
 * Which version of a plugin a node is, for random plugins, ranges, pins and locks: against a naive oracle that knows
 * no library of versions.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import { checkSpec } from "../../specs/check.ts";
import { planOf } from "../../specs/plan.ts";
import { hashOf, lockOf, specWith, stored } from "./plugins_support.ts";

type Version = readonly [major: number, minor: number, patch: number, beta: number | undefined];
type Range = { readonly text: string; readonly has: (version: Version) => boolean };

const textOf = ([major, minor, patch, beta]: Version) =>
  `${major}.${minor}.${patch}${beta === undefined ? "" : `-beta.${beta}`}`;

/** A prerelease comes before its release. */
function compare(a: Version, b: Version): number {
  const [left, right] = [a, b].map(([x, y, z, beta]) => [x, y, z, beta ?? Infinity]);
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 ? 0 : left[at] - right[at];
}

const anyVersion: fc.Arbitrary<Version> = fc.tuple(
  fc.integer({ min: 0, max: 2 }),
  fc.integer({ min: 0, max: 1 }),
  fc.integer({ min: 0, max: 1 }),
  fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined, freq: 3 }),
);

/** A range takes prereleases of the very release that it names as a prerelease, and no others. */
function within(from: Version, isBelow: (version: Version) => boolean) {
  return (version: Version): boolean => {
    if (compare(version, from) < 0 || !isBelow(version)) return false;
    return version[3] === undefined ||
      (from[3] !== undefined && [0, 1, 2].every((i) => from[i] === version[i]));
  };
}

function rangesOf(from: Version): fc.Arbitrary<Range> {
  const [major, minor, patch] = from;
  return fc.constantFrom<Range>(
    { text: textOf(from), has: (version) => compare(version, from) === 0 },
    { text: `>=${textOf(from)}`, has: within(from, () => true) },
    {
      text: `~${textOf(from)}`,
      has: within(from, ([x, y]) => x === major && y === minor),
    },
    {
      text: `^${textOf(from)}`,
      has: within(
        from,
        ([x, y, z]) => x === major && (major > 0 || (y === minor && (minor > 0 || z === patch))),
      ),
    },
    { text: "*", has: () => true },
  );
}

interface Bytes {
  readonly version: Version;
  readonly hash: number;
}

interface Case {
  readonly installed: readonly Bytes[];
  readonly ofSpec: Range | undefined;
  readonly nodes: readonly { range: Range | undefined; pin: Version | undefined }[];
  /** By the number of the node whose key they are for. */
  readonly lock: readonly (Bytes | undefined)[];
}

const someBytes: fc.Arbitrary<Bytes> = fc.record({
  version: anyVersion,
  hash: fc.integer({ min: 1, max: 2 }),
});

/** Mostly what can be, so that many of them are chosen and many refused. */
const cases: fc.Arbitrary<Case> = fc.uniqueArray(someBytes, {
  selector: ({ version }) => textOf(version),
  minLength: 1,
  maxLength: 8,
}).chain((installed) => {
  const mostlyThere = fc.oneof(
    { arbitrary: fc.constantFrom(...installed), weight: 8 },
    { arbitrary: someBytes, weight: 1 },
  );
  const range = fc.oneof(
    ...[...installed.map(({ version }) => version), [1, 0, 0, undefined] as const].map(rangesOf),
  );
  const pin = mostlyThere.map(({ version }) => version);
  return fc.record({
    installed: fc.constant(installed),
    ofSpec: fc.option(range, { nil: undefined }),
    nodes: fc.array(
      fc.record({
        range: fc.option(range, { nil: undefined, freq: 3 }),
        pin: fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, {
          arbitrary: pin,
          weight: 1,
        }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    lock: fc.array(fc.option(mostlyThere, { nil: undefined, freq: 3 }), {
      minLength: 4,
      maxLength: 4,
    }),
  });
});

/** The version of each node, or `undefined` for one that is refused; straight from the rules. */
function expected({ installed, ofSpec, nodes, lock }: Case): (string | undefined)[] {
  const locked = lockFor({ installed, ofSpec, nodes, lock });
  const find = (key: string, range: Range | undefined): string | undefined => {
    const known = locked[key];
    if (known !== undefined) {
      const found = installed.find(({ version }) => textOf(version) === known[0]);
      return found !== undefined && hashOf(found.hash) === known[1] ? known[0] : undefined;
    }
    const isFree = range === undefined || range.text === "*";
    const fitting = installed.map(({ version }) => version).filter((version) =>
      isFree || range.has(version)
    ).sort(compare).reverse();
    const release = isFree ? fitting.find(([, , , beta]) => beta === undefined) : undefined;
    const best = release ?? fitting[0];
    return best && textOf(best);
  };
  return nodes.map(({ range, pin }) => {
    if (range !== undefined && !installed.some(({ version }) => range.has(version)) && pin) {
      return undefined;
    }
    const around = range ?? ofSpec;
    if (pin === undefined) return find(`text@${around?.text ?? "*"}`, around);
    if (around !== undefined && !around.has(pin)) return undefined;
    const exact = { text: textOf(pin), has: (version: Version) => compare(version, pin) === 0 };
    return find(`text@${textOf(pin)}`, exact);
  });
}

/** What the choice of a node is found by. */
function keyOf({ ofSpec }: Case, { range, pin }: Case["nodes"][number]): string {
  return `text@${pin === undefined ? (range ?? ofSpec)?.text ?? "*" : textOf(pin)}`;
}

/** Entries for keys of nodes; those that their own range refuses are no lock at all. */
function lockFor(it: Case): Record<string, [string, string]> {
  const { ofSpec, nodes, lock } = it;
  const choices: Record<string, [string, string]> = {};
  nodes.forEach((node, i) => {
    const { range, pin } = node;
    const entry = lock[i];
    const around = pin === undefined
      ? range ?? ofSpec
      : { text: textOf(pin), has: (version: Version) => compare(version, pin) === 0 };
    if (entry === undefined || around?.has(entry.version) === false) return;
    choices[keyOf(it, node)] ??= [textOf(entry.version), hashOf(entry.hash)];
  });
  return choices;
}

describe("Resolution", () => {
  it("is what a naive reading of the rules says, for random plugins, ranges, pins and locks", () => {
    const seen = { chosen: 0, refused: 0, locked: 0 };
    fc.assert(
      fc.property(cases, (it) => {
        const plugins = it.installed.map(({ version, hash }) =>
          stored("text", textOf(version), hashOf(hash))
        );
        const nodes = it.nodes.map(({ range, pin }, i): [string, string] => [
          `n${i}`,
          `use: "text/tag${range === undefined ? "" : `@${range.text}`}"` +
          (pin === undefined ? "" : `, pin: ${textOf(pin)}`),
        ]);
        const lock = lockOf(lockFor(it));
        const wanted = expected(it);
        // The range of the whole spec is a problem of its own when no node needs it.
        const needed = it.nodes.some(({ range }) => range === undefined);
        const plugin = it.ofSpec === undefined || !needed
          ? undefined
          : `{ text: "${it.ofSpec.text}" }`;
        const text = specWith(Object.fromEntries(nodes), plugin);
        const registry = new Registry([core, ...plugins]);
        const checked = checkSpec(text, { registry, lock });
        if ("problems" in checked) {
          seen.refused++;
          expect(wanted).toContain(undefined);
          // Each that is refused has a problem at its own place or the range's; a lock's fault is told once.
          const told = it.nodes.map(({ range, pin }, i) =>
            checked.problems.some(({ pointer }) =>
              pointer.startsWith(`/nodes/n${i}/`) ||
              (pointer === "/plugins/text" && range === undefined && pin === undefined)
            )
          );
          const keys = it.nodes.map((node) => keyOf(it, node));
          wanted.forEach((version, i) => {
            const first = told.findIndex((isTold, j) => isTold && keys[j] === keys[i]);
            expect([i, told[i] || (version === undefined && first >= 0)]).toEqual([
              i,
              version === undefined,
            ]);
          });
          return;
        }
        seen.chosen++;
        const plan = new Map(planOf(checked).map((each) => [each.node, each]));
        expect(it.nodes.map((_node, i) => plan.get(`n${i}`)!.version)).toEqual(wanted);
        for (const [key, choice] of lock) {
          if (checked.lock.has(key)) seen.locked++;
          if (checked.lock.has(key)) expect(checked.lock.get(key)).toEqual(choice);
        }
        // What was chosen, as a lock, chooses the same, and nothing else is needed.
        const again = checkSpec(text, { registry, lock: checked.lock, isExact: true });
        expect("lock" in again && [...again.lock]).toEqual([...checked.lock]);
      }),
      { numRuns: 600 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });
});
