import fc from "fast-check";
import valid from "semver/functions/valid.js";
import { describe, expect, it } from "vitest";
import { isVersion } from "../../plugins/names.ts";

const label = fc.oneof(
  fc.constantFrom("0", "00", "01", "1", "a", "-", "0a", "a0", "", "ü", "x-1"),
  fc.nat().map(String),
);
const version = fc.tuple(
  fc.constantFrom("", "v", " ", "="),
  fc.array(
    fc.constantFrom("0", "1", "01", "12", "", "-1", "9007199254740991", "9007199254740992"),
    {
      minLength: 2,
      maxLength: 4,
    },
  ),
  fc.array(label, { maxLength: 3 }),
  fc.constantFrom("", "", "+build"),
).map(([before, core, labels, build]) =>
  before + core.join(".") + (labels.length > 0 ? `-${labels.join(".")}` : "") + build
);

describe("isVersion", () => {
  it("takes just those that semver leaves as they are", () => {
    fc.assert(
      fc.property(version, (text) => {
        expect(isVersion(text)).toBe(valid(text) === text);
      }),
      { numRuns: 2000 },
    );
  });
});
