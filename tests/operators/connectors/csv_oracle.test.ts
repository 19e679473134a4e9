import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "./support.ts";

/** The records by csv-parse, or undefined when it refuses any. */
function byOracle(input: string, delimiter: string): string[][] | undefined {
  try {
    return parse(input, {
      delimiter,
      record_delimiter: ["\r\n", "\n"],
      skip_empty_lines: true,
    }) as string[][];
  } catch {
    return undefined;
  }
}

/** Ours, or undefined when any record is bad. */
function byUs(input: string, delimiter: string, cuts?: readonly number[]): string[][] | undefined {
  const { records, bad } = decode("csv", {
    input,
    config: { header: false, delimiter },
    ...(cuts && { cuts }),
  });
  return bad.length > 0 ? undefined : records as string[][];
}

const corpus = [
  "",
  "a",
  "a,b\n",
  "a,b\n1,2",
  "a,b\r\n1,2\r\n",
  "a,b\n1,2\r\n3,4\n",
  "\n\na,b\n\n1,2\n\n",
  "\r\n\r\na\r\n",
  ",\n,",
  ",,,\n,,,",
  '""',
  '"",""\n,""',
  '"a","b"\n"1","2"',
  '"a,b",c\n"1\n2",3',
  '"a\r\nb",c\r\n',
  '"a""b"\n""""',
  '"""a""",""""\n"""","x"',
  '"a\n\n\nb"\n',
  "a b , c \n",
  " a,b \n",
  'a,"b"\n1,"2\n3"\n4,"5"\n',
  'a"b,c',
  'a,b"',
  ' "a",b',
  '"a"b,c',
  '"a" ,b',
  '"a",b"c"',
  '"a',
  'x\n"a\nb\nc',
  'x\n"a""',
  "a,b\n1",
  "a,b\n1,2,3",
  "a\rb,c\n",
  '"a"\rb',
  '"a\rb",c\n',
  "é,日本\n😀,\u00e9",
  '"é\n日""本",x',
  "a,b,\n1,2,",
  '"\n"',
  '"\r\n",""\r\n',
];

describe("csv, held against csv-parse,", () => {
  it.each(corpus.map((input) => [input]))("agrees on %j", (input) => {
    expect(byUs(input, ",")).toEqual(byOracle(input, ","));
    expect(byUs(input, ",", [1])).toEqual(byOracle(input, ","));
  });

  it("agrees on whatever quotes, delimiters and line ends make", () => {
    const parts = fc.constantFrom(
      '"',
      '"',
      ",",
      "\n",
      "\r\n",
      '""',
      "a",
      "é",
      " ",
      ";",
      "\r",
      '","',
    );
    const inputs = fc.array(parts, { maxLength: 25, size: "max" }).map((all) => all.join(""));
    fc.assert(
      fc.property(inputs, fc.constantFrom(",", ";"), (input, delimiter) => {
        // To us a line end that was cut in half at the very end is one.
        fc.pre(!input.endsWith("\r"));
        expect(byUs(input, delimiter)).toEqual(byOracle(input, delimiter));
      }),
      { numRuns: 2000 },
    );
  });

  it("agrees on valid documents, quoted at will", () => {
    const content = fc.array(fc.constantFrom("a", '"', ",", "\n", "\r\n", "ü", " "), {
      maxLength: 6,
    })
      .map((parts) => parts.join(""));
    const cell = fc.tuple(content, fc.boolean()).map(([text, isQuoted]) =>
      isQuoted || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    );
    const documents = fc.integer({ min: 1, max: 4 }).chain((width) =>
      fc.array(
        fc.tuple(
          fc.array(cell, { minLength: width, maxLength: width }),
          fc.constantFrom("\n", "\r\n"),
        ),
      )
    ).map((rows) => rows.map(([cells, end]) => cells.join(",") + end).join(""));
    fc.assert(
      fc.property(
        documents,
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        (input, cuts) => {
          const expected = byOracle(input, ",");
          // A valid document: the oracle has a list for it, and both agree on every field.
          expect(expected).toBeInstanceOf(Array);
          expect(byUs(input, ",", cuts)).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
