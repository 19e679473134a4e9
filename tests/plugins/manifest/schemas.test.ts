import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { expression } from "../../../operators/contract/definition.ts";
import { Findings } from "../../../plugins/manifest/finding.ts";
import type { JsonSchema } from "../../../plugins/manifest/manifest.ts";
import { type Direction, schemaOf } from "../../../plugins/manifest/schema_of.ts";
import { zodOf } from "../../../plugins/manifest/zod_of.ts";
import { anyType, anyValue, likely } from "./arbitraries.ts";

/** The schema, and what could not be said. */
function said(type: z.ZodType, io: Direction = "input"): [JsonSchema, readonly string[]] {
  const findings = new Findings();
  return [schemaOf(type, io, [], findings.report), findings.problems];
}

/** As it comes out of a file. */
const throughText = (schema: JsonSchema): JsonSchema => JSON.parse(JSON.stringify(schema));

describe("a zod type as a JSON Schema", () => {
  it("accepts, refuses and gives the same when it is a zod type again", () => {
    const cases = fc.boolean().chain((functions) => anyType(functions)).chain((type) =>
      fc.tuple(
        fc.constant(type),
        fc.array(fc.oneof(likely(type), anyValue), { minLength: 8, maxLength: 8 }),
      )
    );
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(cases, ([type, values]) => {
        const [schema, problems] = said(type);
        expect(problems).toEqual([]);
        const again = zodOf(throughText(schema));
        for (const value of values) {
          const [one, other] = [type.safeParse(value), again.safeParse(value)];
          expect(other.success, `${JSON.stringify(schema)} on ${JSON.stringify(value)}`)
            .toBe(one.success);
          expect(other.data).toEqual(one.data);
          seen[one.success ? "accepted" : "refused"]++;
        }
        // What was made of it says the same of itself.
        expect(said(again), JSON.stringify(schema)).toEqual([schema, []]);
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(300);
  });

  it("means to others what it means to us, but for what is left out and whole numbers beyond 2^53", () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    const cases = anyType(false, 2).chain((type) =>
      fc.tuple(fc.constant(type), fc.array(likely(type), { minLength: 4, maxLength: 4 }))
    );
    fc.assert(
      fc.property(cases, ([type, values]) => {
        const [schema] = said(type);
        // The library takes a required name of no letters for none.
        if (JSON.stringify(schema).includes('""')) return;
        const accepts = ajv.compile(throughText(schema));
        for (const value of values.map((each) => JSON.parse(JSON.stringify(each) ?? "null"))) {
          if (JSON.stringify(value).match(/e\+|\d{16}/)) continue;
          const isRight = zodOf(schema).safeParse(value).success;
          // A part that may be left out may be left out within a part, too, which others do not see.
          if (!isRight) expect(accepts(value), JSON.stringify([schema, value])).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("has parts with a default where something is given, and has them all where something comes out", () => {
    const type = z.object({ a: z.int().default(1), b: z.string().optional(), c: z.boolean() });
    const parts = { b: { type: "string" }, c: { type: "boolean" } };
    expect(schemaOf(type, "input")).toEqual({
      type: "object",
      properties: { a: { type: "integer", default: 1 }, ...parts },
      required: ["c"],
    });
    expect(schemaOf(type, "output")).toEqual({
      type: "object",
      properties: { a: { type: "integer" }, ...parts },
      required: ["a", "c"],
    });
  });

  it("gives a default of its own to everybody", () => {
    const type = zodOf({ type: "array", items: {}, default: [{ a: 1 }] });
    const [one, other] = [type.parse(undefined), type.parse(undefined)] as { a: number }[][];
    one[0].a = 2;
    expect(other).toEqual([{ a: 1 }]);
  });

  it.each([
    ["z.email()", z.email(), '/: cannot be said in a manifest: the format "email" of texts'],
    ["a pattern", z.string().regex(/a/), 'the format "regex" of texts'],
    ["a trim", z.string().trim(), "a check in code (overwrite)"],
    ["a refinement", z.number().refine((n) => n !== 3), "a check in code (custom)"],
    ["a refined object", z.object({ a: z.int() }).refine(() => true), "a check in code (custom)"],
    ["a transform", z.string().transform((text) => text.length), "a function makes something else"],
    ["a pipe", z.string().pipe(z.string()), "a function makes something else"],
    ["z.coerce", z.coerce.number(), "makes something else of what it is given"],
    ["z.date()", z.date(), "nothing for z.date()"],
    ["z.bigint()", z.bigint(), "nothing for z.bigint()"],
    ["z.map()", z.map(z.string(), z.string()), "nothing for z.map()"],
    ["z.lazy()", z.lazy(() => z.string()), "nothing for z.lazy()"],
    ["z.custom()", z.custom<string>(), "nothing for z.custom()"],
    ["an intersection", z.intersection(z.unknown(), z.unknown()), "nothing for z.intersection()"],
    ["an undefined literal", z.literal([1, undefined]), "undefined is no JSON"],
    [
      "names with a pattern",
      z.record(z.string().max(3), z.int()),
      "names of a record are any texts",
    ],
    ["a missing element", z.array(z.int().optional()), "only a property or the end of a tuple"],
    ["two divisors", z.number().multipleOf(2).multipleOf(3), "one divisor is all"],
    ["a function as default", expression("record").default(() => () => 1), "is no JSON"],
    ["a date as default", z.unknown().default(new Date(0)), "is no JSON"],
    ["within", z.object({ a: z.array(z.date()) }), "/a: cannot be said in a manifest"],
    ["17 deep", deep(17), "is deeper than 16 schemas"],
  ])("is refused with the reason: %s", (_what, type, reason) => {
    const [, problems] = said(type as z.ZodType);
    expect(problems.join("\n")).toContain(reason);
  });
});

function deep(levels: number): z.ZodType {
  return levels === 0 ? z.null() : z.array(deep(levels - 1));
}

describe("a JSON Schema as a zod type", () => {
  it("has the types that the rest of the engine reads", () => {
    const def = (schema: JsonSchema) =>
      (zodOf(schema)._zod as unknown as { def: { type: string } }).def.type;
    expect(def({ anyOf: [{ type: "string" }, { type: "null" }] })).toBe("nullable");
    expect(def({ type: "object", additionalProperties: { type: "integer" } })).toBe("record");
    expect(def({ type: "object", properties: {} })).toBe("object");
    expect(zodOf({ "x-meander-expression": ["a", "b"] }).meta()?.expression).toEqual(["a", "b"]);
    expect(zodOf({ "x-meander-expression": [], description: "a" }).meta()?.expression).toEqual([]);
  });

  it("is refused when it is none of ours", () => {
    expect(() => zodOf({ type: "string", pattern: "a" })).toThrow(
      "MEANDER_PLUGIN_SCHEMA  Cannot use a JSON Schema\n  - /pattern: is not allowed: patterns",
    );
  });
});
