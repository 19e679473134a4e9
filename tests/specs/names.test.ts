/** Names that objects of the language have anyway are names like any other, and nothing leaks into prototypes. */

import { afterEach, describe, expect, it } from "vitest";
import { runTests } from "../../specs/unit_test.ts";
import { checkedSpec, lines, problemsIn, ran, registry, spec } from "./support.ts";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"];
const BEFORE = Object.getOwnPropertyNames(Object.prototype).toSorted();

function pure(): void {
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(BEFORE);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}

/** A record that has the name as its own field. */
function record(name: string, value: unknown): unknown {
  return JSON.parse(`{"${name}":${JSON.stringify(value)}}`);
}

describe.each(NAMES)("The name %s", (name) => {
  afterEach(pure);

  it("is a parameter, an input, a field and an output like any other", async () => {
    const text = spec(`params: { ${name}: { type: integer, default: 5 } }
inputs: { ${name}: { format: ndjson, schema: { ${name}: integer } } }
nodes:
  added:
    use: core/map
    from: ${name}
    with: { f: "{'${name}': record.${name} + params.${name}}" }
outputs: { ${name}: { from: added } }
`);
    const inputs = { [name]: lines([record(name, 1), record(name, 2)]) };
    const { outputs, ending } = await ran(text, inputs);
    expect(ending).toBe("completed");
    expect(Object.keys(outputs)).toEqual([name]);
    expect(JSON.stringify(outputs[name])).toBe(`[{"${name}":6},{"${name}":7}]`);
    const given = await ran(text, inputs, {
      params: record(name, "10") as Record<string, unknown>,
    });
    expect(JSON.stringify(given.outputs[name])).toBe(`[{"${name}":11},{"${name}":12}]`);
  });

  it("is a node, a loop and what goes in, round and out", async () => {
    const text = spec(`inputs: { i: { format: ndjson, schema: integer } }
nodes:
  ${name}:
    loop:
      maxIterations: 2
      enter: { in: i }
      feedback: { ${name}: more }
      nodes:
        all: { use: core/concat, from: [in, ${name}] }
        more: { use: core/map, from: all, with: { f: record + 1 } }
      leave: { ${name}: all }
outputs: { o: { from: ${name}.${name} } }
`);
    expect((await ran(text, { i: lines([1]) })).outputs.o).toEqual([1, 2]);
  });
});

describe.each(NAMES)("Where there is none, the name %s", (name) => {
  afterEach(pure);

  it("is told when it is no part of a spec, of an input or of a configuration", () => {
    const value = "{ polluted: 1 }";
    const all = problemsIn(spec(`${name}: ${value}
inputs:
  i: { format: csv, schema: { a: string }, ${name}: ${value}, with: { ${name}: ${value} } }
nodes:
  n: { use: core/count, from: i, with: { ${name}: ${value} }, ${name}: ${value} }
outputs: { o: { from: n, with: { ${name}: ${value} } } }
tests: [{ name: t, inputs: { ${name}: [] }, outputs: { ${name}: [] }, params: { ${name}: 1 } }]
`));
    const pointers = all.map((problem) => problem.split(" ")[1].slice(0, -1));
    expect(pointers).toEqual([
      `/${name}`,
      `/inputs/i/${name}`,
      `/inputs/i/with/${name}`,
      `/nodes/n/with/${name}`,
      `/nodes/n/${name}`,
      `/outputs/o/with/${name}`,
      `/tests/0/inputs/${name}`,
      `/tests/0/outputs/${name}`,
      `/tests/0/params/${name}`,
    ]);
  });

  it("means nothing where there is no such node, output, field, parameter, port or type", () => {
    const text = spec(`inputs: { i: { format: ndjson, schema: { a: integer } } }
nodes:
  a: { use: core/count, from: ${name} }
  b: { use: core/count, from: i.${name} }
  c: { use: core/map, from: i, with: { f: record.${name} } }
  d: { use: core/map, from: i, with: { f: params.${name} } }
  e: { use: core/concat, from: { ${name}: i } }
  f: { use: core/map, from: i, with: { f: { function: ${name} } } }
outputs: { o: { from: a, format: ${name} } }
`);
    const places = problemsIn(text, { functions: {} }).map((problem) => problem.split(":")[0]);
    expect(places).toEqual(["5", "6", "7", "8", "9", "10", "11"]);
    const wrong = spec(`inputs: { i: { format: ndjson, schema: { ${name}: ${name} } } }
outputs: { o: { from: i } }
`);
    expect(problemsIn(wrong)[0]).toContain(`there is no type "${name}"`);
  });
});

describe.each(NAMES)("In tests the name %s", (name) => {
  afterEach(pure);

  it("is an input, an output and a field like any other", async () => {
    const text = spec(`inputs: { ${name}: { format: ndjson, schema: { ${name}: integer } } }
outputs: { ${name}: { from: ${name} } }
tests:
  - name: same
    inputs: { ${name}: [{ ${name}: 1 }] }
    outputs: { ${name}: [{ ${name}: 1 }] }
  - name: other
    inputs: { ${name}: [{ ${name}: 1 }] }
    outputs: { ${name}: [{ ${name}: 2 }] }
`);
    const { tests = [] } = checkedSpec(text).spec;
    const [same, other] = await runTests(text, tests, { registry });
    expect(same.differences).toEqual([]);
    expect(other.differences).toEqual([
      `output ${name}:`,
      `  - {"${name}":2}`,
      `  + {"${name}":1}`,
    ]);
  });
});

describe("A field that is called __proto__", () => {
  it.each(["null", "7", "[]", "[a, b]", "true"])("needs a type, which %s is not", (type) => {
    const text = spec(`inputs: { i: { format: ndjson, schema: { __proto__: ${type} } } }
outputs: { o: { from: i } }
`);
    expect(problemsIn(text)).toHaveLength(1);
    expect(problemsIn(text)[0]).toContain(
      "/inputs/i/schema/__proto__: expected a type, [type] or fields with their types, not ",
    );
  });
});
