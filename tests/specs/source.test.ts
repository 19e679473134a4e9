/** Where in its text every part of a spec is, however the text is written. */

import { describe, expect, it } from "vitest";
import { LIMITS, readSpecText } from "../../specs/source.ts";
import { pointerOf } from "../../specs/problem.ts";
import { problemsIn, spec } from "./support.ts";

const INPUT = "inputs: { i: { format: ndjson, schema: { n: integer, s: string } } }\n";
const OUTPUT = "outputs: { o: { from: m } }\n";
const UNKNOWN = '"record.s + record.x": record has no field "x". Known: n, s';

/** `line:column pointer` of each problem. */
function places(text: string): string[] {
  return problemsIn(text).map((problem) => problem.slice(0, problem.indexOf(": ")));
}

function flow(expression: string): string {
  return spec(
    `${INPUT}nodes: { m: { use: core/map, from: i, with: { f: ${expression} } } }\n${OUTPUT}`,
  );
}

function block(expression: string): string {
  return spec(`${INPUT}nodes:
  m:
    use: core/map
    from: i
    with:
      f: ${expression}
${OUTPUT}`);
}

describe("The place in an expression is exact", () => {
  it.each([
    ["without quotes", flow("record.s + record.x"), "4:68"],
    ["in double quotes", flow('"record.s + record.x"'), "4:69"],
    ["in single quotes", flow("'record.s + record.x'"), "4:69"],
    ["in block style", block("record.s + record.x"), "9:28"],
    ["with windows line ends", block("record.s + record.x").replaceAll("\n", "\r\n"), "9:28"],
    ["behind a byte order mark", `\uFEFF${block("record.s + record.x")}`, "9:28"],
  ])("%s", (_name, text, place) => {
    expect(problemsIn(text)).toEqual([`${place} /nodes/m/with/f: ${UNKNOWN}`]);
  });

  it.each([
    ["that is folded", block(">-\n        record.s +\n        record.x"), "9:10"],
    ["that keeps its lines", block("|-\n        record.s +\n        record.x"), "9:10"],
    ["of several lines", block("record.s +\n         record.x"), "9:10"],
    ["with escapes", flow('"record.s + \\u0072ecord.x"'), "4:50"],
  ])("or its beginning, for a text %s", (_name, text, place) => {
    expect(problemsIn(text)).toEqual([`${place} /nodes/m/with/f: ${UNKNOWN}`]);
  });
});

describe("The place of a problem", () => {
  it("is given as a JSON pointer with ~ and / escaped", () => {
    expect(pointerOf(["a/b", "c~d", "", 0, "~1"])).toBe("/a~1b/c~0d//0/~01");
    const schema = '{ "a/b": intger, "c~d": intger, "": intger, "x y": [intger] }';
    const text = spec(`inputs: { i: { format: ndjson, schema: ${schema} } }
outputs: { o: { from: i } }
`);
    expect(places(text)).toEqual([
      "3:49 /inputs/i/schema/a~1b",
      "3:64 /inputs/i/schema/c~0d",
      "3:76 /inputs/i/schema/",
      "3:92 /inputs/i/schema/x y/0",
    ]);
  });

  it("is where the text stands, for what an alias repeats", () => {
    const text = spec(`inputs: { i: { format: ndjson, schema: { n: integer, s: string } } }
nodes:
  a: { use: core/map, from: i, with: &w { f: record.x } }
  b: { use: core/map, from: i, with: *w }
  c: { use: core/map, from: i, with: { f: &e record.y } }
  d: { use: core/map, from: i, with: { f: *e } }
outputs: { o: { from: a } }
`);
    expect(places(text)).toEqual([
      "5:53 /nodes/a/with/f",
      "5:53 /nodes/b/with/f",
      "7:53 /nodes/c/with/f",
      "8:43 /nodes/d/with/f",
    ]);
  });

  it("is found in JSON as in YAML", () => {
    const data = { meander: 1, name: "x", outputs: { o: { from: "m" } } };
    expect(places(JSON.stringify(data))).toEqual(["1:48 /outputs/o/from"]);
    expect(places(JSON.stringify(data, null, 2))).toEqual(["6:15 /outputs/o/from"]);
    expect(places(JSON.stringify(data, null, "\t"))).toEqual(["6:12 /outputs/o/from"]);
  });

  it("is the part around it, for what is missing", () => {
    expect(places(spec("inputs:\n  i: {}\noutputs:\n  o: {}\n"))).toEqual([
      "4:3 /inputs/i/format",
      "6:3 /outputs/o/from",
    ]);
  });

  it("is the second of two names that are the same", () => {
    expect(places(spec(
      'inputs: { a: { format: lines }, "a": { format: lines } }\n' +
        "outputs: { o: { from: a } }\n",
    ))).toEqual(["3:33 /inputs/a"]);
  });
});

describe("What is no YAML", () => {
  it.each([
    [
      "tabs before a name",
      "meander: 1\n\tname: x\n",
      "2:1 /: it is no YAML: tabs are not allowed as indentation",
    ],
    ["an alias to nothing", "a: *b\n", "1:4 /: it is no YAML: nothing before it is called &b"],
    ["a type of its own", "a: !set {a, b}\n", "1:4 /: it is no YAML: unresolved tag: !set"],
    [
      "a colon too many",
      "a: b: c\n",
      "1:4 /: it is no YAML: nested mappings are not allowed in compact mappings. Put texts with " +
      '": ", " #", braces or quotes in them into double quotes',
    ],
  ])("is named with its place: %s", (_name, text, problem) => {
    expect(problemsIn(text)).toContain(problem);
  });

  it("is told all at once", () => {
    expect(places("a: !x 1\nb: !y 2\nc: *z\n")).toEqual(["1:4 /", "2:4 /", "3:4 /"]);
  });
});

describe("Numbers that JSON could not hold as they are written", () => {
  it("are refused wherever they stand, and not rounded", () => {
    const records =
      "[9007199254740993, -9007199254740993, .inf, .nan, 9007199254740991, 1e300, 0.1]";
    expect(problemsIn(spec(`nodes: { s: { use: core/of, with: { records: ${records} } } }
outputs: { o: { from: s } }
`))).toEqual([
        "3:47 /nodes/s/with/records/0: it is an integer beyond 2^53, which would be rounded",
        "3:65 /nodes/s/with/records/1: it is an integer beyond 2^53, which would be rounded",
        "3:84 /nodes/s/with/records/2: it is no number that JSON could hold",
        "3:90 /nodes/s/with/records/3: it is no number that JSON could hold",
      ]);
  });
});

describe("A text that is too much", () => {
  const wide = (parts: number) => `a: [${"1,".repeat(parts)}1]`;
  it.each([
    ["a text that is too long", `# ${"x".repeat(LIMITS.bytes)}`, "characters, more than 1048576"],
    ["too many parts", wide(LIMITS.parts), "it has more than 100000 parts"],
    ["lists in lists", "[".repeat(1000) + "]".repeat(1000), "deeper than 64 levels"],
    ["lists without an end", "[".repeat(20_000), "deeper than 64 levels"],
    ["names in names", "{a: ".repeat(1000) + "}".repeat(1000), "deeper than 64 levels"],
    ["items in items", `${"- ".repeat(5000)}a`, "deeper than 64 levels"],
    ["keys in keys", `${"? ".repeat(5000)}a`, "deeper than 64 levels"],
    ["an alias within itself", "a: &a [*a]", "deeper than 64 levels"],
    ["aliases in turn", chain(80), "deeper than 64 levels"],
    ["very many aliases", chain(2000), "it has more than 1000 aliases"],
    ["a bomb of aliases", bomb(9), "it has more than 100000 parts"],
    ["a smaller bomb", `a: &a [${"x,".repeat(5000)}]\nb: [${"*a,".repeat(90)}]`, "100000 parts"],
  ])("is refused as a whole, with the limit: %s", (_name, text, reason) => {
    const problems = problemsIn(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^1:1 \/: it /);
    expect(problems[0]).toContain(reason);
    expect(readSpecText(text).data).toBeUndefined();
  });

  it("is not one that is just within the limits", () => {
    const deep = `${"[".repeat(LIMITS.depth - 1)}${"]".repeat(LIMITS.depth - 1)}`;
    expect(readSpecText(deep).problems).toEqual([]);
    expect(readSpecText(wide(LIMITS.parts - 10)).problems).toEqual([]);
    expect(readSpecText(chain(40)).problems).toEqual([]);
  });
});

/** Each name holds the one before it. */
function chain(length: number): string {
  const names = Array.from({ length }, (_unused, i) => `a${i + 1}: &a${i + 1} { x: *a${i} }\n`);
  return `a0: &a0 { x: 1 }\n${names.join("")}`;
}

/** Each name holds the one before it nine times. */
function bomb(levels: number): string {
  const names = Array.from(
    { length: levels },
    (_unused, i) => `a${i + 1}: &a${i + 1} [${new Array(9).fill(`*a${i}`).join(",")}]\n`,
  );
  return `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${names.join("")}`;
}
