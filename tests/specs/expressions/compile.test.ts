import { describe, expect, it } from "vitest";
import { MeanderError } from "../../../operators/contract/fault.ts";
import { compileExpression, expressionText } from "../../../specs/expressions/compile.ts";
import { scopeOf, t } from "./helpers.ts";

function compiled(text: string, scope: Parameters<typeof compileExpression>[1]) {
  const made = compileExpression(text, scope);
  if (!made.ok) throw new Error(made.problems.map(({ message }) => message).join("; "));
  return made;
}

describe("compileExpression", () => {
  it("takes parameters in their order", () => {
    const { f } = compiled("b - a", scopeOf({ a: ["integer"], b: ["integer"] }));
    expect(f(1, 10)).toBe(9);
    expect(f.length).toBe(2);
  });

  it("binds constants", () => {
    const constants = new Map([
      ["params", { type: t("{from: string}"), value: { from: "SEA" } }],
      ["limit", { type: t("integer"), value: 3 }],
    ]);
    const { f, type } = compiled("n < limit ? params.from : 'none'", {
      parameters: new Map([["n", t("integer")]]),
      constants,
    });
    expect([f(1), f(3)]).toEqual(["SEA", "none"]);
    expect(type).toEqual({ kind: "string" });
  });

  it("lets a parameter hide a constant", () => {
    const constants = new Map([["n", { type: t("string"), value: "constant" }]]);
    const { f } = compiled("n", { parameters: new Map([["n", t("integer")]]), constants });
    expect(f(5)).toBe(5);
  });

  it("remembers the text of what it compiled", () => {
    const { f, text } = compiled("1 + 1", scopeOf({}));
    expect([expressionText(f), text]).toEqual(["1 + 1", "1 + 1"]);
    expect(expressionText(() => 2)).toBeUndefined();
    expect(expressionText("1 + 1")).toBeUndefined();
  });

  it("makes no guard where nothing can fail, and no closure anywhere", () => {
    const scope = scopeOf({ r: ["{n: integer, s: string, l: [integer]}"], raw: ["any"] });
    for (
      const text of ["r.s", "r.n > 1 && r.s == 'a'", "r.n / 2", "r['s'].split(' ')", "{'a': r.n}"]
    ) {
      expect([text, /try|=>/.test(compiled(text, scope).f.toString())]).toEqual([text, false]);
    }
    const loop = compiled("r.l.filter(e, e > raw.n).map(e, e + 1)", scope).f.toString();
    expect(loop).not.toContain("=>");
    expect(loop.match(/function/g)).toHaveLength(1);
  });

  it("shortens a long text in errors", () => {
    const { f } = compiled(`1 / n + ${"1 + ".repeat(40)}1`, scopeOf({ n: ["integer"] }));
    const expected = "MEANDER_EXPRESSION  Cannot evaluate " +
      `"1 / n + ${"1 + ".repeat(17)}1 +…": division by zero`;
    let error: unknown;
    try {
      f(0);
    } catch (caught) {
      error = caught;
    }
    expect(MeanderError.is(error) && [error.code, error.message])
      .toEqual(["MEANDER_EXPRESSION", expected]);
  });

  it("reports values that are not of their type where it notices", () => {
    const { f } = compiled("r.n + 1", scopeOf({ r: ["{n: integer}"] }));
    expect(() => f({})).toThrow("needs an integer, got a missing value");
    expect(() => f({ n: "1" })).toThrow('needs an integer, got the string "1"');
    expect(() => f(null)).toThrow('Cannot evaluate "r.n + 1"');
  });

  it("gives null for a missing field of an optional type", () => {
    const { f } = compiled("r.o", scopeOf({ r: ["{o: integer?}"] }));
    expect(f({})).toBeNull();
  });
});
