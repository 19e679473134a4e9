import { describe, expect, it } from "vitest";
import { checkedSpec, problemsIn, ran, spec } from "./support.ts";

const text = (declared: string) =>
  spec(`params: { a: ${declared} }
nodes: { s: { use: core/of, with: { records: ["params.a"] } } }
outputs: { o: { from: s } }
`);

/** What an expression sees of the parameter. */
async function value(declared: string, given?: unknown): Promise<unknown> {
  const { outputs } = await ran(text(declared), {}, {
    params: given === undefined ? {} : { a: given },
  });
  return outputs.o[0];
}

describe("A parameter", () => {
  it("has its default, unless it is set, as a value or as a text", async () => {
    expect(await value("{ type: integer, default: 5 }")).toBe(5);
    expect(await value("{ type: integer, default: 5 }", 7)).toBe(7);
    expect(await value("{ type: integer }", "-7")).toBe(-7);
    expect(await value("{ type: integer }", "1e3")).toBe(1000);
    expect(await value("{ type: number }", "1.5")).toBe(1.5);
    expect(await value("{ type: boolean }", "false")).toBe(false);
    expect(await value("{ type: string }", "7")).toBe("7");
    expect(await value("{ type: string, default: '' }")).toBe("");
    expect(await value("{ type: boolean, default: false }")).toBe(false);
  });

  it.each([
    ["integer", "1.5", "an integer"],
    ["integer", "", "an integer"],
    ["integer", " 5", "an integer"],
    ["integer", "0x10", "an integer"],
    ["integer", "9007199254740993", "an integer"],
    ["integer", null, "an integer"],
    ["number", "1e999", "a number"],
    ["number", "NaN", "a number"],
    ["number", [1], "a number"],
    ["boolean", "yes", "a boolean"],
    ["boolean", 1, "a boolean"],
    ["string", 7, "a string"],
  ])("of type %s is not set to %j", (type, given, wanted) => {
    expect(problemsIn(text(`{ type: ${type} }`), { params: { a: given } })).toEqual([
      `3:14 /params/a: it is set to ${JSON.stringify(given)}: expected ${wanted}`,
    ]);
  });

  it("without value and default leaves the spec usable for all but running", () => {
    const { missingParams } = checkedSpec(text("{ type: integer }"));
    expect(missingParams).toEqual(["a"]);
    expect(checkedSpec(text("{ type: integer }"), { params: { a: "0" } }).missingParams).toEqual(
      [],
    );
  });

  it("has to be declared, with a type, and a default of that type", () => {
    expect(problemsIn(text("{ type: integer, default: '5' }"))).toEqual([
      '3:40 /params/a/default: expected an integer, not "5"',
    ]);
    expect(problemsIn(text("{ type: int }"))).toEqual([
      '3:22 /params/a/type: expected "string" or "integer" or "number" or "boolean", not "int"',
    ]);
    expect(problemsIn(text("{ type: string }"), { params: { aa: "x", zzz: 1 } })).toEqual([
      '3:9 /params: there is no parameter "aa" to set. Did you mean "a"?',
      '3:9 /params: there is no parameter "zzz" to set. There is a',
    ]);
  });

  it("has its declared type in expressions", () => {
    const added = text("{ type: string, default: x }").replace("params.a", "params.a + 1");
    expect(problemsIn(added)).toEqual([
      expect.stringContaining("+ is not defined for string and integer"),
    ]);
  });
});
