import { describe, expect, it } from "vitest";
import { formats } from "../../../operators/connectors/catalog.ts";
import { UnreadableInput } from "../../../operators/connectors/format.ts";
import { formatType, type RecordType } from "../../../operators/contract/record_type.ts";
import { decode, formatOf, messageOf, objectType, told } from "./support.ts";

const utf8 = new TextEncoder();

/** Text and single bytes in a row. */
function bytes(...parts: (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => typeof part === "number" ? [part] : [...utf8.encode(part)]),
  );
}

function write(name: keyof typeof formats, records: unknown[], config: object = {}): string {
  const format = formatOf(name);
  const encoder = format.encoder!(format.config.parse(config));
  return encoder.encode(records) + encoder.finish();
}

describe("lines", () => {
  it("are records, empty ones and the last one too", () => {
    expect(decode("lines", { input: "a\r\n\n b \r\r\nc" }).records).toEqual([
      "a",
      "",
      " b \r",
      "c",
    ]);
    expect(decode("lines", { input: "" }).records).toEqual([]);
    expect(decode("lines", { input: "\n" }).records).toEqual([""]);
  });

  it("come in batches of some thousand", () => {
    const { data, spans, lines } = decode("lines", { input: "x\n".repeat(10_000) });
    expect(data.map(({ length }) => length)).toEqual([4096, 4096, 1808]);
    expect(spans[1]).toEqual({ first: 4097, last: 8192 });
    expect(lines).toBe(10_000);
  });

  it("that are longer than the limit are bad, and cut off", () => {
    const { order } = decode("lines", {
      input: "12345\n123456789\nx\n" + "é".repeat(1000),
      config: { maxLineBytes: 5 },
    });
    const hint = "Check that the file has line ends, or raise maxLineBytes";
    const why = "is longer than 5 bytes";
    expect(order).toEqual([
      "12345",
      { line: 2, column: 1, why, hint, raw: "12345… (cut off: longer than 5 bytes)" },
      "x",
      { line: 4, column: 1, why, hint, raw: "éé… (cut off: longer than 5 bytes)" },
    ]);
  });

  it("are written as they are read", () => {
    expect(write("lines", ["a", "", "é\r"])).toBe("a\n\né\r\n");
    expect(messageOf(() => write("lines", ["a", 1]))).toBe(
      "MEANDER_ENCODE  Cannot write record 2 as a line (1): the format lines holds strings only. " +
        "Use the format ndjson, or map the records to strings first",
    );
    expect(messageOf(() => write("lines", ["a\nb"]))).toBe(
      'MEANDER_ENCODE  Cannot write record 1 as a line ("a\\nb"): a line break in it would make ' +
        "two records of it. Use the format ndjson, or map the records to strings first",
    );
  });
});

describe("bytes", () => {
  it("lose a byte order mark at their start and nowhere else", () => {
    for (const cuts of [[1], [2], [100]]) {
      const input = bytes(0xef, 0xbb, 0xbf, "a\n", 0xef, 0xbb, 0xbf, "b");
      expect(decode("lines", { input, cuts }).records).toEqual(["a", "\ufeffb"]);
    }
    expect(decode("lines", { input: bytes(0xef, 0xbb, 0xbf) }).records).toEqual([]);
  });

  it("of UTF-16 are named as such", () => {
    const starts = [[0xff, 0xfe, 0x61, 0], [0xfe, 0xff, 0, 0x61], [0x61, 0, 0x62, 0], [
      0,
      0x61,
      0,
      0x62,
    ]];
    for (const start of starts) {
      const read = () => decode("lines", { input: bytes(...start), cuts: [1] });
      expect(read).toThrow(UnreadableInput);
      expect(messageOf(read)).toBe(
        "MEANDER_INPUT  Cannot read the input, at line 1: it is UTF-16, and only UTF-8 can be read. " +
          "Convert it first, as `iconv -f utf-16 -t utf-8` does",
      );
    }
  });

  it("that are no UTF-8 make a bad record", () => {
    const { records, bad } = decode("lines", { input: bytes("good \ufffd\ndé", 0xe9, "t\nend") });
    expect(records).toEqual(["good \ufffd", "end"]);
    expect(bad.map(told)).toEqual([[
      "2:3: is not UTF-8: no character has the byte 0xE9 here. " +
      "Convert the file first, as `iconv -f latin1 -t utf-8` does for Latin-1",
      "dé\ufffdt",
    ]]);
  });

  it("of characters that are cut off, too long or surrogates are no UTF-8 either", () => {
    for (const wrong of [[0xe2, 0x82], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80], [0x80]]) {
      const { bad } = decode("lines", { input: bytes("😀", ...wrong) });
      expect(bad).toMatchObject([{ line: 1, column: 2 }]);
      expect(bad[0].why).toContain(`0x${wrong[0].toString(16).toUpperCase()}`);
    }
  });

  it("that are zero make a bad record", () => {
    expect(decode("lines", { input: "é\0b\nx" }).bad.map(told)).toEqual([[
      "1:2: has a NUL byte, which no text has. " +
      "Check that the file is text and whole, or remove the byte, as `tr -d '\\0'` does",
      "é\0b",
    ]]);
  });

  it("make the one CSV record bad whose line they are in", () => {
    const input = bytes('a,b\n1,"x\ny', 0xe9, '\nz"\n3,4\n');
    const { records, bad } = decode("csv", { input });
    expect(records).toEqual([{ a: "3", b: "4" }]);
    expect(bad).toMatchObject([{ line: 3, column: 2, raw: '1,"x\ny\ufffd\nz"' }]);
  });
});

describe("text", () => {
  it("is for people", () => {
    expect(write("text", ["a\nb", 1, { b: 2 }, null, true, NaN])).toBe(
      'a\nb\n1\n{"b":2}\nnull\ntrue\nNaN\n',
    );
  });
});

describe("a table", () => {
  it("is aligned, numbers at the right, wide characters as wide as they are", () => {
    const records = [{ name: "日本", n: 1.5 }, { name: "é", n: 22 }, {
      name: "a\nb",
      n: null,
      x: [1],
    }];
    expect(write("table", [...records, { name: "z" }, { name: "z" }], { limit: 3 })).toBe([
      "name    n  x",
      "日本  1.5",
      "é      22",
      "a\\nb       [1]",
      "… and 2 more",
      "",
    ].join("\n"));
    expect(write("table", [1, "x\u001b[31m"])).toBe("value\n1\nx\\u001b[31m\n");
    expect(write("table", [])).toBe("");
  });
});

describe("what a format says of a schema", () => {
  const nested = objectType({
    id: { kind: "integer" },
    tags: { kind: "list", of: { kind: "string" } },
  });
  const check = (name: keyof typeof formats, config: object, schema?: RecordType) =>
    formatOf(name).problems(formatOf(name).config.parse(config), schema);

  it("is everything that does not fit", () => {
    expect(check("lines", {}, nested)).toEqual([{
      path: ["schema"],
      message:
        "the schema is {id: integer, tags: [string]}, but the records of the format lines are strings",
      hint: "Leave the schema out, or use the format ndjson or csv",
    }]);
    expect(check("csv", {}, { kind: "string" })).toEqual([{
      path: ["schema"],
      message: "the schema is string, but the records of the format csv are objects",
      hint: "Declare an object with one field for each column",
    }]);
    expect(check("csv", { header: ["idd", "idd"] }, nested)).toEqual([
      {
        path: ["config", "header"],
        message: 'the name "idd" stands there twice',
        hint: "Name each column once",
      },
      {
        path: ["schema", "id"],
        message: 'the header that is configured has no column "id"',
        hint: 'Did you mean "idd"?',
      },
      {
        path: ["schema", "tags"],
        message: 'the field "tags" is [string], which a column of csv cannot hold',
        hint:
          "Declare it as string, integer, number, boolean or datetime, or use the format ndjson",
      },
      {
        path: ["schema", "tags"],
        message: 'the header that is configured has no column "tags"',
        hint: "Add it to header",
      },
    ]);
    expect(check("ndjson", {}, nested)).toEqual([]);
    expect(check("csv", {})).toEqual([]);
  });

  it("is the type of the records as well", () => {
    const typeOf = (name: keyof typeof formats, config: object, schema?: RecordType) =>
      formatType(formatOf(name).recordType!(formatOf(name).config.parse(config), schema));
    expect(typeOf("lines", {})).toBe("string");
    expect(typeOf("ndjson", {})).toBe("any");
    expect(typeOf("ndjson", {}, nested)).toBe(formatType(nested));
    expect(typeOf("csv", {})).toBe("map of string");
    expect(typeOf("csv", { header: false })).toBe("[string]");
    expect(typeOf("csv", { header: ["a"] })).toBe("{a: string}");
  });

  it("refuses configurations that make no sense", () => {
    for (const delimiter of ["", ",,", '"', "\n", "é", "a", "1"]) {
      expect(formats.csv.config.safeParse({ delimiter }).success).toBe(false);
    }
    expect(formats.csv.config.safeParse({ delimiter: "\t" }).success).toBe(true);
    expect(formats.lines.config.safeParse({ limit: 1 }).success).toBe(false);
  });
});
