import { describe, expect, it } from "vitest";
import { coreOperators } from "../../../operators/catalog.ts";
import { MeanderError } from "../../../operators/contract/fault.ts";
import { definePlugin, pluginOf } from "../../../plugins/manifest/define_plugin.ts";

const { count, map } = coreOperators;
const plain = { name: "mine", version: "1.0.0", operators: [map] } as const;

function problemsOf(exported: unknown): readonly string[] {
  try {
    pluginOf(exported, "mod.ts");
    return [];
  } catch (error) {
    expect(MeanderError.is(error) && error.code).toBe("MEANDER_PLUGIN");
    return (error as MeanderError).problems;
  }
}

describe("definePlugin", () => {
  it("gives what it was given, frozen, and nobody can change it through the lists", () => {
    const operators = [map, count];
    const plugin = definePlugin({ ...plain, operators, migrate: { count: (state) => state } });
    operators.pop();
    expect(plugin.operators.map(({ name }) => name)).toEqual(["map", "count"]);
    expect([plugin, plugin.operators, plugin.migrate].every(Object.isFrozen)).toBe(true);
    expect("migrate" in definePlugin(plain)).toBe(false);
  });

  it.each([
    ["nothing", undefined, [
      "expected what definePlugin gives, as the default export, not undefined",
    ]],
    ["a function", () => plain, [/^expected what definePlugin gives/]],
    ["a name", { ...plain, name: "My Plugin" }, [/^name "My Plugin": expected lower-case letters/]],
    ["a version", { ...plain, version: "v1" }, [/^version "v1": expected major.minor.patch/]],
    ["a giant version", { ...plain, version: "1.".repeat(1e5) }, [/^version /]],
    ["no operators", { ...plain, operators: [] }, [/^operators \[\]: expected a list of at least/]],
    ["an operator twice", { ...plain, operators: [map, map] }, [
      'operator 1: "map" is there twice',
    ]],
    ["201", { ...plain, operators: Array.from({ length: 201 }, () => map) }, [/^operators: 201/]],
    ["no operator", { ...plain, operators: [map, 7] }, [/^operator 1: expected what defineOp/]],
    ["no create", { ...plain, operators: [{ ...map, create: 1 }] }, [
      /"map" has no function create/,
    ]],
    ["no schema", { ...plain, operators: [{ ...map, config: {} }] }, [/config of "map" is no zod/]],
    ["no port", { ...plain, operators: [{ ...map, inputs: { a: 1 } }] }, [
      /inputs.a of "map" is no/,
    ]],
    ["a misspelt part", { ...plain, operator: [] }, [
      '"operator" is not known: did you mean "operators"?',
    ]],
    ["migrating nothing", { ...plain, migrate: { mop: () => 1 } }, [/^migrate.mop: there is no/]],
    ["migrating without state", { ...plain, migrate: { map: () => 1 } }, [/^migrate.map: that op/]],
    ["no migration", { ...plain, operators: [count], migrate: { count: 1 } }, [
      /expected a function/,
    ]],
    ["all at once", { name: 1, version: 1, operators: 1, migrate: 1 }, [
      /^name/,
      /^version/,
      /^operators/,
      /^migrate/,
    ]],
  ])("refuses %s", (_what, exported, said) => {
    const problems = problemsOf(exported);
    expect(problems.length).toBe(said.length);
    said.forEach((each, i) => {
      if (typeof each === "string") expect(problems[i]).toBe(each);
      else expect(problems[i]).toMatch(each);
    });
  });
});
