/** Operators that leave out the records at which they throw, held against working on every record alone. */
import fc from "fast-check";
import { z } from "zod";
import { describe, expect, it } from "vitest";
import { OperatorTest } from "meander/testing";
import { type Data, valuesOf } from "../../batches/data.ts";
import { columnsFrom } from "../../batches/column_builder.ts";
import {
  type AnyOperator,
  anyRecord,
  defineOperator,
  type Instance,
} from "../../operators/contract/definition.ts";
import { FAILED, toleranceOf, tolerant } from "../../plugins/tolerant.ts";

/** How a transform may give its results, and what it may say of its faults. */
interface Ways {
  readonly form: "rows" | "pooled" | "whole";
  readonly says: number | "right";
}

/** What one makes of a record: none, one or two, or nothing at all. */
function made(n: number): number[] {
  if (n % 7 === 3) throw n % 2 === 0 ? new TypeError(`not ${n % 14}`) : `odd ${n % 14}`;
  return n % 5 === 0 ? [] : n % 5 === 1 ? [n, -n] : [n * 2];
}

function operator({ form, says }: Ways): AnyOperator {
  return defineOperator({
    ...{ name: "made", version: "1.0.0", summary: "For tests", records: "one by one" },
    config: z.strictObject({}),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: ({ pool }) => {
      const transform = {
        length: 0,
        faultIndex: -1,
        apply(data: Data<unknown>, length: number): Data<unknown> {
          const all: number[] = [];
          const values = valuesOf(data);
          for (let i = 0; i < length; i++) {
            transform.faultIndex = says === "right" ? i : says;
            const { n = values[i] } = values[i] as { n?: unknown };
            const some = made(n as number);
            if (form !== "whole") all.push(...some);
          }
          transform.length = form === "whole" ? length : all.length;
          if (form === "whole") return data;
          if (form === "rows") return all;
          const buffer = pool.takeInt32(Math.max(1, all.length));
          buffer.set(all);
          return buffer;
        },
      };
      return { transform };
    },
  });
}

const ways: fc.Arbitrary<Ways> = fc.record({
  form: fc.constantFrom("rows", "pooled", "whole"),
  says: fc.oneof(fc.constant("right" as const), fc.integer({ min: -1, max: 9 })),
});
const numbers = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 });
const batches = fc.array(fc.tuple(numbers, fc.constantFrom("rows", "ints", "columns")), {
  maxLength: 5,
});

describe("An operator that is made tolerant", () => {
  it("does with every record what it does with it alone, and puts aside where it throws", () => {
    fc.assert(
      fc.property(ways, batches, fc.constantFrom("skip", "deadLetter"), (the, all, tolerance) => {
        const tested = new OperatorTest(tolerant(operator(the), tolerance), {});
        const right: unknown[] = [];
        const wrong: { reason: string; record: unknown }[] = [];
        all.forEach(([records, form], time) => {
          const rows = form === "columns" ? records.map((n) => ({ n })) : records;
          const data: Data<unknown> = form === "rows"
            ? rows
            : form === "ints"
            ? new Int32Array(records)
            : columnsFrom({ n: "f64" }, rows as { n: number }[]);
          tested.send("in", time, data);
          records.forEach((n, i) => {
            try {
              const some = made(n);
              right.push(...the.form === "whole" ? [rows[i]] : some);
            } catch (error) {
              const reason = error instanceof Error ? `TypeError: ${error.message}` : `"${error}"`;
              wrong.push({ reason, record: rows[i] });
            }
          });
        });
        expect(tested.sent("out")).toEqual(right);
        const counted = new Map<string, number>();
        for (const { reason } of wrong) counted.set(reason, (counted.get(reason) ?? 0) + 1);
        if (tolerance === "skip") expect(tested.dropped).toEqual(counted);
        else expect([tested.sent(FAILED as never), tested.dropped.size]).toEqual([wrong, 0]);
      }),
      { numRuns: 300 },
    );
  });

  it("tells at most ten reasons apart, and stands whatever is thrown", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const odd = new Proxy({}, {
      get() {
        throw proxy;
      },
    });
    const transform = {
      length: 0,
      faultIndex: 0,
      apply(data: Data<unknown>): Data<unknown> {
        const n = valuesOf(data)[0] as number;
        throw n === 0 ? proxy : n === 1 ? odd : n === 2 ? "x".repeat(5000) : new Error(`at ${n}`);
      },
    };
    const throwing = { ...operator({ form: "rows", says: 0 }), create: () => ({ transform }) };
    const tested = new OperatorTest(tolerant(throwing, "skip"), {});
    tested.send("in", 0, Array.from({ length: 100 }, (_unused, n) => n));
    expect(tested.dropped.size).toBe(11);
    expect(tested.dropped.get("it threw, for other reasons")).toBe(89);
    expect(Math.max(...[...tested.dropped.keys()].map(({ length }) => length))).toBe(1000);
  });

  it("has to have the short form, whatever it says", () => {
    const handlers: Instance<{ in: typeof anyRecord }> = { receive: { in: () => {} } };
    const lying = tolerant(
      { ...operator({ form: "rows", says: 0 }), create: () => handlers },
      "skip",
    );
    expect(toleranceOf(lying)).toBe("skip");
    expect(() => new OperatorTest(lying, {})).toThrow(
      /Cannot leave out records at which "made" throws: its operator says that it works record by record, and/,
    );
  });
});
