import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFault } from "../../../operators/connectors/json_scan.ts";
import { hasRiskyNumber, isRiskyLine } from "../../../operators/connectors/risky_numbers.ts";
import type { RecordType } from "../../../operators/contract/record_type.ts";
import { decode, formatOf, messageOf, objectType, told } from "./support.ts";

const person = objectType({
  id: { kind: "integer" },
  name: { kind: "optional", of: { kind: "string" } },
  born: { kind: "optional", of: { kind: "datetime" } },
  tags: { kind: "optional", of: { kind: "list", of: { kind: "string" } } },
});

function read(input: string, schema?: RecordType): unknown[] {
  const { records, bad } = decode("ndjson", { input, ...(schema && { schema }) });
  expect(bad).toEqual([]);
  return records;
}

function faults(input: string, schema?: RecordType): [string, string][] {
  return decode("ndjson", { input, ...(schema && { schema }) }).bad.map(told);
}

/** What is said of a line, without its raw text, which is the line. */
function fault(line: string, schema?: RecordType): string {
  const [[text, raw]] = faults(line, schema);
  expect(raw).toBe(line);
  return text;
}

const whole =
  "Write one whole value on each line, as `jq -c .` does (`jq -c '.[]'` for one list of records)";
const numbers = "Write a number as 12, -0.5 or 1e6, and other values as strings";

describe("ndjson without a schema", () => {
  it("reads any value and skips blank lines", () => {
    expect(read('{"a":1}\r\n\n \t\r\n[2]\n"x"\nnull\n-1.5e3')).toEqual([
      { a: 1 },
      [2],
      "x",
      null,
      -1500,
    ]);
    expect(read("")).toEqual([]);
  });

  it("keeps keys that objects inherit as data, and the last of equal keys", () => {
    const [record] = read('{"__proto__":{"x":1},"constructor":2,"a":1,"a":3}') as object[];
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    expect(Object.entries(record)).toEqual([["__proto__", { x: 1 }], ["constructor", 2], ["a", 3]]);
  });

  it("says where the lines stand that records came from", () => {
    const { spans, lines } = decode("ndjson", { input: "\n1\n2\n\nx\n3\n" });
    expect(spans).toEqual([{ first: 2, last: 3 }, { first: 6, last: 6 }]);
    expect(lines).toBe(6);
  });

  it("goes on after a bad record, and keeps the order", () => {
    const { order } = decode("ndjson", { input: "1\nx\n2" });
    expect(order).toMatchObject([1, { line: 2, raw: "x" }, 2]);
  });

  it("reads a line of 10 MB", () => {
    const long = "x".repeat(10_000_000);
    expect(read(`{"a":"${long}"}\n1`)).toEqual([{ a: long }, 1]);
  });

  it.each([
    ['{"a":1,}', '1:8: is no JSON: nothing follows the comma before this "}". Remove the comma'],
    ['{"a":', `1:6: is no JSON: the line ends where a "}" is still missing. ${whole}`],
    ["[", `1:2: is no JSON: the line ends where a "]" is still missing. ${whole}`],
    ['"a": 1', `1:4: is no JSON: ":" follows after the end of the value. ${whole}`],
    ['{"a":1} x', `1:9: is no JSON: "x" follows after the end of the value. ${whole}`],
    ["}", `1:1: is no JSON: "}" stands where a value is expected. ${whole}`],
    ["nope", "1:1: is no JSON: nope is no value. Put strings in double quotes"],
    ["{a:1}", '1:2: is no JSON: "a" stands where a key is expected. Put keys in double quotes'],
    ['{"a" 1}', '1:6: is no JSON: a colon is missing after the key "a"'],
    ['{"a":1 "b":2}', '1:8: is no JSON: a comma or "}" is missing before a quote'],
    ['"abc', `1:1: is no JSON: the string that begins here has no closing quote. ${whole}`],
    [
      '"\\x"',
      '1:2: is no JSON: the string contains \\x, which is no escape. Write a backslash as "\\\\"',
    ],
    [
      '{"ä😀":"\u0001"}',
      "1:8: is no JSON: the string contains the character U+0001, which has to be escaped. " +
      "Write \\u0001 instead",
    ],
    ["01", "1:1: is no JSON: 01 is no number. Write numbers without leading zeros"],
    [".5", `1:1: is no JSON: .5 is no number. ${numbers}`],
    ["NaN", "1:1: is no JSON: NaN is no value. Write null where there is no number"],
    [
      '{"a":-Infinity}',
      "1:6: is no JSON: -Infinity is no number. Write null where there is no number",
    ],
    ["[None]", "1:2: is no JSON: None is no value. Write null"],
    [
      '{"user":{"ids":[1,-12345678901234567890]}}',
      "1:19: user.ids[1] is -12345678901234567890, an integer beyond 2^53 that would be rounded. " +
      "Write it as a string and declare it so",
    ],
    [
      "9007199254740993",
      "1:1: the value is 9007199254740993, an integer beyond 2^53 that would be rounded. " +
      "Write it as a string and declare it so",
    ],
    [
      '{"a":1e999}',
      "1:6: a is 1e999, which is too large for a number. Write it as a string and declare it so",
    ],
  ])("says of %j what is wrong", (line, text) => {
    expect(fault(line)).toBe(text);
  });
});

describe("ndjson with a schema", () => {
  it("reads the fields of the schema and no others", () => {
    expect(read('{"z":123456789012345678901,"name":"x","id":2}\n{"id":1}', person)).toEqual([
      { id: 2, name: "x", born: null, tags: null },
      { id: 1, name: null, born: null, tags: null },
    ]);
  });

  it("makes milliseconds of dates, UTC where no zone is given", () => {
    const born = (text: string) => read(`{"id":1,"born":"${text}"}`, person)[0];
    expect(born("1970-01-02")).toMatchObject({ born: 86_400_000 });
    expect(born("1970-01-01T00:00:01.5")).toMatchObject({ born: 1500 });
    expect(born("1970-01-01 01:00:00+01:00")).toMatchObject({ born: 0 });
    expect(born("2026-11-21T20:15:00.123456Z")).toMatchObject({
      born: Date.parse("2026-11-21T20:15:00.123Z"),
    });
  });

  it("takes names that objects inherit for fields", () => {
    const schema = objectType({
      ["constructor"]: { kind: "integer" as const },
      ["__proto__"]: { kind: "optional" as const, of: { kind: "string" as const } },
    });
    expect(
      read('{"constructor":1,"x":0}', schema).map((record) => Object.entries(record as object)),
    )
      .toEqual([[["constructor", 1]].concat([["__proto__", null as never]])]);
    expect(fault("{}", schema)).toBe(
      '1:1: the record has no field "constructor". Declare it as optional in the schema, ' +
        "or correct the record",
    );
  });

  it.each([
    [
      '{"name":"x"}',
      '1:1: the record has no field "id". Declare it as optional in the schema, or correct the record',
    ],
    [
      '{"name":"x","id":"7"}',
      '1:18: id is "7", not an integer. Correct the record, or declare another type in the schema',
    ],
    [
      '{"id":1.5}',
      "1:7: id is 1.5, not an integer. Correct the record, or declare another type in the schema",
    ],
    [
      '{"id":null}',
      "1:7: id is null, not an integer. Declare it as optional in the schema, or correct the record",
    ],
    [
      '{"id":12345678901234567890}',
      "1:7: id is 12345678901234567890, an integer beyond 2^53 that would be rounded. " +
      "Write it as a string and declare it so",
    ],
    [
      '{"id":1,"tags":["a",3]}',
      "1:21: tags[1] is 3, not a string. Correct the record, or declare another type in the schema",
    ],
    [
      '{"id":1,"born":"2026-02-30"}',
      '1:16: born is "2026-02-30", not a date and time. ' +
      "Write it as 2026-11-21 or 2026-11-21T20:15:00Z, a zone as +01:00",
    ],
    [
      "[1]",
      "1:1: the record is [1], not an object. Correct the record, or declare another type in the schema",
    ],
  ])("says of %j what is wrong", (line, text) => {
    expect(fault(line, person)).toBe(text);
  });
});

describe("a number that a double cannot hold", () => {
  it("is noticed wherever it stands", () => {
    const noise = fc.array(
      fc.constantFrom("1", "12", "e", "E", "+", ".", "-", ",", "x", "é", "123", "e12", "0.5"),
      { maxLength: 12, size: "max" },
    ).map((parts) => parts.join(""));
    const large = fc.constantFrom(
      "9007199254740992",
      "-12345678901234567",
      "1e999",
      "2E+400",
      "-9e309",
    );
    fc.assert(fc.property(noise, noise, large, (before, after, number) => {
      const line = `["${before}",${number},"${after}"]`;
      expect(hasRiskyNumber(new TextEncoder().encode(line))).toBe(true);
      expect(isRiskyLine(line)).toBe(true);
      expect(findFault(line)?.why).toMatch(/^\[1\] is /);
    }));
  });

  it("is none when it only has many digits behind its point", () => {
    expect(read("[0.12345678901234567890,9007199254740991,1234567890123456.5,1e-400]"))
      .toHaveLength(1);
    expect(read('["12345678901234567890 1e999",12345678901234567e0]')).toHaveLength(1);
  });
});

describe("writing ndjson", () => {
  const write = (...records: unknown[]) => {
    const encoder = formatOf("ndjson").encoder!({});
    return encoder.encode(records) + encoder.finish();
  };

  it("writes a line for each record", () => {
    expect(write({ a: 1, b: -0 }, [1, "x\n"], "é", null)).toBe(
      '{"a":1,"b":0}\n[1,"x\\n"]\n"é"\nnull\n',
    );
  });

  it.each<[text: string, record: unknown]>([
    [
      ", at a.b[1] (NaN): JSON has no such number. Filter such records out, or use null",
      { a: { b: [1, NaN] } },
    ],
    [" (-Infinity): JSON has no such number. Filter such records out, or use null", -Infinity],
    [', at ["x y"] (1n): JSON readers would round it. Use a number or a string', { "x y": 1n }],
    [
      ", at a (undefined): JSON would lose it. Use null, or leave the field out",
      { a: undefined },
    ],
    [" ({}): JSON has no Map. Map the records first to ones without it", new Map()],
    [
      ", at [0] (Symbol(Symbol.iterator)): JSON has no symbol. " +
      "Map the records first to ones without it",
      [Symbol.iterator],
    ],
  ])("refuses what JSON cannot hold%s", (text, record) => {
    expect(messageOf(() => write("fine", record))).toBe(
      `MEANDER_ENCODE  Cannot write record 2 as JSON${text}`,
    );
  });

  it("refuses what contains itself", () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(messageOf(() => write(loop))).toContain(
      "nested deeper than 500 levels, or contains itself",
    );
  });

  it("writes what it reads", () => {
    fc.assert(fc.property(fc.array(fc.jsonValue()), (values) => {
      const text = values.map((value) => JSON.stringify(value) + "\n").join("");
      const { records, bad } = decode("ndjson", { input: text });
      fc.pre(bad.length === 0);
      expect(write(...records)).toBe(text);
    }));
  });
});
