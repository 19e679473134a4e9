/** The lock beside a spec as a text: there and back, and what hostile or broken files are told. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeanderError } from "../../operators/contract/fault.ts";
import {
  formatPluginLock,
  lockDifference,
  lockPathOf,
  parsePluginLock,
  type PluginLock,
} from "../../specs/plugin_lock.ts";
import { hashOf, lockOf } from "./plugins_support.ts";

const WELL = { version: "1.3.0", sha256: hashOf(7) };

/** What a text is told, without the first line. */
function problemsOf(text: string): readonly string[] {
  try {
    parsePluginLock(text, "x.yaml.lock.json");
  } catch (error) {
    if (!MeanderError.is(error)) throw error;
    expect(error.code).toBe("MEANDER_PLUGIN_LOCK");
    expect(error.message).toContain('Cannot use lock "x.yaml.lock.json". Put it back as it was');
    return error.problems;
  }
  return [];
}

/** A lock with that in it. */
function withPlugins(plugins: unknown): string {
  return JSON.stringify({ meander: 1, plugins });
}

const locks: fc.Arbitrary<PluginLock> = fc.array(fc.tuple(
  fc.constantFrom("text", "a-1", "constructor"),
  fc.constantFrom("*", "^1.2", ">=1.0.0 <2 || 1.3.0", "1.3.0", "~1"),
  fc.constantFrom("1.3.0", "1.3.4"),
  fc.integer({ min: 0, max: 15 }),
)).map((all) =>
  new Map(all.flatMap(([plugin, range, version, digit]) => {
    // An exact version is satisfied by itself alone.
    const fitting = range === "1.3.0" ? "1.3.0" : version;
    return [[`${plugin}@${range}`, { version: fitting, sha256: hashOf(digit) }]] as const;
  }))
);

describe("A lock", () => {
  it("is a text that stays the same, whatever order it was chosen in", () => {
    fc.assert(fc.property(locks, (lock) => {
      const text = formatPluginLock(lock);
      const read = parsePluginLock(text, "lock");
      expect(lockDifference(read, lock)).toEqual([]);
      expect(new Map(read)).toEqual(new Map(lock));
      expect(formatPluginLock(new Map([...lock].reverse()))).toBe(text);
      expect(formatPluginLock(read)).toBe(text);
    }));
  });

  it("has a line for each choice", () => {
    const lock = lockOf({ "text@^1": ["1.3.0", hashOf(1)], "text@*": ["2.0.0", hashOf(2)] });
    expect(formatPluginLock(lock)).toBe(`{
  "meander": 1,
  "plugins": {
    "text@*": {"version":"2.0.0","sha256":"${hashOf(2)}"},
    "text@^1": {"version":"1.3.0","sha256":"${hashOf(1)}"}
  }
}
`);
    expect(formatPluginLock(new Map())).toBe('{\n  "meander": 1,\n  "plugins": {}\n}\n');
    expect(lockPathOf("specs/reach.yaml")).toBe("specs/reach.yaml.lock.json");
  });

  it("differs by what is chosen otherwise, more or less", () => {
    const before = lockOf({ "a@*": ["1.0.0", hashOf(1)], "b@*": ["1.0.0", hashOf(1)] });
    const after = lockOf({ "b@*": ["1.0.0", hashOf(2)], "c@*": ["1.0.0", hashOf(1)] });
    expect(lockDifference(before, after)).toEqual([
      `- a@*: 1.0.0 ${hashOf(1)}`,
      `- b@*: 1.0.0 ${hashOf(1)}`,
      `+ b@*: 1.0.0 ${hashOf(2)}`,
      `+ c@*: 1.0.0 ${hashOf(1)}`,
    ]);
  });

  it("may begin with the mark of its encoding", () => {
    const text = `\uFEFF${withPlugins({ "text@^1": WELL })}`;
    expect([...parsePluginLock(text, "lock")]).toEqual([["text@^1", WELL]]);
  });
});

describe("What is no lock", () => {
  it.each<[string, string[]]>([
    ["", ["/: it is no JSON"]],
    ["[]", ["/: expected an object"]],
    ["null", ["/: expected an object"]],
    ["{", ["/: it is no JSON"]],
    ["{}", ["/meander: expected 1, not undefined", "/plugins: expected choices by plugin@range"]],
    ['{"meander":2,"plugins":[]}', [
      "/meander: expected 1, not 2",
      "/plugins: expected choices by plugin@range",
    ]],
    ['{"meander":1,"plugins":{},"more":1}', ["/more: it is not known here"]],
    [withPlugins({ "text@^1": null }), ["/plugins/text@^1: expected a version and its sha256"]],
    [withPlugins({ "text@^1": { ...WELL, path: "/etc" } }), [
      "/plugins/text@^1/path: it is not known here",
    ]],
    [withPlugins({ "text@^1": { sha256: WELL.sha256 } }), [
      "/plugins/text@^1/version: expected a version, not undefined",
    ]],
    [withPlugins({ "text@^1": { ...WELL, version: "v1.3.0" } }), [
      '/plugins/text@^1/version: expected a version, not "v1.3.0"',
    ]],
    [withPlugins({ "text@^1": { ...WELL, version: "2.0.0" } }), [
      '/plugins/text@^1/version: 2.0.0 does not satisfy "^1"',
    ]],
    [withPlugins({ "text@^1": { ...WELL, sha256: "abc" } }), [
      '/plugins/text@^1/sha256: expected 64 digits in hexadecimal, not "abc"',
    ]],
    [withPlugins({ "text@^1": { ...WELL, sha256: WELL.sha256.toUpperCase() + "A" } }), [
      `/plugins/text@^1/sha256: expected 64 digits in hexadecimal, not "${"7".repeat(64)}A"`,
    ]],
    [withPlugins({ "../text@^1": WELL }), ["/plugins/..~1text@^1: expected plugin@range"]],
    [withPlugins({ "text@": WELL, "@^1": WELL, text: WELL }), [
      "/plugins/text@: expected plugin@range",
      "/plugins/@^1: expected plugin@range",
      "/plugins/text: expected plugin@range",
    ]],
    [`{"meander":1,"plugins":{"__proto__":${JSON.stringify(WELL)}}}`, [
      '/plugins/__proto__: the name "__proto__" is not allowed',
      "/plugins/__proto__: expected plugin@range",
    ]],
    [
      `{"meander":1,"plugins":{"a@*":${JSON.stringify(WELL)},"a@*":${JSON.stringify(WELL)}}}`,
      ["/plugins/a@*: is there twice"],
    ],
    [withPlugins({ "text@\u001b[2J": WELL }), ["/plugins/text@\\u001b[2J: expected plugin@range"]],
    [withPlugins({ "a@*": { ...WELL, version: { toString: 1 } } }), [
      "/plugins/a@*/version: is nested deeper than 3 levels",
    ]],
  ])("%s is told all that is wrong", (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it("costs little, however large or deep it is", () => {
    expect(problemsOf("[".repeat(100_000))).toEqual([expect.stringMatching(/is nested deeper/)]);
    expect(problemsOf(" ".repeat(5_000_000))).toEqual([
      "/: it has 5000000 characters, more than 4194304",
    ]);
    const range = Array.from({ length: 20_000 }, (_unused, i) => `^${i}`).join("||");
    expect(problemsOf(withPlugins({ [`text@${range}`]: WELL }))).toHaveLength(1);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_unused, i) => [`x${i}`, WELL]));
    const told = problemsOf(withPlugins(many));
    expect([told.length, told.at(-1)]).toEqual([51, "and 450 more"]);
  });

  it("never leaks into prototypes, and never throws anything else", () => {
    const piece = fc.constantFrom(
      ...['{"meander":1,"plugins":{', '"text@^1":', '"__proto__":', "{", "}", ",", '"version":'],
      ...['"1.3.0"', '"sha256":', `"${hashOf(1)}"`, "[", "]", "null", "1", '"', "\\u0000"],
    );
    const text = fc.oneof(fc.string(), fc.array(piece).map((all) => all.join("")), fc.json());
    fc.assert(fc.property(text, (it) => {
      problemsOf(it);
      expect(({} as Record<string, unknown>).version).toBeUndefined();
    }));
  });
});
