import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordCheck } from "../../../plugins/isolation/record_check.ts";
import { zodOf } from "../../../plugins/manifest/zod_of.ts";
import type { JsonSchema } from "../../../plugins/manifest/manifest.ts";

const leaf: fc.Arbitrary<JsonSchema> = fc.constantFrom<JsonSchema>(
  {},
  { type: "number" },
  { type: "integer" },
  { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  { type: "integer", minimum: 0 },
  { type: "string" },
  { type: "string", maxLength: 2 },
  { type: "boolean" },
  { enum: ["a", 1, null] },
);
const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.record({
      properties: fc.dictionary(fc.constantFrom("a", "b"), tie("schema"), { maxKeys: 2 }),
      isClosed: fc.boolean(),
      isRequired: fc.boolean(),
    }).map(({ properties, isClosed, isRequired }) => ({
      type: "object",
      properties: { ...properties },
      ...(isRequired ? { required: Object.keys(properties) } : {}),
      ...(isClosed ? { additionalProperties: false } : {}),
    })),
    tie("schema").map((items) => ({ type: "array", items })),
  ),
}));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom("a", "abc", 1, -1, 1.5, NaN, Infinity, 2 ** 53, null, undefined, true),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 })
      .map((fields) => ({ ...fields })),
    fc.array(tie("value"), { maxLength: 2 }),
  ),
}));

describe("The check of records that come from a process", () => {
  it("takes what the schema takes, and nothing else", () => {
    fc.assert(
      fc.property(schema, value, (schema, value) => {
        const whole = zodOf(schema);
        const problem = recordCheck("out", schema, whole)([value], 1);
        expect(problem === null).toBe(whole.safeParse(value).success);
      }),
      { numRuns: 3000 },
    );
  });

  it("takes columns for what they are", () => {
    const check = (type: string, data: Int32Array | Float64Array) => {
      return recordCheck("out", { type }, zodOf({ type }))(data, data.length);
    };
    expect(check("integer", Int32Array.of(1, 2))).toBe(null);
    expect(check("number", Float64Array.of(1.5))).toBe(null);
    expect(check("integer", Float64Array.of(1, 1.5))).toBe(
      'it sent 1.5 on output "out": /: Invalid input: expected int, received number',
    );
    expect(check("string", Int32Array.of(1))).toContain("expected string, received number");
  });
});
