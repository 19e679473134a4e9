import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BoolColumn,
  ColumnBuilder,
  columnsFrom,
  dataLength,
  DictColumn,
  EncodedColumn,
  type Schema,
  StructColumn,
  valuesOf,
} from "../../batches/data.ts";
import { interpreted, shapeOf } from "../../batches/struct_shape.ts";
import { anyNumber } from "./arbitraries.ts";

const scalars = {
  i32: fc.integer(),
  f64: anyNumber,
  bool: fc.boolean(),
  string: fc.oneof(fc.string(), fc.constantFrom("", "a", "b", "\ud800")),
};
const anyType = fc.constantFrom("i32", "f64", "bool", "string");
const anyName = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "0",
    "a b",
    '"',
    "\u2028",
    "toString",
    "});throw 1;({",
  ),
);

/** A schema with records that fit it. */
const fitting = fc.uniqueArray(fc.tuple(anyName, anyType), {
  selector: ([name]) => name,
  maxLength: 6,
})
  .chain((fields) => {
    const row = fc.tuple(...fields.map(([, type]) => scalars[type] as fc.Arbitrary<unknown>))
      .map((values) => Object.fromEntries(fields.map(([name], f) => [name, values[f]])));
    return fc.record({
      schema: fc.constant(Object.fromEntries(fields) as Schema),
      rows: fc.array(row, { maxLength: 150, size: "max" }),
    });
  });

// toEqual looks at keys and values but treats an own `__proto__` specially; this does not.
function entriesOf(records: ArrayLike<unknown>): [string, unknown][][] {
  return Array.from(records, (record) => Object.entries(record as object).sort());
}

describe("columnsFrom", () => {
  it("stores any fitting records and gives them back as plain objects of their own", () => {
    fc.assert(fc.property(fitting, ({ schema, rows }) => {
      const column = columnsFrom(schema, rows as never[]) as unknown as StructColumn<object>;
      expect(column).toBeInstanceOf(StructColumn);
      expect(dataLength(column)).toBe(rows.length);
      const decoded = column.decode();
      expect(entriesOf(decoded)).toEqual(entriesOf(rows));
      expect(new Set(decoded).size).toBe(rows.length);
      for (const [i, record] of decoded.entries()) {
        expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
        expect(column.get(i)).not.toBe(record);
        expect(entriesOf([column.get(i)])).toEqual(entriesOf([record]));
      }
    }));
  });

  it("stores scalars", () => {
    expect(columnsFrom("i32", [1, -2147483648])).toEqual(Int32Array.of(1, -2147483648));
    expect(columnsFrom("f64", [-0, NaN, 0.5])).toEqual(Float64Array.of(-0, NaN, 0.5));
    expect(columnsFrom("bool", [true, false]).decode()).toEqual([true, false]);
    const strings = columnsFrom("string", ["b", "a", "b"]);
    expect([...strings.codes]).toEqual([0, 1, 0]);
    expect(strings.dictionary).toEqual(["b", "a"]);
    expect(columnsFrom("i32", []).length).toBe(0);
  });

  it("refuses values that do not fit, and names row, field and value", () => {
    const schema = { n: "i32", "odd name": "string" } as const;
    const good = { n: 1, "odd name": "a" };
    const refusals: [unknown, string][] = [
      [
        { n: 2 ** 31, "odd name": "" },
        'at row 1, field "n" (2147483648): the field holds a 32-bit',
      ],
      [{ n: 0.5, "odd name": "" }, 'field "n" (0.5)'],
      [{ n: -0, "odd name": "" }, 'field "n" (-0)'],
      [{ n: "1", "odd name": "" }, 'field "n" ("1")'],
      [{ n: 1, "odd name": null }, 'field "odd name" (null): the field holds a string'],
      [{ n: 1 }, 'field "odd name" ({"n":1}): the field is missing. Add it to the record'],
      [{ ...good, more: 5 }, 'field "more" (5): the schema has no such field'],
      [null, "at row 1 (null): the schema describes an object"],
      [7, "at row 1 (7)"],
    ];
    for (const [bad, message] of refusals) {
      expect(() => columnsFrom(schema, [good, bad as never])).toThrow(message);
    }
    expect(() => columnsFrom({ constructor: "string" }, [{} as never])).toThrow("is missing");
    expect(() => columnsFrom("bool", [true, 1 as never])).toThrow("at row 1 (1): the column holds");
    expect(() => columnsFrom("i64" as never, [])).toThrow("MEANDER_COLUMN_TYPE");
    expect(() => columnsFrom({ a: "toString" as never }, [])).toThrow('field "a" of the schema');
  });
});

describe("ColumnBuilder", () => {
  it("goes on after a refusal as if the record had not been there", () => {
    const builder = new ColumnBuilder({ a: "f64", b: "bool" });
    builder.push({ a: 1, b: true });
    expect(() => builder.push({ a: 2, b: 3 as never })).toThrow("MEANDER_COLUMN_VALUE");
    builder.push({ a: 4, b: false });
    expect(builder.length).toBe(2);
    expect(builder.take().decode()).toEqual([{ a: 1, b: true }, { a: 4, b: false }]);
    expect(builder.take().decode()).toEqual([]);
  });

  it("does not change columns it has handed out", () => {
    const builder = new ColumnBuilder({ s: "string", n: "i32" });
    builder.push({ s: "a", n: 1 });
    const first = builder.take();
    for (let i = 0; i < 70_000; i++) builder.push({ s: `s${i}`, n: i });
    const second = builder.take();
    builder.push({ s: "s5", n: 0 });
    const third = builder.take();
    expect(first.decode()).toEqual([{ s: "a", n: 1 }]);
    expect(second.get(69_999)).toEqual({ s: "s69999", n: 69_999 });
    expect(third.decode()).toEqual([{ s: "s5", n: 0 }]);
    // The large dictionary is not kept for ever.
    expect((third.field("s") as DictColumn).dictionary.length).toBe(1);
  });
});

describe("columns", () => {
  it("are read by valuesOf, decoded once", () => {
    const rows = [{ a: 1 }];
    const ints = Int32Array.of(1, 2);
    const column = columnsFrom({ a: "i32" }, rows);
    expect(valuesOf(rows)).toBe(rows);
    expect(valuesOf<number>(ints)).toBe(ints);
    expect(valuesOf(column)).toEqual(rows);
    expect(valuesOf(column)).toBe(valuesOf(column));
    expect(column.decode()).not.toBe(valuesOf(column));
  });

  it("may lie in storage larger than they are", () => {
    const inner = new DictColumn(Int32Array.of(0, 1, 99), ["a", "b"], 2);
    const flags = new BoolColumn(Uint8Array.of(0, 2, 1), 2);
    const column = new StructColumn([["s", inner], ["b", flags], ["n", new Float64Array(64)]], 2);
    expect(column.decode()).toEqual([{ s: "a", b: false, n: 0 }, { s: "b", b: true, n: 0 }]);
    expect(column.field("s")).toBe(inner);
    expect(column.names).toEqual(["s", "b", "n"]);
  });

  it("nest", () => {
    const inner = columnsFrom({ x: "i32" }, [{ x: 1 }, { x: 2 }]);
    const outer = new StructColumn<{ point: { x: number } }>([["point", inner]], 2);
    expect(outer.get(1)).toEqual({ point: { x: 2 } });
    expect(outer.decode()).toEqual([{ point: { x: 1 } }, { point: { x: 2 } }]);
  });

  it("refuse storage that is too small, codes without a string, and odd indexes and names", () => {
    expect(() => new BoolColumn(new Uint8Array(1), 2)).toThrow("MEANDER_COLUMN_STORAGE");
    expect(() => new DictColumn(new Int32Array(1), ["a"], 2)).toThrow("MEANDER_COLUMN_STORAGE");
    expect(() => new DictColumn(Int32Array.of(0, 1), ["a"])).toThrow("at record 1 (code 1)");
    expect(() => new DictColumn(Int32Array.of(-1), ["a"])).toThrow("at record 0 (code -1)");
    const ints = new Int32Array(2);
    expect(() => new StructColumn([["a", ints]], 3)).toThrow('field ("a"): it has 2 values');
    expect(() => new StructColumn([["a", ints], ["a", ints]], 2)).toThrow("stands there twice");
    expect(() => new StructColumn([], -1)).toThrow("MEANDER_COLUMN_LENGTH");
    const column = new StructColumn([["a", ints]], 2);
    expect(() => column.field("constructor")).toThrow("MEANDER_COLUMN_FIELD");
    for (const index of [-1, 2, 0.5, NaN]) {
      expect(() => column.get(index)).toThrow("MEANDER_COLUMN_INDEX");
      expect(() => new BoolColumn(new Uint8Array(2)).get(index)).toThrow("MEANDER_COLUMN_INDEX");
    }
  });

  it("build the same objects where code generation is forbidden", () => {
    fc.assert(fc.property(fitting, ({ schema, rows }) => {
      const column = columnsFrom(schema, rows as never[]) as unknown as StructColumn<object>;
      const fields = column.names.map((name) => column.field(name));
      const decoded = fields.map((field) =>
        field instanceof EncodedColumn ? field.decode() : field
      );
      const slow = interpreted(column.names);
      expect(entriesOf(slow.rows(decoded, rows.length))).toEqual(entriesOf(column.decode()));
      if (rows.length > 0) expect(entriesOf([slow.row(fields, 0)])).toEqual(entriesOf([rows[0]]));
    }));
  });

  it("share one constructor per shape", () => {
    const ints = new Int32Array(1);
    expect(shapeOf(["a"], [ints])).toBe(shapeOf(["a"], [new Float64Array(1)]));
    expect(shapeOf(["a"], [ints])).not.toBe(shapeOf(["b"], [ints]));
    expect(shapeOf(["a"], [ints])).not.toBe(shapeOf(["a"], [new BoolColumn(new Uint8Array(1))]));
  });
});
