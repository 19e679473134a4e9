import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { files, jsonSchema } from "../../_tools/reference.ts";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import { checkSpec } from "../../specs/check.ts";
import { readSpecText } from "../../specs/source.ts";
import { checkStructure } from "../../specs/structure.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Parent = Json[] | { [name: string]: Json };

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const examples = readdirSync(new URL("examples/", root)).filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, data: readSpecText(read(`examples/${name}`)).data as Json }));

/** Parts of the grammar that no example has. */
const rare: Json = {
  meander: 1,
  name: "rare",
  description: "all that examples leave out",
  functions: "./functions.ts",
  params: { least: { type: "integer" }, word: { type: "string", default: "a", description: "b" } },
  inputs: {
    a: { format: "ndjson", file: "-", epochs: { every: 2 }, onError: { deadLetter: "bad.ndjson" } },
    b: { format: "csv", follow: true, epochs: { interval: "1.5s" }, onError: "skip" },
    c: { format: "csv", schema: { at: "integer", tags: ["string"] }, workers: "all", with: {} },
    d: { format: "csv", epochs: { field: "at", window: 10, outOfOrder: "5ms", late: "fail" } },
    e: { format: "lines", pace: { records: "unlimited", bytes: "64MB", epochs: 3 } },
  },
  limits: {
    budget: 2,
    capacity: 100,
    memory: "1.5GiB",
    grace: "10s",
    pace: { bytes: "unlimited", records: 5 },
  },
  nodes: {
    box: {
      region: {
        enter: { c: "c" },
        nodes: { d: { use: "core/map@^1", pin: "1.0.0", from: ["c"], with: { f: "record" } } },
        leave: { d: "d" },
      },
      description: "a box",
    },
    narrow: {
      gate: {
        enter: { some: "e" },
        batch: 2.5,
        weight: { function: "weigh" },
        inFlight: 1,
        stash: 9,
        spill: { directory: "/spill", records: 10, bytes: 1000 },
        nodes: {
          same: { use: "core/map", from: "some", with: { f: "record" }, limits: { budget: 1 } },
        },
        leave: { same: "same" },
      },
      priority: -1,
      description: "a gate",
    },
    turn: {
      loop: {
        enter: { a: "a" },
        feedback: { back: { from: ["all"], by: 2, maxIterations: 9 }, more: ["all"] },
        nodes: { all: { use: "core/concat", from: { in: ["a", "back"] }, onError: "fail" } },
        leave: { all: "all" },
        onLimit: "drop",
      },
    },
  },
  outputs: { all: { from: "turn.all", file: "all.csv", format: "csv", with: { header: true } } },
  tests: [
    { name: "x", params: { least: 1 }, inputs: { a: { epochs: [[1], []] } }, outputs: {} },
    { name: "y", inputs: { a: { text: "1\n" } }, outputs: { all: { text: "" } } },
    { name: "z", outputs: { all: { epochs: { "0": [], "1 2": [null] } } } },
    { name: "w", outputs: { all: { records: [1], ordered: true } } },
  ],
};

const specs = [...examples, { name: "rare", data: rare }];
const bySchema = new Ajv2020({ strict: false }).compile(jsonSchema());

function byGrammar(data: Json): string[] {
  const messages: string[] = [];
  checkStructure(data, ({ path, message }) => void messages.push(`${path.join("/")}: ${message}`));
  return messages;
}

/** What both say of the same data; the data with it, so that a failure shows the whole case. */
function verdicts(data: Json) {
  return { data, schema: bySchema(data) === true, grammar: byGrammar(data).length === 0 };
}

function expectAgreement(data: Json): boolean {
  const said = verdicts(data);
  expect(said).toEqual({ ...said, schema: said.grammar });
  return said.grammar;
}

/** Every part that may be changed, by the object or list that holds it. */
function placesIn(data: Json): { readonly parent: Parent; readonly key: string | number }[] {
  if (typeof data !== "object" || data === null) return [];
  const keys = Array.isArray(data) ? data.keys() : Object.keys(data);
  return [...keys].flatMap((key) => [
    { parent: data, key },
    ...placesIn((data as { [name: string]: Json })[key]),
  ]);
}

/**
 * Values of every type, and those which some part of the grammar takes. `__proto__` is not among the names,
 * since an assignment to it makes no property; it has tests of its own below.
 */
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, 0, 1, -1, 1.5, 2 ** 53, "", "5s", "5 s", "a", "fail", "skip"),
  fc.constantFrom<Json>([], [[]], ["a"], ["a", "b"], [1], {}, { a: "b" }, { from: "a" }),
  fc.constantFrom<Json>({ use: "core/map" }, { deadLetter: "" }, { every: 0 }, { text: "" }),
);
const name = fc.constantFrom(
  "a",
  "a b",
  "1a",
  "_",
  "toString",
  "constructor",
  "from",
  "use",
  "loop",
);

const mutation = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom("delete", "rename", "replace", "add"),
  name,
  value,
});

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** Changes the data in one place, where it has any. */
function mutate(data: Json, { place, kind, name, value: given }: Mutation): void {
  const places = placesIn(data);
  if (places.length === 0) return;
  const { parent, key } = places[place % places.length];
  const holder = parent as { [name: string]: Json };
  const before = holder[key];
  // The generator hands out the same objects again and again.
  const value = structuredClone(given);
  if (kind === "replace") holder[key] = value;
  else if (Array.isArray(parent)) {
    if (kind === "add") parent.push(value);
    else parent.splice(Number(key), 1);
  } else if (kind === "add") holder[name] = value;
  else {
    delete holder[key];
    if (kind === "rename") holder[name] = before;
  }
}

describe("the published grammar", () => {
  it("is what `deno task reference` writes", () => {
    for (const [path, text] of Object.entries(files())) expect(read(path), path).toBe(text);
  });

  it("describes every part", () => {
    const silent: string[] = [];
    const look = (part: unknown, path: string) => {
      if (typeof part !== "object" || part === null) return;
      for (const [key, inner] of Object.entries(part)) look(inner, `${path}/${key}`);
      const { properties } = part as { properties?: Record<string, { description?: string }> };
      // The one part of an alternative such as { text: … } is described with its alternatives.
      const parts = Object.entries(properties ?? {});
      if (parts.length < 2) return;
      for (const [key, { description }] of parts) {
        if (description === undefined) silent.push(`${path}/${key}`);
      }
    };
    look(jsonSchema(), "");
    expect(silent).toEqual([]);
  });

  it.each(specs)("accepts $name, as the checks do", ({ data }) => {
    expect(byGrammar(data)).toEqual([]);
    expect(bySchema(data)).toBe(true);
  });

  it.each([1, 3])("agrees with the checks, whatever is changed in %d places", (places) => {
    const said = { yes: 0, no: 0 };
    const changes = fc.array(mutation, { minLength: places, maxLength: places });
    fc.assert(
      fc.property(fc.nat(specs.length - 1), changes, (spec, mutations) => {
        const data = structuredClone(specs[spec].data);
        for (const each of mutations) mutate(data, each);
        said[expectAgreement(data) ? "yes" : "no"]++;
      }),
      { numRuns: 300 },
    );
    expect(said.yes).toBeGreaterThan(places === 1 ? 40 : 2);
    expect(said.no).toBeGreaterThan(60);
  });

  it.each([
    '"nodes": { "__proto__": { "use": "core/map" } }',
    '"nodes": { "__proto__": { "use": 3 } }',
    '"inputs": { "a": { "format": "csv", "__proto__": 3 } }',
    '"inputs": { "a": { "format": "csv", "schema": { "__proto__": "string" } } }',
  ])("agrees with the checks on __proto__: %s", (part) => {
    expectAgreement(named(part));
  });

  // The one known difference: a record of zod's does not look at a field of that name. Nothing is lost by it,
  // since `typeOf` in record_types.ts looks at every field, and refuses this one.
  it("refuses a type that is none under the name __proto__, where the grammar leaves it to the types", () => {
    const data = named('"inputs": { "a": { "format": "csv", "schema": { "__proto__": 3 } } }');
    expect(verdicts(data)).toMatchObject({ schema: false, grammar: true });
    const result = checkSpec(JSON.stringify(data), { registry: new Registry([core]) });
    expect(result).toMatchObject({ problems: [{ pointer: "/inputs/a/schema/__proto__" }] });
  });
});

/** A spec with that part; parsed, since `__proto__` in a literal of code would mean something else. */
function named(part: string): Json {
  return JSON.parse(`{ "meander": 1, "name": "x", "outputs": { "o": { "from": "a" } }, ${part} }`);
}
