import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { samplesOf } from "../../../plugins/manifest/samples.ts";
import { schemaOf } from "../../../plugins/manifest/schema_of.ts";
import { anyType } from "./arbitraries.ts";

describe("samples of a schema", () => {
  it("fit it, whatever it is", () => {
    let found = 0;
    fc.assert(
      fc.property(anyType(false), (type) => {
        const samples = samplesOf(schemaOf(type, "input"), 4);
        found += samples.length;
        for (const sample of samples) expect(type.safeParse(sample).success).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(found).toBeGreaterThan(60);
  });

  it("are different values, with and without what may be missing", () => {
    const schema = {
      type: "object",
      properties: { city: { type: "string", minLength: 1 }, n: { type: "integer", minimum: 3 } },
      required: ["city"],
    };
    const samples = samplesOf(schema, 8) as { city: string; n?: number }[];
    expect(new Set(samples.map((each) => JSON.stringify(each))).size).toBe(8);
    expect(samples.some((each) => "n" in each) && samples.some((each) => !("n" in each))).toBe(
      true,
    );
    expect(samplesOf({ "x-meander-expression": [] }, 3)).toEqual([]);
    expect(samplesOf({ enum: ["a", "b"] }, 8)).toEqual(["a", "b"]);
  });
});
