import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expression, fields, type Kind, records, type Size } from "./generator.ts";
import { outcome } from "./helpers.ts";

const celTypes: Readonly<Record<Kind, string>> = {
  integer: "int",
  number: "double",
  string: "string",
  boolean: "bool",
  "[integer]": "list<int>",
  "[string]": "list<string>",
};

const environment = new Environment({ homogeneousAggregateLiterals: false })
  .registerVariable({
    name: "record",
    schema: Object.fromEntries(
      Object.entries(fields).map(([name, kind]) => [name, celTypes[kind]]),
    ),
  });

const typed = `{${Object.entries(fields).map(([name, kind]) => `${name}: ${kind}`).join(", ")}}`;

/** A value of ours as the library takes it: its integers are BigInt. */
function toCel(value: unknown, kind: Kind): unknown {
  if (kind === "integer") return BigInt(value as number);
  return kind === "[integer]" ? (value as number[]).map(BigInt) : value;
}

function fromCel(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return Array.isArray(value) ? value.map(fromCel) : value;
}

function viaLibrary(text: string, record: Record<string, unknown>): unknown {
  const entries = Object.entries(record).map((
    [name, value],
  ) => [name, toCel(value, fields[name]!)]);
  try {
    return fromCel(environment.evaluate(text, { record: Object.fromEntries(entries) }));
  } catch (error) {
    return `error: ${(error as Error).message.split("\n")[0]}`;
  }
}

const kinds = Object.keys(celTypes) as Kind[];

function cases(size: Size): fc.Arbitrary<[text: string, record: Record<string, unknown>]> {
  return fc.constantFrom(...kinds)
    .chain((kind) => fc.tuple(expression(kind, 4, size), records(size)));
}

function isError(result: unknown): boolean {
  return typeof result === "string" && result.startsWith("error: ");
}

describe("a compiled expression", () => {
  it("gives what the library gives", () => {
    const property = fc.property(cases("small"), ([text, record]) => {
      const [ours, theirs] = [outcome(text, { record: [typed, record] }), viaLibrary(text, record)];
      if (isError(ours)) expect([text, ours, isError(theirs)]).toEqual([text, ours, true]);
      else expect([text, ours]).toEqual([text, theirs]);
    });
    fc.assert(property, { numRuns: 1500 });
  });

  it("gives that for large numbers, too, or an error", () => {
    // Past 53 bits only the library goes on, and even errors differ once one of them hides another.
    const property = fc.property(cases("large"), ([text, record]) => {
      const ours = outcome(text, { record: [typed, record] });
      if (!isError(ours)) expect([text, ours]).toEqual([text, viaLibrary(text, record)]);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it("gives without types what it gives with them", () => {
    const property = fc.property(cases("small"), ([text, record]) => {
      // An untyped zero has no sign, which the quotient by a negated one would show.
      if (/\(-\D/.test(text)) return;
      const untyped = outcome(text, { record: ["any", record] });
      // The quotient of two untyped values.
      if (/^problem: [/%] of two/.test(String(untyped))) return;
      const withTypes = outcome(text, { record: [typed, record] });
      if (isError(withTypes)) {
        expect([text, untyped, isError(untyped)]).toEqual([text, untyped, true]);
      } else expect([text, JSON.stringify(untyped)]).toEqual([text, JSON.stringify(withTypes)]);
    });
    fc.assert(property, { numRuns: 1000 });
  });
});
