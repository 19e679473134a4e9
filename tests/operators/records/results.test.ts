import { describe, expect, it } from "vitest";
import type { AnyOperator } from "../../../operators/contract/definition.ts";
import { okErr } from "../../../operators/records/ok_err.ts";
import {
  andThen,
  err,
  mapErr,
  mapOk,
  ok,
  unwrapOrElse,
} from "../../../operators/records/results.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

// deno-lint-ignore no-explicit-any
type AnyTest = OperatorTest<any, any, any>;

const made = (operator: AnyOperator, config: unknown = {}): AnyTest =>
  new OperatorTest(operator, config as never);

/** What is sent at time 0 for these records. */
function sent(operator: AnyOperator, config: unknown, records: readonly unknown[]): unknown[] {
  const test = made(operator, config);
  test.send("in", 0, records);
  return test.sent("out");
}

const mixed = [{ ok: 1 }, { err: "no" }, { ok: undefined }, { err: undefined }, { ok: { err: 2 } }];

describe("operators on results", () => {
  it("ok and err keep one side, in order, also when the value is undefined", () => {
    expect(sent(ok, {}, mixed)).toEqual([1, undefined, { err: 2 }]);
    expect(sent(err, {}, mixed)).toEqual(["no", undefined]);
  });

  it("ok sends nothing for a batch of failures", () => {
    const test = made(ok);
    test.send("in", 0, [{ err: 1 }]);
    test.send("in", 0, Array.from({ length: 100 }, () => ({ err: 1 })));
    expect(test.batches("out")).toEqual([]);
  });

  it("keep numbers exactly, whatever form they take, in batches of any length", () => {
    for (const length of [1, 31, 32, 64, 65, 3000]) {
      const values = Array.from({ length }, (_unused, i) => i % 5 === 4 ? 0.5 + i : i - 20);
      const results = values.map((value) => ({ ok: value }));
      const test = made(ok);
      for (let batch = 0; batch < 3; batch++) test.send("in", batch, results);
      expect(test.batches("out")).toEqual(
        [0, 1, 2].map((time) => ({ time, records: values })),
      );
    }
    const awkward = [-0, NaN, 2 ** 31, Infinity, 1e300];
    const many = Array.from({ length: 50 }, (_unused, i) => awkward[i % awkward.length]);
    expect(sent(ok, {}, many.map((value) => ({ ok: value })))).toEqual(many);
  });

  it("mapOk and mapErr change one side and pass on the other as it is", () => {
    const [good, bad] = [{ ok: 1 }, { err: "no" }];
    const doubled = sent(mapOk, { f: (n: number) => n * 2 }, [good, bad]);
    expect(doubled).toEqual([{ ok: 2 }, { err: "no" }]);
    expect(doubled[1]).toBe(bad);
    const told = sent(mapErr, { f: (text: string) => `${text}!` }, [good, bad]);
    expect(told).toEqual([{ ok: 1 }, { err: "no!" }]);
    expect(told[0]).toBe(good);
  });

  it("andThen goes on with values, which may fail then, and asks nothing of what has failed", () => {
    const asked: unknown[] = [];
    const f = (n: number) => {
      asked.push(n);
      return n > 1 ? { ok: n - 1 } : { err: "small" };
    };
    expect(sent(andThen, { f }, [{ ok: 5 }, { ok: 1 }, { err: "no" }])).toEqual([
      { ok: 4 },
      { err: "small" },
      { err: "no" },
    ]);
    expect(asked).toEqual([5, 1]);
  });

  it("unwrapOrElse has something for each", () => {
    const f = (text: string) => text.length;
    expect(sent(unwrapOrElse, { f }, [{ ok: "v" }, { err: "four" }])).toEqual(["v", 4]);
  });

  it("refuse what is no result, or both at once, with the time", () => {
    const f = () => ({ ok: 1 });
    for (const [operator, config] of [[ok, {}], [err, {}], [mapOk, { f }]] as const) {
      for (const wrong of [7, null, "ok", {}, { ok: 1, err: 2 }, []]) {
        const test = made(operator, config);
        expect(() => test.send("in", 3, [{ ok: 1 }, wrong])).toThrow(
          `MEANDER_RESULT  Cannot take ${JSON.stringify(wrong)} for a result in ` +
            `"${operator.name}" at time 3: a result has either a field "ok" or a field "err"`,
        );
        expect(test.sent("out")).toEqual([]);
      }
    }
    expect(() => sent(andThen, { f: () => 5 }, [{ ok: 1 }])).toThrow("Cannot take 5 for a result");
  });

  it("name the record at which the function threw", () => {
    const f = () => {
      throw new Error("bad");
    };
    for (const [operator, record] of [[mapOk, { ok: 1 }], [mapErr, { err: 1 }]] as const) {
      expect(() => sent(operator, { f }, [record])).toThrow(
        `The function of "${operator.name}" threw at time 0 on record ${JSON.stringify(record)}: ` +
          "Error: bad",
      );
    }
  });
});

describe("okErr", () => {
  const parse = (text: unknown) =>
    Number.isNaN(Number(text)) ? { err: text } : { ok: Number(text) };

  it("sends values and reasons apart, each in order and at its own time", () => {
    const test = made(okErr, { f: parse });
    test.send("in", 2, ["1", "x", "3", "y"]);
    test.send("in", 0, ["2"]);
    expect(test.batches("ok")).toEqual([{ time: 2, records: [1, 3] }, { time: 0, records: [2] }]);
    expect(test.batches("err")).toEqual([{ time: 2, records: ["x", "y"] }]);
  });

  it("sends at most one batch on each side for a batch, whatever its length and the budget", () => {
    const test = new OperatorTest(okErr, { f: parse }, { budget: 1, capacity: 1 });
    const texts = Array.from({ length: 3000 }, (_unused, i) => i % 3 === 0 ? "x" : String(i));
    test.send("in", 0, texts);
    expect(test.batches("ok").map(({ records }) => records.length)).toEqual([2000]);
    expect(test.batches("err").map(({ records }) => records.length)).toEqual([1000]);
    expect(test.sent("ok").slice(0, 3)).toEqual([1, 2, 4]);
    expect(test.slices).toBe(1);
  });

  it("sends nothing of a batch in which its function threw or gave no result", () => {
    const f = (n: unknown) => {
      if (n === 3) throw new Error("three");
      return n === 4 ? { neither: 1 } : { ok: n };
    };
    const test = made(okErr, { f });
    expect(() => test.send("in", 0, [1, 2, 3])).toThrow(
      "threw at time 0 on record 3: Error: three",
    );
    expect(() => test.send("in", 0, [1, 2, 4])).toThrow('Cannot take {"neither":1} for a result');
    expect([...test.sent("ok"), ...test.sent("err")]).toEqual([]);
    test.send("in", 0, [7]);
    expect(test.sent("ok")).toEqual([7]);
  });
});
