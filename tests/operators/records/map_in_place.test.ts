import { describe, expect, it } from "vitest";
import { columnsFrom } from "../../../batches/column_builder.ts";
import { mapInPlace } from "../../../operators/records/map_in_place.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";
import { checkResults } from "../../_support/operator_laws.ts";
import { recordsOf } from "../../_support/traffic.ts";

type Change = (record: never) => unknown;

/** What is sent for records at time 0. */
function changed(f: Change, records: unknown[] | Int32Array | Float64Array): unknown[] {
  const test = new OperatorTest(mapInPlace, { f: f as (record: unknown) => unknown });
  test.send("in", 0, records);
  return test.sent("out");
}

const numbers = (length: number) => Array.from({ length }, (_unused, i) => i);

describe("mapInPlace", () => {
  it("sends records as they are when its function returns nothing, in any form", () => {
    checkResults({
      operator: mapInPlace,
      config: { f: () => {} },
      expected: (traffic) =>
        traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery) })),
    });
  });

  it("sends what its function returns, in any form", () => {
    const f = (record: unknown) => typeof record === "number" ? record / 2 : [record];
    checkResults({
      operator: mapInPlace,
      config: { f },
      expected: (traffic) =>
        traffic.map((delivery) => ({ time: delivery.time, records: recordsOf(delivery).map(f) })),
    });
  });

  it("changes a copy, however deep, and leaves the record that others see", () => {
    const record = {
      list: [1, { deep: [2] }],
      map: new Map([[{ k: 1 }, new Set(["a"])]]),
      when: new Date(0),
      bytes: Uint8Array.of(1, 2),
      bare: Object.assign(Object.create(null), { n: 1 }),
    };
    const before = structuredClone(record);
    const [sent] = changed((own: typeof record) => {
      own.list.push(9);
      (own.list[1] as { deep: number[] }).deep[0] = 7;
      [...own.map.keys()][0].k = 2;
      [...own.map.values()][0].add("b");
      own.when.setTime(5);
      own.bytes[0] = 9;
      own.bare.n = 2;
    }, [record]) as (typeof record)[];
    expect(structuredClone(record)).toEqual(before);
    expect(sent.list).toEqual([1, { deep: [7] }, 9]);
    expect([...sent.map]).toEqual([[{ k: 2 }, new Set(["a", "b"])]]);
    expect(sent.when.getTime()).toBe(5);
    expect([...sent.bytes]).toEqual([9, 2]);
    expect(sent.bare.n).toBe(2);
    expect(Object.getPrototypeOf(sent.bare)).toBe(null);
  });

  it("keeps fields of any name, and holes", () => {
    const hostile = JSON.parse('{"__proto__": {"a": 1}, "constructor": [2]}');
    const sparse = [1, , 3];
    const [object, list] = changed(() => {}, [hostile, sparse]) as [object, unknown[]];
    expect(Object.keys(object)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(object, "__proto__")?.value).toEqual({ a: 1 });
    expect(1 in list).toBe(false);
    expect(list.length).toBe(3);
  });

  it("can change what columns hold, which stay as they were", () => {
    const column = columnsFrom({ name: "string", n: "i32" }, [{ name: "a", n: 1 }]);
    const test = new OperatorTest(mapInPlace, {
      f(record) {
        (record as { n: number }).n += 10;
      },
    });
    test.send("in", 0, column);
    test.send("in", 0, column);
    expect(test.sent("out")).toEqual([{ name: "a", n: 11 }, { name: "a", n: 11 }]);
    expect(column.values()).toEqual([{ name: "a", n: 1 }]);
  });

  it("keeps every number exactly, and those for which nothing is returned", () => {
    for (const length of [3, 100]) {
      for (const value of [-0, NaN, 2 ** 31, 0.5, "x", null]) {
        const f = (n: number) => n === 2 ? value : n === 1 ? undefined : n;
        for (const given of [numbers(length), Int32Array.from(numbers(length))]) {
          const sent = changed(f, given);
          expect(Object.is(sent[2], value)).toBe(true);
          expect(sent.toSpliced(2, 1)).toEqual(numbers(length).toSpliced(2, 1));
        }
      }
    }
  });

  it("sends nothing back into the numbers that it was given", () => {
    const given = Int32Array.from(numbers(100));
    expect(changed((n: number) => n + 1, given)).toEqual(numbers(101).slice(1));
    expect([...given]).toEqual(numbers(100));
  });

  it("refuses to change what only its class could copy, and names it", () => {
    class Account {
      balance = 5;
    }
    expect(() => changed(() => {}, [{ of: new Account() }])).toThrow(
      'MEANDER_COPY  Cannot copy {"balance":5} in "mapInPlace": it is no plain data, but of class ' +
        '"Account". Use map, and return a new record',
    );
  });

  it("names the record at which its function threw", () => {
    const f = (n: number) => {
      if (n === 40) throw new RangeError("forty");
      return n;
    };
    for (const given of [numbers(50), Int32Array.from(numbers(50))]) {
      expect(() => changed(f, given)).toThrow(
        'The function of "mapInPlace" threw at time 0 on record 40: RangeError: forty',
      );
    }
  });
});
