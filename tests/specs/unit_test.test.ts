/** The unit tests that specs carry: what is the same, what differs, and how that is told. */

import { describe, expect, it } from "vitest";
import { runTests } from "../../specs/unit_test.ts";
import type { TestSpec } from "../../specs/spec.ts";
import { checkedSpec, registry, spec } from "./support.ts";

const TEXT = spec(`params: { factor: { type: integer, default: 2 } }
inputs:
  n: { format: ndjson, schema: { v: integer } }
  t: { format: ndjson, schema: { at: datetime, v: integer }, epochs: { field: at, window: 1s } }
nodes:
  m: { use: core/map, from: n, with: { f: "{'v': record.v * params.factor, 'w': 'x'}" } }
  c: { use: core/count, from: t }
  d: { use: core/map, from: n, with: { f: 6 / record.v } }
outputs: { m: { from: m }, c: { from: c }, d: { from: d }, csv: { from: m, format: csv } }
`);

/** The differences of one test. */
async function differences(test: Omit<TestSpec, "name">, text = TEXT): Promise<readonly string[]> {
  const results = await runTests(text, [{ name: "it", ...test }], { registry });
  expect(results).toHaveLength(1);
  expect(results[0].name).toBe("it");
  return results[0].differences;
}

const two = { n: [{ v: 1 }, { v: 2 }] };

describe("Records in any order", () => {
  it("are the same when each is there as often, whatever the order of their fields", async () => {
    const m = [{ w: "x", v: 4 }, { v: 2, w: "x" }];
    expect(await differences({ inputs: two, outputs: { m } })).toEqual([]);
    expect(await differences({ inputs: two, outputs: { m: { records: m } } })).toEqual([]);
  });

  it("differ by what is missing and by what is too much", async () => {
    const inputs = { n: [{ v: 1 }, { v: 1 }, { v: 3 }] };
    const m = [{ v: 2, w: "x" }, { v: 7, w: "x" }, { v: 7, w: "x" }];
    expect(await differences({ inputs, outputs: { m } })).toEqual([
      "output m:",
      '  - {"v":7,"w":"x"}',
      '  - {"v":7,"w":"x"}',
      '  + {"v":2,"w":"x"}',
      '  + {"v":6,"w":"x"}',
    ]);
  });

  it("are none when nothing is given", async () => {
    expect(await differences({ outputs: { m: [], d: [] } })).toEqual([]);
    expect(await differences({ inputs: two, outputs: { d: [] } })).toEqual([
      "output d:",
      "  + 6",
      "  + 3",
    ]);
  });
});

describe("Records in order", () => {
  const numbers = { n: [1, 2, 3, 6, 6].map((v) => ({ v })) };
  const ordered = (records: unknown[]) =>
    differences({ inputs: numbers, outputs: { d: { records, ordered: true } } });

  it("differ from the first to the last that does, with one before", async () => {
    expect(await ordered([6, 3, 2, 1, 1])).toEqual([]);
    expect(await ordered([6, 2, 3, 1, 1])).toEqual([
      "output d:",
      "    6",
      "  - 2",
      "  - 3",
      "  + 3",
      "  + 2",
    ]);
    expect(await ordered([6, 3, 2, 1])).toEqual(["output d:", "    1", "  + 1"]);
    expect(await ordered([])).toEqual(["output d:", ...[6, 3, 2, 1, 1].map((n) => `  + ${n}`)]);
    expect(await ordered([6, 3, 2, 1, 1, 1])).toEqual(["output d:", "    1", "  - 1"]);
  });
});

describe("Records by epoch", () => {
  const at = (ms: number) => ({ at: new Date(ms).toISOString(), v: 0 });
  const inputs = { t: [at(100), at(900), at(1500), at(3000)] };

  it("are the same when they are in each", async () => {
    const epochs = { "0": [2], "1000": [1], "3000": [1] };
    expect(await differences({ inputs, outputs: { c: { epochs } } })).toEqual([]);
  });

  it("differ epoch by epoch, those included that nobody expected", async () => {
    const epochs = { "0": [2], "1000": [7], "2000": [1] };
    expect(await differences({ inputs, outputs: { c: { epochs } } })).toEqual([
      "output c:",
      "  epoch 1000:",
      "  - 7",
      "  + 1",
      "  epoch 2000:",
      "  - 1",
      "  epoch 3000:",
      "  + 1",
    ]);
  });

  it("can be given, too", async () => {
    const given = { t: { epochs: [[at(5)], [], [at(5), at(6)]] } };
    const epochs = { "0": [1], "2": [2] };
    expect(await differences({ inputs: given, outputs: { c: { epochs } } })).toEqual([]);
  });
});

describe("Texts", () => {
  it("are read in the input's format, and written in the output's", async () => {
    const inputs = { n: { text: '{"v":1}\n{"v":2}\n' } };
    const csv = { text: "v,w\n2,x\n4,x\n" };
    expect(await differences({ inputs, outputs: { csv } })).toEqual([]);
    expect(await differences({ inputs, outputs: { csv: { text: "v,w\n2,x\n5,x\n" } } })).toEqual([
      "output csv:",
      "    2,x",
      "  - 5,x",
      "  + 4,x",
    ]);
  });

  it("that cannot be read are a difference that says where", async () => {
    const [difference] = await differences({ inputs: { n: { text: "{}\n" } }, outputs: {} });
    expect(difference).toMatch(/Cannot read the test's text:1:\d+: the record has no field "v"/);
  });
});

describe("Parameters", () => {
  it("are those of each test, then those that are set, then the defaults", async () => {
    const inputs = { n: [{ v: 1 }] };
    const outputs = { m: [] };
    const tests = [
      { name: "default", inputs, outputs },
      { name: "its own", params: { factor: 5 }, inputs, outputs },
      { name: "as text", params: { factor: "7" }, inputs, outputs },
    ];
    const values = async (params: Record<string, unknown>) =>
      (await runTests(TEXT, tests, { registry, params })).map((result) =>
        JSON.parse(result.differences[1].slice(4)).v
      );
    expect(await values({})).toEqual([2, 5, 7]);
    expect(await values({ factor: 3 })).toEqual([3, 5, 7]);
  });

  it("without a value are what a test fails with", async () => {
    const text = TEXT.replace(", default: 2", "");
    expect(await differences({ outputs: {} }, text)).toEqual([
      "parameters have no value: factor",
    ]);
  });

  it("of a wrong type are a difference, and the tests behind it are run", async () => {
    const expected = ['3:19 /params/factor: it is set to "x": expected an integer'];
    expect(await differences({ params: { factor: "x" }, outputs: {} })).toEqual(expected);
  });
});

describe("A test whose dataflow cannot go on", () => {
  it("differs by what is wrong with its records", async () => {
    expect(await differences({ inputs: { n: [{ v: 1 }, { v: "x" }] }, outputs: {} })).toEqual([
      expect.stringMatching(/^MEANDER_TEST {2}Cannot send record 2 to input "n": /),
    ]);
    expect(await differences({ inputs: { n: [7] }, outputs: {} })).toEqual([
      expect.stringContaining('Cannot send record 1 to input "n": '),
    ]);
    expect(await differences({ inputs: { n: { epochs: [[], [null]] } }, outputs: {} })).toEqual([
      expect.stringContaining('Cannot send record 1 to input "n": '),
    ]);
  });

  it("differs by the error that ended it", async () => {
    expect(await differences({ inputs: { n: [{ v: 0 }] }, outputs: { d: [] } })).toEqual([
      expect.stringContaining("division by zero"),
    ]);
  });

  it("does not hinder the tests behind it", async () => {
    const tests = [
      { name: "a", inputs: { n: [{ v: 0 }] }, outputs: { d: [] } },
      { name: "b", inputs: { n: [{ v: 3 }] }, outputs: { d: [2] } },
    ];
    const results = await runTests(TEXT, tests, { registry });
    expect(results.map(({ differences }) => differences.length)).toEqual([1, 0]);
  });
});

describe("What a test names", () => {
  it("has to be there, once", () => {
    const check = (tests: string) => () => checkedSpec(`${TEXT}tests:\n${tests}`);
    expect(check("  - { name: a, outputs: { mm: [] } }\n  - { name: a, outputs: {} }\n")).toThrow(
      '13:27 /tests/0/outputs/mm: there is no output "mm". Did you mean "m"?\n' +
        '14:13 /tests/1/name: there is another test "a"',
    );
    expect(check("  - { name: a, outputs: { m: 7 } }\n")).toThrow(
      "13:30 /tests/0/outputs/m: expected a list of records, records, epochs or text, not 7",
    );
    expect(check("  - { name: a, inputs: { n: { epochs: [1] } }, outputs: {} }\n")).toThrow(
      "13:40 /tests/0/inputs/n/epochs/0: expected a list, not 1",
    );
  });
});
