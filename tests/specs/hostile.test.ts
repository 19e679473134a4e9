/**
 * Specs of people who mean harm, or whose program went wrong: each is refused with problems that have a place,
 * soon, and nothing is left behind.
 */

import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { buildSpec } from "../../specs/build.ts";
import { checkSpec } from "../../specs/check.ts";
import { readSpecText } from "../../specs/source.ts";
import { registry, spec } from "./support.ts";

const IN = "inputs: { i: { format: ndjson, schema: { a: integer } } }\n";
const OUT = "outputs: { o: { from: i } }\n";
const input = (parts: string) => spec(`inputs: { i: { ${parts} } }\n${OUT}`);
const node = (parts: string) =>
  spec(`${IN}nodes: { n: { ${parts} } }\noutputs: { o: { from: n } }\n`);
const map = (f: string) => node(`use: core/map, from: i, with: { f: ${f} }`);
const loop = (parts: string) =>
  spec(`${IN}nodes: { n: { loop: { ${parts} } } }\noutputs: { o: { from: n.x } }\n`);
const many = (n: number, f: (i: number) => string) =>
  Array.from({ length: n }, (_u, i) => f(i)).join("");
const deep = (n: number, open: string, middle: string, close: string) =>
  open.repeat(n) + middle + close.repeat(n);
const json = (value: unknown) => JSON.stringify(value);

/** None of these may pass. */
const REFUSED: readonly (readonly [name: string, text: string])[] = [
  // What is no YAML, or too much of it.
  ["a NUL", "\0"],
  ["NULs", "\0".repeat(1000)],
  ["control characters", "meander: \u0001\u001b[31m\n"],
  ["a lone surrogate", 'meander: "\ud800"\n'],
  ["half an escape", 'meander: "\\x4'],
  ["an unknown escape", 'meander: "\\q"'],
  ["UTF-16 read as UTF-8", "\ufffd\ufffdm\0e\0a\0n\0d\0e\0r\0"],
  ["a second document", `${spec(OUT)}---\n${spec(OUT)}`],
  ["a directive", "%FOO bar\n---\nmeander: 1\n"],
  ["YAML 1.1 with its own types", "%YAML 1.1\n---\nmeander: !!js/function 'function(){}'\n"],
  ["a tag for code", "meander: !!js/undefined ''\n"],
  ["a tag for python", "meander: !!python/object/apply:os.system [ls]\n"],
  ["a binary tag", "meander: !!binary aGk=\n"],
  ["a set", "meander: !!set { a, b }\n"],
  ["a merge of a part", "a: &a { meander: 1, name: x }\n<<: *a\noutputs: {}\n"],
  ["a key that is a map", "? { a: b }\n: 1\n"],
  ["a key that is a list", "? [a, b]\n: 1\n"],
  ["a key that is null", "? \n: 1\n"],
  ["an alias to nothing", "meander: *nothing\n"],
  ["an alias to what comes later", "a: *b\nb: &b 1\n"],
  ["an alias within itself", "a: &a { a: *a }\n"],
  [
    "a schema within itself",
    spec("inputs: { i: { format: ndjson, schema: &s { x: *s } } }\n") + OUT,
  ],
  ["a record within itself", node("use: core/of, with: { records: &r [*r] }")],
  [
    "a node within itself",
    spec(`${IN}nodes: &n { l: { region: { nodes: *n, leave: {} } } }\n${OUT}`),
  ],
  [
    "a bomb",
    "a: &a [x,x]\n" + many(30, (i) => `a${i}: &a${i} [*a${i ? i - 1 : ""},*a${i ? i - 1 : ""}]\n`),
  ],
  ["deep lists", deep(5000, "[", "", "]")],
  ["deep maps", deep(5000, "{a: ", "1", "}")],
  ["deep JSON", deep(5000, '{"a":', "1", "}")],
  ["deep items", "- ".repeat(3000)],
  ["deep types", input(`format: ndjson, schema: ${deep(70, "[", "integer", "]")}`)],
  ["brackets that never close", "[".repeat(200_000)],
  ["braces that never close", "{".repeat(50_000)],
  ["quotes that never close", `a: "${"x".repeat(500_000)}`],
  ["anchors without end", many(20_000, (i) => `a${i}: &a${i} 1\n`)],
  ["2 MB", `${spec(OUT)}# ${"x".repeat(2_000_000)}`],
  [
    "20,000 nodes",
    spec(`${IN}nodes:\n${many(20_000, (i) => ` n${i}: { use: core/count, from: i }\n`)}${OUT}`),
  ],
  // What is data of the wrong shape.
  ["a text", "hello"],
  ["a list", "- meander: 1\n"],
  ["a number", "1"],
  ["true", "true"],
  ["null", "null"],
  ["another version", "meander: 2\nname: x\noutputs: { o: { from: o } }\n"],
  ["the version as text", 'meander: "1"\nname: x\noutputs: { o: { from: o } }\n'],
  ["no name", 'meander: 1\nname: ""\n' + IN + OUT],
  [
    "null everywhere",
    "meander: null\nname: null\nparams: null\ninputs: null\nnodes: null\noutputs: null\ntests: null\n",
  ],
  [
    "lists everywhere",
    "meander: []\nname: []\nparams: []\ninputs: []\nnodes: []\noutputs: []\ntests: {}\n",
  ],
  ["__proto__ at the root", spec(IN + OUT) + "__proto__: { polluted: true }\n"],
  ["constructor at the root", spec(IN + OUT) + "constructor: { prototype: { polluted: true } }\n"],
  ["__proto__ in a node", node("use: core/count, from: i, __proto__: { polluted: true }")],
  [
    "__proto__ in a configuration",
    node("use: core/count, from: i, with: { __proto__: { polluted: true } }"),
  ],
  ["__proto__ for a feedback", loop("feedback: { b: { __proto__: x } }, nodes: {}, leave: {}")],
  ["__proto__ as a type", input("format: ndjson, schema: { __proto__: null }")],
  ["__proto__ as a policy", input("format: ndjson, onError: { __proto__: x }")],
  ["__proto__ in a function's name", map("{ function: __proto__ }")],
  // Names.
  ["a name with a slash", spec(`inputs: { "../../etc/passwd": { format: lines } }\n${OUT}`)],
  ["a name with a dot", spec(`${IN}nodes: { a.b: { use: core/count, from: i } }\n${OUT}`)],
  ["an empty name", spec(`${IN}nodes: { "": { use: core/count, from: i } }\n${OUT}`)],
  ["a name with a line end", spec(`${IN}nodes: { "a\\nb": { use: core/count, from: i } }\n${OUT}`)],
  [
    "a name that looks like another",
    spec(`${IN}nodes: { "і": { use: core/count, from: i } }\n${OUT}`),
  ],
  ["a name that is a number", spec(`${IN}nodes: { 1: { use: core/count, from: i } }\n${OUT}`)],
  ["a name with an escape", spec(`${IN}nodes: { "\\e[2J": { use: core/count, from: i } }\n${OUT}`)],
  ["a name of 100,000 letters", node(`use: core/count, from: ${"a".repeat(100_000)}`)],
  ["a reference with many dots", node(`use: core/count, from: i${".x".repeat(1000)}`)],
  // References to what is elsewhere.
  ["a path as an operator", node('use: "../../evil.ts", from: i')],
  ["a URL as an operator", node('use: "https://example.com/evil.ts", from: i')],
  ["data as an operator", node('use: "data:text/javascript,alert(1)", from: i')],
  ["node: as an operator", node('use: "node:child_process", from: i')],
  ["a range that is none", node('use: "core/count@../../x", from: i')],
  ["a very long range", node(`use: "core/count@${"9.0.0 || ".repeat(5000)}2", from: i`)],
  ["a pin that is none", node('use: core/count, pin: "*", from: i')],
  ["a path as a format", input('format: "../../evil"')],
  ["a prototype's name as a format", input("format: constructor")],
  // Configurations and expressions.
  ["a function's text", map('"() => process.exit()"')],
  ["an arrow", map('"record => record"')],
  ["a template", map('"${process.env}"')],
  ["eval", map("\"eval('1')\"")],
  ["the global object", map("globalThis.Deno")],
  ["this", map("this")],
  ["the constructor of a constructor", map("record.constructor.constructor")],
  ["a prototype", map("record.__proto__")],
  ["a prototype by index", map("record['__proto__']")],
  ["a very long expression", map(`"${"1+".repeat(100_000)}1"`)],
  ["a deep expression", map(`"${deep(5000, "(", "1", ")")}"`)],
  ["a function without a module", map("{ function: exit }")],
  ["an object for an expression", map("{ a: 1 }")],
  ["a list for an expression", map("[record]")],
  ["a date for an expression", map("2001-01-01T00:00:00Z + ")],
  ["infinite limits", loop("feedback: { b: b }, nodes: {}, leave: { x: b }, maxIterations: .inf")],
  ["a limit of no limit", loop("feedback: { b: b }, nodes: {}, leave: { x: b }, maxIterations: 0")],
  ["a negative way back", loop("feedback: { b: { from: b, by: -1 } }, nodes: {}, leave: { x: b }")],
  [
    "a way back that stands still",
    loop("feedback: { b: { from: b, by: 0 } }, nodes: {}, leave: { x: b }"),
  ],
  [
    "a way back beyond all numbers",
    loop("feedback: { b: { from: b, by: 1e300 } }, nodes: {}, leave: { x: b }"),
  ],
  ["half an epoch", input("format: lines, epochs: { every: 0.5 }")],
  ["epochs of nothing", input("format: lines, epochs: { every: 0 }")],
  ["a negative interval", input("format: lines, epochs: { interval: -1 }")],
  ["a span that is none", input("format: lines, epochs: { interval: 5 weeks }")],
  ["epochs by several", input("format: ndjson, epochs: { every: 1, interval: 1s }")],
  ["a follow of a pattern", input('format: lines, file: "**/*", follow: true')],
  ["a limit of lines beyond memory", input("format: lines, with: { maxLineBytes: 1e15 }")],
  [
    "a separator of two letters",
    input('format: csv, schema: { a: string }, with: { separator: ",;" }'),
  ],
  // What does not belong together.
  ["a name for two", spec(`${IN}nodes: { i: { use: core/count, from: i } }\n${OUT}`)],
  [
    "a circle",
    spec(
      `nodes: { a: { use: core/count, from: b }, b: { use: core/count, from: a } }\noutputs: { o: { from: a } }\n`,
    ),
  ],
  [
    "a loop that enters itself",
    loop("enter: { a: n.x }, feedback: { b: a }, nodes: {}, leave: { x: a }"),
  ],
  [
    "a loop and a region at once",
    spec(
      `${IN}nodes: { n: { loop: { feedback: {}, nodes: {}, leave: {} }, region: { nodes: {}, leave: {} } } }\n${OUT}`,
    ),
  ],
  ["a node with everything", node("use: core/count, loop: {}, region: {}")],
  [
    "5,000 references to nothing",
    spec(`nodes:\n${many(5000, (i) => ` n${i}: { use: core/count, from: m${i} }\n`)}${OUT}`),
  ],
  [
    "5,000 unknown operators",
    spec(`${IN}nodes:\n${many(5000, (i) => ` n${i}: { use: core/joint${i}, from: i }\n`)}${OUT}`),
  ],
  [
    "a circle of 5,000",
    spec(
      `nodes:\n${
        many(5000, (i) => ` n${i}: { use: core/count, from: n${(i + 1) % 5000} }\n`)
      }outputs: { o: { from: n0 } }\n`,
    ),
  ],
  [
    "5,000 tests of nothing",
    spec(`${IN}${OUT}tests:\n${many(5000, (i) => ` - { name: t${i}, outputs: { p${i}: [] } }\n`)}`),
  ],
  [
    "5,000 outputs, and 5,000 tests of others",
    spec(
      `${IN}outputs:\n${many(5000, (i) => ` abcdef${i}: { from: i }\n`)}tests:\n${
        many(5000, (i) => ` - { name: t${i}, outputs: { fedcba${i}: [] } }\n`)
      }`,
    ),
  ],
  [
    "a name 5,000 times",
    spec(`${IN}nodes:\n${many(5000, () => " n: { use: core/count, from: i }\n")}${OUT}`),
  ],
];

const BEFORE = Object.getOwnPropertyNames(Object.prototype).toSorted();

/** Checks what has to hold of any text: an answer, with places, and nothing left behind. */
function checked(text: string) {
  const answer = checkSpec(text, { registry });
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(BEFORE);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  if (!("problems" in answer)) {
    buildSpec(answer);
    return [];
  }
  const lines = text.split("\n").length;
  for (const { line, column, message, hint = "", pointer } of answer.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines + 1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message.length).toBeGreaterThan(5);
    expect(message.length + hint.length).toBeLessThan(1000);
    expect(pointer === "" || pointer.startsWith("/")).toBe(true);
  }
  return answer.problems;
}

describe("A hostile spec is refused", () => {
  it.each(REFUSED)("%s", (_name, text) => {
    expect(checked(text).length).toBeGreaterThan(0);
  });

  it("in so many ways", () => {
    expect(REFUSED.length).toBeGreaterThanOrEqual(100);
    expect(new Set(REFUSED.map(([, text]) => text)).size).toBe(REFUSED.length);
  });
});

describe("Whatever the text is, there is an answer", () => {
  const token = fc.constantFrom(
    ..."{ } [ ] : , - ? & * ! | > % @ # ' \" \\ ~".split(" "),
    ...[" ", "\n", "  ", "\t", "\r\n", "\0", "\uFEFF", "é", "😀", "---", "...", "<<"],
    ...[
      "&a",
      "*a",
      "meander",
      "1",
      "name",
      "inputs",
      "nodes",
      "outputs",
      "from",
      "use",
      "core/map",
    ],
    ...["__proto__", "constructor", "null", ".nan", "1e999", "!!js/function", "record", "schema"],
  );

  it("to random bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 200, size: "max" });
    fc.assert(
      fc.property(bytes, (list) => {
        checked(new TextDecoder().decode(list));
      }),
      { numRuns: 300 },
    );
  });

  it("to random texts, and to what looks like YAML", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 100, size: "max" }),
      fc.array(token, { maxLength: 60, size: "max" }).map((tokens) => tokens.join("")),
    );
    fc.assert(
      fc.property(text, (written) => {
        checked(written);
        readSpecText(written);
      }),
      { numRuns: 1000 },
    );
  });

  it("to any JSON in the place of any part", () => {
    const base = {
      meander: 1,
      name: "x",
      params: { p: { type: "integer", default: 1 } },
      inputs: { i: { format: "csv", schema: { a: "integer" }, epochs: { field: "a" } } },
      nodes: {
        m: { use: "core/map", from: "i", with: { f: "record.a + params.p" }, onError: "skip" },
        l: {
          loop: {
            enter: { a: "m" },
            feedback: { b: "c" },
            nodes: { c: { use: "core/concat", from: ["a", "b"] } },
            leave: { x: "c" },
            maxIterations: 3,
          },
        },
      },
      outputs: { o: { from: "l.x", format: "csv" } },
      tests: [{ name: "t", inputs: { i: [{ a: 1 }] }, outputs: { o: [] } }],
    };
    const paths = pathsOf(base);
    const strange = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(null, {}, [], "", "i", 0, -1, 1e300, { __proto__: 1 }, [[]], { from: "i" }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), strange, (path, value) => {
        checked(json(replaced(base, path, value)));
      }),
      { numRuns: 1500 },
    );
  });

  it("to a spec that is cut off anywhere", () => {
    const text = node("use: core/map, from: i, with: { f: record.a }") + "tests: []\n";
    for (let length = 0; length < text.length; length++) checked(text.slice(0, length));
  });
});

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...path, name]));
  return [path, ...below];
}

function replaced(value: unknown, [name, ...rest]: string[], by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((each, i) => String(i) === name ? replaced(each, rest, by) : each);
  }
  const entries = Object.entries(value as object);
  return Object.fromEntries(
    entries.map(([key, each]) => [key, key === name ? replaced(each, rest, by) : each]),
  );
}
