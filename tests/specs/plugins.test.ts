/** Which version of a plugin a node is: ranges of nodes and of the whole spec, pins and locks, and what is wrong. */
import { describe, expect, it } from "vitest";
import { core } from "../../plugins/core.ts";
import { type Plugin, Registry } from "../../plugins/registry.ts";
import { type CheckOptions, checkSpec } from "../../specs/check.ts";
import { planOf } from "../../specs/plan.ts";
import { buildSpec } from "../../specs/build.ts";
import { formatProblem } from "../../specs/problem.ts";
import { builtIn, hashOf, lockOf, specWith, stored } from "./plugins_support.ts";
import { spec } from "./support.ts";

/** `plugin@version` by node, or all problems. */
function chosen(text: string, plugins: readonly Plugin[], options: Partial<CheckOptions> = {}) {
  const checked = checkSpec(text, { registry: new Registry([core, ...plugins]), ...options });
  if ("problems" in checked) return checked.problems.map(formatProblem);
  return Object.fromEntries(
    planOf(checked).map(({ node, plugin, version }) => [node, `${plugin}@${version}`]),
  );
}

const TEXT = [stored("text", "1.0.0"), stored("text", "1.3.0"), stored("text", "2.0.0")];

describe("A range for the whole spec", () => {
  it("counts where a node has none, and a node's own goes before it", () => {
    const nodes = {
      a: "use: text/tag",
      b: "use: text/tag@^2",
      c: "use: text/tag, pin: 1.0.0",
      d: "use: text/tag@*",
    };
    expect(chosen(specWith(nodes, '{ text: "^1" }'), TEXT)).toEqual({
      ...{ a: "text@1.3.0", b: "text@2.0.0", c: "text@1.0.0", d: "text@2.0.0" },
    });
    expect(chosen(specWith({ a: "use: core/count" }, '{ core: "^1" }'), [])).toEqual({
      a: "core@1.0.0",
    });
  });

  it("counts for formats of inputs and outputs, which are a use of it", () => {
    const format = core.formats!.find(({ name }) => name === "lines")!;
    const [early, late] = ["1.0.0", "2.0.0"].map((version): Plugin => ({
      ...stored("geo", version),
      formats: [{ ...format, name: "gpx", summary: version }],
    }));
    const text = spec(
      'plugins: { geo: "^1" }\ninputs: { i: { format: geo/gpx } }\noutputs: { o: { from: i } }\n',
    );
    const checked = checkSpec(text, { registry: new Registry([core, early, late]) });
    if ("problems" in checked) throw new Error(checked.problems.map(formatProblem).join());
    expect(checked.inputs[0].format.summary).toBe("1.0.0");
    expect([...checked.lock]).toEqual([["geo@^1", { version: "1.0.0", sha256: hashOf(1) }]]);
  });

  it.each([
    [
      "use: text/tag",
      "{ txt: ^1 }",
      '3:12 /plugins/txt: there is no plugin "txt". Installed: core 1.0.0; text 2.0.0, 1.3.0, 1.0.0. Did you mean "text"?',
    ],
    [
      "use: text/tag",
      "{ text: ^3 }",
      '3:18 /plugins/text: no installed version of plugin "text" satisfies "^3". Installed: 2.0.0, 1.3.0, 1.0.0',
    ],
    [
      "use: text/tag",
      "{ text: newest }",
      '3:18 /plugins/text: "newest" is no range of versions. Write it like ^1.2',
    ],
    ["use: text/tag", "{ text: 1 }", "3:18 /plugins/text: expected a text, not 1"],
    [
      "use: text/tag",
      "{ 1text: ^1 }",
      '3:12 /plugins/1text: "1text" is no name: a name has letters, digits, _ and -, and begins with a letter or _',
    ],
    ["use: text/tag", "[text]", '3:10 /plugins: expected names with their values, not ["text"]'],
    [
      "use: core/count",
      "{ text: ^1 }",
      '3:12 /plugins/text: no node uses plugin "text". Leave it out',
    ],
    [
      "use: text/tag@^2",
      "{ text: ^1 }",
      '3:12 /plugins/text: every node of plugin "text" has a range of its own, which goes before this. ' +
      "Leave this one out, or theirs",
    ],
    [
      "use: text/tag, pin: 2.0.0",
      "{ text: ^1 }",
      '6:28 /nodes/a/pin: version 2.0.0 does not satisfy "^1", the range of plugin "text" at /plugins/text. ' +
      "Change one of them, or write use: text/tag@2.0.0, which goes before it",
    ],
    [
      'use: "text/tag@^1", pin: 2.0.0',
      "{ core: ^1 }",
      '6:33 /nodes/a/pin: version 2.0.0 does not satisfy "^1" of "text/tag@^1". Leave one of them out',
    ],
  ])("is told what is wrong: %s with %s", (node, plugins, ...problems) => {
    expect(chosen(specWith({ a: node }, plugins), TEXT)).toEqual(problems);
  });

  it("tells a node and a range about a plugin that is not there, each at its place", () => {
    const text = specWith({ a: "use: txt/tag", b: "use: txt/tag" }, "{ txt: ^1 }");
    const places = (chosen(text, TEXT) as string[]).map((line) => line.split(":", 2).join(":"));
    expect(places).toEqual(["3:12 /plugins/txt", "6:13 /nodes/a/use", "7:13 /nodes/b/use"]);
    // What the grammar refuses is told once, and the nodes are looked at all the same.
    const broken = specWith({ a: "use: text/tag", b: "use: core/nothing" }, "{ text: {} }");
    expect((chosen(broken, TEXT) as string[]).map((line) => line.slice(0, 16))).toEqual([
      ...["3:18 /plugins/te", "7:13 /nodes/b/us"],
    ]);
  });

  it.each(["__proto__", "constructor", "toString"])("may be called %s, like any other", (name) => {
    const lines = chosen(specWith({ a: "use: core/count" }, `{ "${name}": ^1 }`), TEXT) as string[];
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`there is no plugin "${name}"`);
  });
});

describe("A lock", () => {
  const text = specWith({ a: "use: text/tag", b: "use: text/tag@^1", c: "use: mine/tag" });
  const plugins = [...TEXT, builtIn("mine", "1.0.0")];
  const check = (lock: Parameters<typeof lockOf>[0], isExact = false, all = plugins) => {
    const registry = new Registry([core, ...all]);
    return checkSpec(text, { registry, lock: lockOf(lock), isExact });
  };

  it("has what was chosen of plugins with bytes of their own", () => {
    const checked = check({});
    expect("lock" in checked && [...checked.lock]).toEqual([
      ["text@*", { version: "2.0.0", sha256: hashOf(1) }],
      ["text@^1", { version: "1.3.0", sha256: hashOf(1) }],
    ]);
  });

  it("keeps a choice, and lets what it does not name be chosen", () => {
    const checked = check({ "text@*": ["1.0.0", hashOf(1)], "gone@^1": ["1.0.0", hashOf(1)] });
    expect("lock" in checked && [...checked.lock]).toEqual([
      ["text@*", { version: "1.0.0", sha256: hashOf(1) }],
      ["text@^1", { version: "1.3.0", sha256: hashOf(1) }],
    ]);
  });

  it("refuses other bytes, showing both hashes, and versions that are gone", () => {
    const checked = check({
      "text@*": ["2.0.0", hashOf(2)],
      "text@^1": ["1.2.0", hashOf(1)],
      "mine@*": ["1.0.0", hashOf(3)],
    });
    expect("problems" in checked && checked.problems).toEqual([
      {
        code: "MEANDER_PLUGIN_LOCK",
        message: `"text@*" is locked at version 2.0.0 with SHA-256 ${hashOf(2)}, ` +
          `and that version is installed with ${hashOf(1)}`,
        hint: "It is not what was locked: find out why before you choose anew with --update-lock",
        ...{ pointer: "/nodes/a/use", line: 5, column: 13 },
      },
      {
        code: "MEANDER_PLUGIN_LOCK",
        message: '"text@^1" is locked at version 1.2.0, which is not installed',
        hint: "Add it with `meander plugin add`, or choose anew with --update-lock. " +
          "Installed: 2.0.0, 1.3.0, 1.0.0",
        ...{ pointer: "/nodes/b/use", line: 6, column: 13 },
      },
      expect.objectContaining({
        code: "MEANDER_PLUGIN_LOCK",
        message: `"mine@*" is locked at version 1.0.0 with SHA-256 ${hashOf(3)}, ` +
          "and that version is a part of this program, without one",
      }),
    ]);
  });

  it("that has to be exact lets nothing be chosen, but of what is a part of the program", () => {
    const checked = check({ "text@*": ["1.0.0", hashOf(1)] }, true);
    expect("problems" in checked && checked.problems.map(formatProblem)).toEqual([
      '6:13 /nodes/b/use: "text@^1" is not among the choices. ' +
      "Make it of the same spec as the first worker",
    ]);
    const all = { "text@*": ["1.0.0", hashOf(1)], "text@^1": ["1.0.0", hashOf(1)] } as const;
    expect("problems" in check(all, true)).toBe(false);
  });
});

describe("A node of somebody else's plugin", () => {
  it("says in the graph which bytes it runs", () => {
    const registry = new Registry([core, ...TEXT, builtIn("mine", "1.0.0")]);
    const nodes = { a: "use: text/tag@^1", b: "use: mine/tag", c: "use: core/count" };
    const checked = checkSpec(specWith(nodes), { registry });
    if ("problems" in checked) throw new Error(checked.problems.map(formatProblem).join());
    const { vertices } = buildSpec(checked).program.graph;
    expect(vertices.flatMap(({ path, origin }) => origin === undefined ? [] : [[path, origin]]))
      .toEqual([
        ["a", { plugin: "text", version: "1.3.0", sha256: hashOf(1) }],
        ["b", { plugin: "mine", version: "1.0.0" }],
        ["c", { plugin: "core", version: "1.0.0" }],
      ]);
  });
});
