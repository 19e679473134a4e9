import { describe, expect, it } from "vitest";
import { allCases, difference, leftOut } from "./conformance_data.ts";

/** Tests within the offered part that do not hold, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  "basic/variables/unbound_is_runtime_error": "an unknown name is found before anything runs",
  "basic/functions/unbound_is_runtime_error": "an unknown function is found before anything runs",
  "comparisons/eq_literal/not_eq_list_length": "lists of different types are never equal",
  "logic/AND/short_circuit_type_left": "types are always checked",
  "logic/AND/short_circuit_type_right": "types are always checked",
  "logic/OR/short_circuit_type_left": "types are always checked",
  "logic/OR/short_circuit_type_right": "types are always checked",
};

const cases = allCases();
const offered = cases.filter((test) => leftOut(test) === undefined);

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe("the conformance tests of CEL", () => {
  it("hold where they concern what is offered", () => {
    const failed = new Map(offered.map((test) => [test.path, difference(test)]));
    for (const path of Object.keys(exceptions)) {
      // An exception that no longer fails has to leave the list.
      expect([path, failed.get(path)]).not.toEqual([path, undefined]);
      failed.delete(path);
    }
    expect([...failed].filter(([, why]) => why !== undefined)).toEqual([]);
  });

  it("are run in these numbers", () => {
    expect(counted(offered.map(({ file }) => file))).toEqual({
      basic: 32,
      comparisons: 173,
      conversions: 43,
      fields: 13,
      fp_math: 30,
      integer_math: 35,
      lists: 30,
      logic: 30,
      macros: 41,
      parse: 86,
      plumbing: 5,
      string: 36,
      string_ext: 96,
      type_deductions: 10,
    });
    expect(offered.length).toBe(660);
    expect(Object.keys(exceptions).length).toBe(7);
  });

  it("are left out for these reasons", () => {
    expect(cases.length).toBe(2344);
    expect(counted(cases.map(leftOut).filter((reason) => reason !== undefined))).toEqual({
      "unsigned integers": 184,
      bytes: 138,
      "keys that are no strings": 29,
      "integers beyond 2^53": 35,
      "cel.bind": 5,
      "cel.block": 37,
      messages: 660,
      "timestamps and durations": 88,
      "names with dots": 5,
      "types as values": 24,
      "escaped names": 46,
      "macros over two variables": 46,
      "the library math": 199,
      optionals: 70,
      "regular expressions": 9,
      "format and quote": 84,
      "deduced types": 25,
    });
  });
});
