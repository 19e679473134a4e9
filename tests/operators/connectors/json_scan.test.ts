import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFault, locate } from "../../../operators/connectors/json_scan.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findFault", () => {
  it("refuses exactly what JSON.parse refuses", () => {
    const parts = fc.constantFrom(
      ...'{}[]:,"\\-+.e0159 \t\r'.split(""),
      ...[
        "true",
        "null",
        "nul",
        '"a"',
        '"a":',
        "\\u00e9",
        "\\x",
        "é",
        "\u0001",
        "NaN",
        "{}",
        "1.5",
      ],
    );
    const random = fc.array(parts, { maxLength: 12, size: "max" }).map((all) => all.join(""));
    const damaged = fc.tuple(fc.json(), fc.nat(), fc.nat(3), parts).map(([json, at, cut, part]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + part + json.slice(place + cut);
    });
    fc.assert(
      fc.property(fc.oneof(random, damaged), (text) => {
        const fault = findFault(text);
        // Numbers that a double cannot hold are JSON all the same.
        fc.pre(fault === undefined || /no JSON/.test(fault.why));
        expect(fault === undefined).toBe(isJson(text));
        if (fault !== undefined) expect(fault.at).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  it("does not overflow the stack", () => {
    expect(findFault("[".repeat(1_000_000))?.why).toContain("still missing");
    expect(findFault("[".repeat(200_000) + "]".repeat(200_000))).toBeUndefined();
  });
});

describe("locate", () => {
  it("finds the last of equal keys, as JSON.parse does", () => {
    const text = '{"a":{"b":[1,2]},"a":{"b":[3, 4]}}';
    expect(text.slice(locate(text, ["a", "b", 1]))).toBe("4]}}");
    expect(locate(text, [])).toBe(0);
    expect(locate(text, ["x"])).toBe(0);
  });
});
