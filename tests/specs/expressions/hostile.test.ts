import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordType } from "../../../operators/contract/record_type.ts";
import { compileExpression } from "../../../specs/expressions/compile.ts";
import { outcome, problems, t, type Variables } from "./helpers.ts";

const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

/** What breaks out of a quotation, if anything does. */
const piece = fc.constantFrom(
  ...["'", '"', "`", "\\", "${1}", "\n", "\r", "\u2028", "\u2029", "\0", "*/", "//", "</script>"],
  ...['"]; throw 1; //', "\\u0022", "\ud800", "😀", "a", "__proto__"],
);
const hostile = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));

/** A literal of CEL: JSON writes what CEL reads, but for lone surrogates, which CEL has not. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

describe("texts that want to break out", () => {
  it("stay literals", () => {
    fc.assert(fc.property(hostile, (text) => {
      expect(outcome(quoted(text))).toBe(text.toWellFormed());
      expect(outcome(`{${quoted(text)}: 1}.map(k, k)[0]`)).toBe(text.toWellFormed());
      expect(outcome(`raw[${quoted(text)}]`, { raw: ["any", { [text.toWellFormed()]: 7 }] })).toBe(
        7,
      );
    }));
  });

  it("stay names of fields, constants and parameters", () => {
    fc.assert(fc.property(hostile, (name) => {
      const record: RecordType = { kind: "object", fields: new Map([[name, t("integer")]]) };
      const made = compileExpression(`r[${quoted(name.toWellFormed())}] + 1`, {
        parameters: new Map<string, RecordType>([[`p${name}`, t("any")], ["r", record]]),
        constants: new Map([[`c${name}`, { type: t("any"), value: 1 }]]),
      });
      if (!name.isWellFormed()) return;
      expect(made.ok && made.f(0, { [name]: 1 })).toBe(2);
    }));
  });

  it("never run as anything else", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const made = compileExpression(text, { parameters: new Map([["raw", t("any")]]) });
      if (!made.ok) {
        for (const { offset, length } of made.problems) {
          expect(offset >= 0 && length >= 0 && offset + length <= text.length).toBe(true);
        }
      }
    }));
  });
});

describe("inherited names", () => {
  it("are no variables, functions or fields", () => {
    for (const name of inherited) {
      expect(compileExpression(name, { parameters: new Map() }).ok).toBe(false);
      expect(compileExpression(`${name}(1)`, { parameters: new Map() }).ok).toBe(false);
      expect(compileExpression(`'a'.${name}()`, { parameters: new Map() }).ok).toBe(false);
      const raw = { raw: ["any", {}] } as const;
      expect(outcome(`raw.${name}`, raw)).toBe(`error: no field "${name}" in the object {}`);
      expect(outcome(`raw['${name}']`, raw)).toBe(`error: no key "${name}"`);
      expect(outcome(`has(raw.${name}) || '${name}' in raw`, raw)).toBe(false);
      expect(outcome(`r.${name}`, { r: [`{${name}: integer?}`, {}] })).toBeNull();
      expect(outcome(`has(r.${name})`, { r: [`{${name}: integer?}`, {}] })).toBe(false);
      expect(outcome(`m.${name}`, { m: ["map of integer", {}] })).toBe(`error: no key "${name}"`);
      expect(problems(`r.${name}`, { r: ["{n: integer}", {}] })).toHaveLength(1);
    }
  });

  it("are ordinary where they are one's own", () => {
    for (const name of inherited) {
      const own: Record<string, unknown> = JSON.parse(`{"${name}": 5}`);
      expect(
        outcome(`raw.${name} + r.${name}`, { raw: ["any", own], r: [`{${name}: integer}`, own] }),
      )
        .toBe(10);
      for (const text of [`{'${name}': 5}`, `{'' + '${name}': 5}`]) {
        const made = outcome(text) as object;
        expect(Object.entries(made)).toEqual([[name, 5]]);
        expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
      }
      expect(outcome(`{'${name}': 5}.${name}`)).toBe(5);
      expect(outcome(`{'${name}': 5} == raw`, { raw: ["any", own] })).toBe(true);
      expect(outcome(`{'${name}': 5} == {'a': 5}`)).toBe(false);
    }
    expect(outcome("raw == {'a': 1}", { raw: ["any", JSON.parse('{"__proto__": 1}')] })).toBe(
      false,
    );
  });

  it("may be names of parameters and elements", () => {
    const one: Variables[string] = ["integer", 1];
    const names: Variables = Object.fromEntries(inherited.slice(1).map((name) => [name, one]));
    expect(outcome("constructor + toString", names)).toBe(2);
    expect(outcome("[1].map(constructor, constructor + 1)")).toEqual([2]);
    expect(
      outcome("[1].map(h_overflow, [2].map(t0, h_overflow + t0 + p0))", { p0: ["integer", 3] }),
    )
      .toEqual([[6]]);
  });
});

describe("large texts", () => {
  it("are refused where they are too long, too deep or too wide", () => {
    const refused = (text: string) => problems(text, { n: ["integer", 1] })[0]?.split(" | ")[1];
    expect(refused("n".repeat(30_000))).toMatch(/has 30000 characters/);
    expect(refused(`${"(".repeat(5000)}1${")".repeat(5000)}`)).toMatch(/too large: maxDepth/);
    expect(refused(`${"[".repeat(100)}1${"]".repeat(100)}`)).toMatch(/too large: maxDepth/);
    expect(refused(`${"!".repeat(9999)}true`)).toMatch(/nested too deeply|too large/);
    expect(refused(`${"-".repeat(19_000)}1`)).toMatch(/nested too deeply|too large/);
    expect(refused(`n${" + n".repeat(4000)}`)).toMatch(/nested too deeply/);
    expect(refused(`[${"1,".repeat(2000)}1]`)).toMatch(/too large: maxListElements/);
    expect(refused(`n${".a".repeat(5000)}`)).toMatch(/too large: maxDepth/);
    expect(refused(`n${" ? n".repeat(3000)}`)).toMatch(/too large: maxDepth/);
  });

  it("work up to the limits", () => {
    const n = { n: ["integer", 1], yes: ["boolean", true] } as const;
    expect(outcome(`n${" + n".repeat(240)}`, n)).toBe(241);
    expect(outcome(`${"(".repeat(60)}n${")".repeat(60)}`, n)).toBe(1);
    expect(outcome(`yes${" && yes".repeat(240)}`, n)).toBe(true);
    expect(outcome(`n / n == 1${" && n / n == 1".repeat(240)}`, n)).toBe(true);
    expect(outcome(`'${"a".repeat(10_000)}'.size()`)).toBe(10_000);
    expect(outcome(`${" ".repeat(10_000)}n`, n)).toBe(1);
    expect(outcome(`[${"n, ".repeat(999)}n].size()`, n)).toBe(1000);
    expect(outcome(`${"!".repeat(240)}yes`, n)).toBe(true);
    const nested = Array.from({ length: 20 }, (_, at) => `[1, 2].map(e${at}, `).join("");
    expect(problems(`${nested}1${")".repeat(20)}`)).toEqual([]);
  });

  it("compile to code that grows with the text only", () => {
    // Twice the code for every level would be 2^40.
    const deep = `${"(n / n == 1 && ".repeat(40)}true${")".repeat(40)}`;
    const made = compileExpression(deep, { parameters: new Map([["n", t("integer")]]) });
    expect(made.ok && made.f.toString().length).toBeLessThan(40_000);
    expect(made.ok && made.f(1)).toBe(true);
  });
});
