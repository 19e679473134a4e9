import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from "vitest";

// This file runs both on the project's module and on real vitest: what passes on both is the part
// of vitest's API that tests may rely on.

describe("hooks", () => {
  const log: string[] = [];

  describe("of a suite", () => {
    beforeAll(() => {
      log.push("beforeAll");
      return () => {
        log.push("undo beforeAll");
      };
    });
    afterAll(() => {
      log.push("afterAll");
    });
    beforeEach(() => {
      log.push("outer beforeEach");
      return () => {
        log.push("undo outer beforeEach");
      };
    });
    afterEach(() => {
      log.push("outer afterEach");
    });

    describe("and of one in it", () => {
      beforeEach(() => {
        log.push("inner beforeEach");
      });
      afterEach(() => {
        log.push("inner afterEach");
      });

      it("are collected", () => {
        onTestFinished(() => {
          log.push("onTestFinished");
        });
        log.push("test");
      });
    });

    it("are still open for a later test", () => {
      expect(log).not.toContain("afterAll");
      log.push("second test");
    });
  });

  it("ran in order, the latest undone first", () => {
    expect(log).toEqual([
      "beforeAll",
      "outer beforeEach",
      "inner beforeEach",
      "test",
      "inner afterEach",
      "outer afterEach",
      "undo outer beforeEach",
      "onTestFinished",
      "outer beforeEach",
      "second test",
      "outer afterEach",
      "undo outer beforeEach",
      "afterAll",
      "undo beforeAll",
    ]);
  });
});

describe("each", () => {
  const seen: unknown[] = [];

  it.each([[1, 2, 3], [2, 3, 5]])("spreads a row: %i + %i = %i", (a, b, sum) => {
    expect(a + b).toBe(sum);
  });
  it.each([{ name: "one", value: 1 }])("hands over an object: $name", ({ value }) => {
    seen.push(value);
  });
  it("has run each row", () => {
    expect(seen).toEqual([1]);
  });
});

describe("expect", () => {
  it("has Jest's matchers", () => {
    expect({ a: 1, b: undefined }).toEqual({ a: 1 });
    expect({ a: 1, b: undefined }).not.toStrictEqual({ a: 1 });
    expect(() => {
      throw new RangeError("out of range");
    }).toThrow(RangeError);
  });

  it("has asymmetric matchers", () => {
    expect({ id: 7, name: "Seattle", tags: ["x", "y"] }).toEqual({
      id: expect.any(Number),
      name: expect.stringContaining("attle"),
      tags: expect.arrayContaining(["y"]),
    });
  });

  it("awaits promises", async () => {
    await expect(Promise.resolve(1)).resolves.toBe(1);
    await expect(Promise.reject(new Error("no way"))).rejects.toThrow("no way");
  });

  it("counts assertions", () => {
    expect.assertions(1);
    expect(true).toBe(true);
  });

  it("can be extended", () => {
    expect.extend({
      toBeEven: (n: number) => ({ pass: n % 2 === 0, message: () => `expected ${n} to be even` }),
    });
    const extended = expect(4) as unknown as { toBeEven(): void };
    extended.toBeEven();
  });
});

describe("snapshots", () => {
  it("match in a file", () => {
    expect({ codes: ["SEA", "PDX"], hops: 1 }).toMatchSnapshot();
    expect("a second one").toMatchSnapshot("with a hint");
  });

  it("match inline", () => {
    expect({ codes: ["SEA", "PDX"], hops: 1 }).toMatchInlineSnapshot(`
      {
        "codes": [
          "SEA",
          "PDX",
        ],
        "hops": 1,
      }
    `);
  });

  it("match the message of an error", () => {
    expect(() => {
      throw new Error("Cannot send");
    }).toThrowErrorMatchingInlineSnapshot(`[Error: Cannot send]`);
  });
});

describe("vi", () => {
  it("makes functions that remember their calls", () => {
    const double = vi.fn((n: number) => n * 2);
    expect(double(4)).toBe(8);
    expect(double).toHaveBeenCalledExactlyOnceWith(4);
  });

  it("spies on methods and restores them", () => {
    const clock = { now: () => 1 };
    const spy = vi.spyOn(clock, "now").mockReturnValue(5);
    expect(clock.now()).toBe(5);
    spy.mockRestore();
    expect(clock.now()).toBe(1);
  });
});
