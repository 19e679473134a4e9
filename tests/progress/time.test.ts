import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkTime,
  compareTimes,
  depthOf,
  equalTimes,
  formatTime,
  join,
  lessEqual,
  lessThan,
  meet,
  minimumTime,
} from "../../progress/mod.ts";
import { anyTime, sameDepth } from "./arbitraries.ts";

const check = <T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, (value) => {
    law(value);
  }));

describe("the partial order", () => {
  it("is reflexive and antisymmetric", () => {
    check(sameDepth(2), ([a, b]) => {
      expect(lessEqual(a, a)).toBe(true);
      expect(lessEqual(a, b) && lessEqual(b, a)).toBe(equalTimes(a, b));
    });
  });

  it("is transitive", () => {
    check(sameDepth(3), ([a, b, c]) => {
      if (lessEqual(a, b) && lessEqual(b, c)) expect(lessEqual(a, c)).toBe(true);
    });
  });

  it("has lessThan as its strict part", () => {
    check(sameDepth(2), ([a, b]) => {
      expect(lessThan(a, b)).toBe(lessEqual(a, b) && !equalTimes(a, b));
    });
  });

  it("does not make times comparable that are not", () => {
    expect(lessThan([1, 5], [2, 0])).toBe(false);
    expect(lessEqual([2, 0], [1, 5])).toBe(false);
  });

  it("takes infinite coordinates in questions", () => {
    expect(lessEqual([3, 9], [3, Infinity])).toBe(true);
    expect(lessEqual([4, 0], [3, Infinity])).toBe(false);
  });

  it("compares no times of different depth", () => {
    expect(lessEqual(1, [1, 1])).toBe(false);
    expect(lessEqual([1, 1], 1)).toBe(false);
    expect(lessEqual([0, 0], [1, 1, 1])).toBe(false);
    expect(equalTimes(1, [1, 1])).toBe(false);
    expect(equalTimes([1, 1], [1, 1, 1])).toBe(false);
  });
});

describe("compareTimes", () => {
  const anyDepth = fc.integer({ min: 1, max: 3 }).chain((depth) => anyTime(depth));

  it("is a total order over all depths", () => {
    check(fc.tuple(anyDepth, anyDepth, anyDepth), ([a, b, c]) => {
      expect(Math.sign(compareTimes(a, b))).toBe(-Math.sign(compareTimes(b, a)) + 0);
      expect(compareTimes(a, b) === 0).toBe(equalTimes(a, b));
      if (compareTimes(a, b) <= 0 && compareTimes(b, c) <= 0) {
        expect(compareTimes(a, c)).toBeLessThanOrEqual(0);
      }
    });
  });

  it("extends the partial order", () => {
    check(sameDepth(2), ([a, b]) => {
      if (lessThan(a, b)) expect(compareTimes(a, b)).toBeLessThan(0);
    });
  });

  it("finds infinite coordinates equal", () => {
    expect(compareTimes([1, Infinity], [1, Infinity])).toBe(0);
    expect(compareTimes(Infinity, Infinity)).toBe(0);
  });
});

describe("join and meet", () => {
  it("are the least time above and the greatest below", () => {
    check(sameDepth(3), ([a, b, c]) => {
      expect(lessEqual(a, join(a, b)) && lessEqual(b, join(a, b))).toBe(true);
      expect(lessEqual(meet(a, b), a) && lessEqual(meet(a, b), b)).toBe(true);
      if (lessEqual(a, c) && lessEqual(b, c)) expect(lessEqual(join(a, b), c)).toBe(true);
      if (lessEqual(c, a) && lessEqual(c, b)) expect(lessEqual(c, meet(a, b))).toBe(true);
    });
  });

  it("are commutative, associative, idempotent and absorb each other", () => {
    check(sameDepth(3), ([a, b, c]) => {
      expect(join(a, b)).toEqual(join(b, a));
      expect(meet(a, b)).toEqual(meet(b, a));
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
      expect(meet(meet(a, b), c)).toEqual(meet(a, meet(b, c)));
      expect(join(a, a)).toEqual(a);
      expect(meet(a, a)).toEqual(a);
      expect(join(a, meet(a, b))).toEqual(a);
      expect(meet(a, join(a, b))).toEqual(a);
    });
  });

  it("refuse times of different depth", () => {
    expect(() => join(1, [1, 2])).toThrow("MEANDER_TIME  Cannot join 1 and [1,2]");
    expect(() => meet([1, 2], [1, 2, 3])).toThrow("they have 2 and 3 coordinates");
  });
});

describe("checkTime", () => {
  it("accepts every time and gives it back", () => {
    check(sameDepth(1), ([time]) => expect(checkTime(time, depthOf(time))).toEqual(time));
  });

  it("makes a list of one coordinate a number, and -0 a 0", () => {
    expect(checkTime([5], 1)).toBe(5);
    expect(Object.is(checkTime(-0, 1), 0)).toBe(true);
    expect(checkTime([-0, 1], 2)).toEqual([0, 1]);
  });

  it("returns a list of its own", () => {
    const given = [1, 2];
    const time = checkTime(given, 2);
    given[0] = 9;
    expect(time).toEqual([1, 2]);
  });

  it("says what is wrong with a value", () => {
    expect(() => checkTime("soon", 1)).toThrow("Cannot use soon as a time: found string");
    expect(() => checkTime(null, 1)).toThrow("found null");
    expect(() => checkTime(3, 2)).toThrow(
      "found 1 coordinate, a time of this scope is a list of 2",
    );
    expect(() => checkTime([1, 2, 3], 2)).toThrow("found 3 coordinates");
    expect(() => checkTime(-1, 1)).toThrow("coordinate 1 is -1");
    expect(() => checkTime([0, 0.5], 2)).toThrow("coordinate 2 is 0.5");
    expect(() => checkTime(2 ** 53, 1)).toThrow(RangeError);
    expect(() => checkTime([1, Infinity], 2)).toThrow("coordinate 2 is Infinity");
    expect(() => checkTime(new Array(99).fill(7), 2)).toThrow(/^.{0,300}$/);
    expect(() => checkTime(1, 0)).toThrow("Cannot make times with 0 coordinates");
  });
});

describe("minimumTime and formatTime", () => {
  it("has nothing below the minimum", () => {
    check(sameDepth(1), ([time]) => expect(lessEqual(minimumTime(depthOf(time)), time)).toBe(true));
  });

  it("writes numbers as they are and lists in brackets", () => {
    expect(formatTime(5)).toBe("5");
    expect(formatTime([5, 2])).toBe("[5,2]");
  });
});
