import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DictColumn, StructColumn } from "../../../batches/data.ts";
import { parseInteger, parseNumber } from "../../../operators/connectors/csv_numbers.ts";
import type { RecordType } from "../../../operators/contract/record_type.ts";
import { decode, formatOf, messageOf, objectType, told } from "./support.ts";

const string: RecordType = { kind: "string" };
const flight = objectType({
  id: { kind: "integer" },
  price: { kind: "number" },
  ok: { kind: "boolean" },
  name: string,
});
const maybe = objectType({
  id: { kind: "optional", of: { kind: "integer" } },
  name: { kind: "optional", of: string },
  at: { kind: "datetime" },
});
const header = "id,price,ok,name\n";

function read(input: string, schema?: RecordType, config: object = {}): unknown[] {
  const { records, bad } = decode("csv", { input, config, ...(schema && { schema }) });
  expect(bad).toEqual([]);
  return records;
}

/** What is said of the lines behind the header. */
function faults(lines: string): [string, string][] {
  return decode("csv", { input: header + lines, schema: flight }).bad.map(told);
}

describe("csv", () => {
  it("reads columns of numbers, booleans and strings", () => {
    const { data, records } = decode("csv", {
      input: header + '1,1.5,true,a\n-2,1e5,false,"b ""c"""\n',
      schema: flight,
    });
    expect(records).toEqual([
      { id: 1, price: 1.5, ok: true, name: "a" },
      { id: -2, price: 100_000, ok: false, name: 'b "c"' },
    ]);
    const [column] = data as StructColumn<unknown>[];
    expect(column).toBeInstanceOf(StructColumn);
    expect(column.field("id")).toEqual(Int32Array.of(1, -2));
    expect(column.field("price")).toBeInstanceOf(Float64Array);
    expect(column.field("name")).toBeInstanceOf(DictColumn);
  });

  it("goes over to doubles with the first integer that needs one", () => {
    const input = header +
      "1,0,true,a\n3000000000,0,true,a\n-0,0,true,a\n9007199254740991,0,true,a\n";
    const { data, records } = decode("csv", { input, schema: flight });
    expect((data[0] as StructColumn<unknown>).field("id")).toBeInstanceOf(Float64Array);
    expect(records.map((record) => (record as { id: number }).id)).toEqual([
      1,
      3_000_000_000,
      0,
      9_007_199_254_740_991,
    ]);
  });

  it("finds columns by name, in any order, and reads no others", () => {
    expect(read('x,name,ok,price,id\n"a\nb",n,true,2,1\n', flight)).toEqual([
      { id: 1, price: 2, ok: true, name: "n" },
    ]);
  });

  it("reads strings of all columns without a schema", () => {
    expect(read("b,a\n1,\n")).toEqual([{ b: "1", a: "" }]);
    expect(Object.entries(read("__proto__,constructor\n1,2\n")[0] as object)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });

  it("reads files without a header", () => {
    expect(read("1;2\n3;4\n", undefined, { header: false, delimiter: ";" })).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(read("1,2,true,x\n", flight, { header: false })).toEqual([
      { id: 1, price: 2, ok: true, name: "x" },
    ]);
    expect(read("1,2\n", undefined, { header: ["a", "b"] })).toEqual([{ a: "1", b: "2" }]);
  });

  it("tells an empty optional field from an empty string in quotes", () => {
    const input =
      'id,name,at\n,,2026-01-01\n7,"",2026-01-01T01:00:00Z\n,x,2026-01-01T01:00+01:00\n';
    const day = Date.UTC(2026, 0, 1);
    expect(read(input, maybe)).toEqual([
      { id: null, name: null, at: day },
      { id: 7, name: "", at: day + 3_600_000 },
      { id: null, name: "x", at: day },
    ]);
  });

  it("keeps optional fields apart from those of rows that are refused", () => {
    const rows = Array.from(
      { length: 10_000 },
      (_, n) => `${n % 3 ? n : ""},n${n},${n % 5 ? "2026-01-01" : "x"}\n`,
    );
    const { records, bad } = decode("csv", {
      input: "id,name,at\n" + rows.join(""),
      schema: maybe,
    });
    expect(bad).toHaveLength(2000);
    expect(records).toEqual(
      rows.flatMap((_, n) =>
        n % 5 ? [{ id: n % 3 ? n : null, name: `n${n}`, at: Date.UTC(2026, 0, 1) }] : []
      ),
    );
  });

  it("gives up a dictionary of strings that are all different, and keeps one of few", () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `${n}-é,${n % 7}\n`);
    const { data, records } = decode("csv", { input: "a,b\n" + rows.join("") });
    expect(records).toEqual(rows.map((_, n) => ({ a: `${n}-é`, b: String(n % 7) })));
    const last = data.at(-1) as StructColumn<unknown>;
    expect((last.field("a") as DictColumn).dictionary.length).toBeLessThan(5000);
    expect((last.field("b") as DictColumn).dictionary).toHaveLength(7);
  });

  it("reads nothing of an empty file, and a field of 2 MB", () => {
    expect(read("", flight)).toEqual([]);
    expect(read(header, flight)).toEqual([]);
    const long = "x\n".repeat(1_000_000);
    const { records } = decode("csv", { input: `a,b\n"${long}",1\n`, cuts: [65_536] });
    expect(records).toEqual([{ a: long, b: "1" }]);
  });
});

describe("a bad row of csv", () => {
  const cannot = "Correct the field, or declare another type in the schema";
  const write = "Write it as 12, -0.5 or 1e6, without blanks and commas";
  it.each([
    ["x,1,true,y", `2:1: id is "x", not an integer. ${cannot}`],
    ["1e5,1,true,y", `2:1: id is "1e5", not an integer. ${cannot}`],
    [
      "1,,true,y",
      "2:3: price is empty, not a number. " +
      "Fill it in, or declare the field as optional in the schema",
    ],
    ['1," 2",true,y', `2:3: price is " 2", not a number. ${write}`],
    ["1,0x1,true,y", `2:3: price is "0x1", not a number. ${write}`],
    ["1,2,yes,y", `2:5: ok is "yes", not true or false. ${cannot}`],
    [
      "12345678901234567890,1,true,x",
      '2:1: id is "12345678901234567890", an integer beyond 2^53 that would be rounded. ' +
      "Declare the field as string in the schema",
    ],
    [
      "1,9007199254740993,true,x",
      '2:3: price is "9007199254740993", an integer beyond 2^53 that would be rounded. ' +
      "Declare the field as string in the schema",
    ],
    [
      "1,1e999,true,x",
      '2:3: price is "1e999", which is too large for a number. Declare the field as string in the schema',
    ],
    [
      "1,2,true",
      "2:1: has 3 fields instead of the 4 of the header. " +
      'Add what is missing, and be it only a comma (",") for an empty field',
    ],
    [
      "1,2,true,a,b",
      '2:1: has 5 fields instead of the 4 of the header. Quote a field that contains a comma (",")',
    ],
    [
      '1,2,true,"open\n2,3,true,a",5',
      "2:1: has 5 fields instead of the 4 of the header; a quoted field of it goes over several lines " +
      "from line 2 on. Look for a closing quote that is missing in line 2",
    ],
    [
      '1,2,true,"open\n2,3,true,"y"',
      "3:11: has text after the closing quote of a field that begins in line 2. " +
      "Look for a closing quote that is missing in line 2; a quote that is content is doubled",
    ],
    [
      '1,2,true,"é"b',
      "2:13: has text after the closing quote of a field. " +
      "Double each quote that is content, or remove what follows",
    ],
    [
      '1,2,true,é"b',
      "2:11: has a quote inside of a field that does not begin with one. " +
      "Quote the whole field and double each quote in it",
    ],
  ])("is told: %j", (lines, text) => {
    expect(faults(lines + "\n5,5,true,after\n")).toEqual([[text, lines]]);
    const { records } = decode("csv", {
      input: `${header}${lines}\n5,5,true,after`,
      schema: flight,
    });
    expect(records).toEqual([{ id: 5, price: 5, ok: true, name: "after" }]);
  });

  it("may be all that follows an open quote", () => {
    expect(faults('1,2,true,x\n2,2,true,"open\n3,2,true,y\n')).toEqual([[
      "3:10: has a quoted field that begins here and never ends. " +
      "Close the quote or, if it is content, quote the whole field and double each quote in it",
      '2,2,true,"open\n3,2,true,y',
    ]]);
  });

  it("ends at the limit when its quote does not", () => {
    const { bad, records } = decode("csv", {
      input: 'a,b\n1,"xxxxxxxxxxxx\nyyyy\nzzzz\n5,6\n',
      config: { maxLineBytes: 20 },
    });
    expect(bad.map(told)).toEqual([[
      "2:3: is part of a record longer than 20 bytes, with a quoted field that begins here. " +
      "Look for a closing quote that is missing in this line, or raise maxLineBytes",
      '1,"xxxxxxxxxxxx\nyyyy\nzzzz… (cut off: longer than 20 bytes)',
    ]]);
    expect(records).toEqual([{ a: "5", b: "6" }]);
  });
});

describe("a csv file that cannot be read at all", () => {
  it.each([
    [
      "id,prize,ok,nam\n",
      'line 1: it has no column "price" (did you mean "prize"?) and no column "name" ' +
      '(did you mean "nam"?) in its header: there is "id", "prize", "ok", "nam". ' +
      "Correct the names in the schema, or set header to false or to the names when the first line is data",
    ],
    [
      "\na,b,a\n",
      'line 2: it has two columns named "a" in its header, the 1st and the 3rd. ' +
      "Rename one of them, or give all names in the configuration as header",
    ],
    [
      'id,"price\n',
      "line 1: it has a header that cannot be read: it has a quoted field that begins here and never ends. " +
      "Close the quote or, if it is content, quote the whole field and double each quote in it",
    ],
  ])("is refused: %j", (input, text) => {
    expect(messageOf(() => decode("csv", { input, schema: flight }))).toBe(
      `MEANDER_INPUT  Cannot read the input, at ${text}`,
    );
  });
});

describe("numbers of csv", () => {
  const utf8 = new TextEncoder();
  const numberOf = (text: string) => parseNumber(utf8.encode(text), 0, text.length);
  const integerOf = (text: string) => parseInteger(utf8.encode(text), 0, text.length);

  it("are those of the language", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const isBig = Number.isInteger(value) && !Number.isSafeInteger(value);
      const text = String(value);
      fc.pre(!isBig || text.includes("e"));
      expect(numberOf(text)).toBe(Number(text));
    }));
    fc.assert(fc.property(fc.maxSafeInteger(), fc.nat(12), (value, point) => {
      const digits = String(Math.abs(value)).padStart(point + 1, "0");
      const text = `${digits.slice(0, digits.length - point)}.${
        digits.slice(digits.length - point)
      }0`;
      expect(numberOf(text)).toBe(Number(text));
      expect(integerOf(String(value))).toBe(value);
      expect(numberOf(String(value))).toBe(value);
    }));
  });

  it("are refused in other forms", () => {
    for (
      const text of [
        "",
        "-",
        "+1",
        ".5",
        "5.",
        "1.2.3",
        "1e",
        "e5",
        " 1",
        "1 ",
        "0x1",
        "1_0",
        "NaN",
      ]
    ) {
      expect(numberOf(text)).toBeNaN();
      expect(integerOf(text)).toBeNaN();
    }
    expect(integerOf("1.0")).toBeNaN();
    expect(integerOf("-9007199254740992")).toBeNaN();
    expect(numberOf("-9007199254740992")).toBeNaN();
  });
});

describe("writing csv", () => {
  const write = (records: unknown[], config?: object, type?: RecordType) => {
    const format = formatOf("csv");
    const encoder = format.encoder!(format.config.parse(config ?? {}), type);
    return encoder.encode(records) + encoder.finish();
  };

  it("writes a header, and quotes where it has to", () => {
    expect(
      write([{ a: 1, "b,": 'x "y"', c: null, d: { e: [1] } }, {
        a: true,
        "b,": "",
        c: "\n",
        d: "",
      }]),
    )
      .toBe('a,"b,",c,d\n1,"x ""y""",,"{""e"":[1]}"\ntrue,,"\n",\n');
    expect(write([{ a: "" }, { a: 1 }], { header: false })).toBe('""\n1\n');
    expect(write([{ a: "1;2", b: "," }], { delimiter: ";" })).toBe('a;b\n"1;2";,\n');
    expect(write([{ a: 1, b: 2, c: 3 }], { columns: ["c", "a"] })).toBe("c,a\n3,1\n");
    expect(write([], {}, flight)).toBe("id,price,ok,name\n");
  });

  it("writes what it reads", () => {
    const records = fc.array(fc.record({
      id: fc.option(fc.maxSafeInteger()),
      name: fc.option(fc.string({ unit: "binary", maxLength: 8 })),
    }));
    const type = objectType({
      id: { kind: "optional", of: { kind: "integer" } },
      name: { kind: "optional", of: string },
    });
    fc.assert(fc.property(records, (records) => {
      fc.pre(
        records.every(({ name }) => name === null || (name.isWellFormed() && !name.includes("\0"))),
      );
      const all = records.map(({ id, name }) => ({ id: id === null ? null : id + 0, name }));
      expect(read(write(all, {}, type), type)).toEqual(all);
    }));
  });

  it.each<[unknown[], string]>([
    [
      [{ a: 1 }, { a: 2, b: 3 }],
      "record 2 as CSV, at b (3): the header, which is written already, has no such column. " +
      "Name all columns in the configuration as columns, or drop the field first",
    ],
    [
      [{ a: 1 }, { b: 3 }],
      'record 2 as CSV ({"b":3}): it has no field "a", but the header has. ' +
      "Give all records the same fields, null where one is missing",
    ],
    [[5], "record 1 as CSV (5): a row needs an object. Map the records to objects first"],
    [
      [{ a: NaN }],
      "record 1 as CSV, at a (NaN): readers of CSV know no such number. " +
      "Filter such records out, or use null",
    ],
    [
      [{ a: undefined }],
      "record 1 as CSV, at a (undefined): a field has to have a value. Use null for no value",
    ],
  ])("refuses what does not fit: %j", (records, text) => {
    expect(messageOf(() => write(records))).toBe(`MEANDER_ENCODE  Cannot write ${text}`);
  });
});
