import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimeBag } from "../../../plugins/isolation/time_bag.ts";
import { lessEqual, type Time } from "../../../progress/time.ts";

const time: fc.Arbitrary<Time> = fc.tuple(fc.nat(5), fc.nat(5));

describe("TimeBag", () => {
  it("allows what any of its times allows, whatever was added and taken out", () => {
    const step = fc.record({ isAdded: fc.boolean(), time, asked: time });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const bag = new TimeBag();
        const all: Time[] = [];
        for (const { isAdded, time, asked } of steps) {
          const at = all.findIndex((each) => String(each) === String(time));
          if (isAdded) {
            bag.add(time);
            all.push(time);
          } else if (at >= 0) {
            bag.remove(time);
            all.splice(at, 1);
          }
          const expected = all.some((each) => lessEqual(each, asked));
          expect(bag.allows(asked, lessEqual, true)).toBe(expected);
          expect(bag.allows(asked, lessEqual, false)).toBe(expected);
        }
      }),
    );
  });

  it("takes no more that cannot be compared than can be looked at", () => {
    const bag = new TimeBag();
    let taken = 0;
    while (taken < 10_000 && bag.add([taken, 10_000 - taken])) taken++;
    expect(taken).toBe(4096);
  });
});
