import { describe, expect, it } from "vitest";
import { formatType } from "../../../operators/contract/record_type.ts";
import { compileExpression } from "../../../specs/expressions/compile.ts";
import { outcome, problems, scopeOf, type Variables } from "./helpers.ts";

const variables: Variables = {
  r: [
    "{n: integer, x: number, s: string, o: integer?, t: string?, at: datetime, words: [string]}",
    {
      n: 1,
      x: 1.5,
      s: "s",
      o: null,
      at: 0,
      words: [],
    },
  ],
  left: ["{o: integer?}", { o: 3 }],
  raw: ["any", {}],
  time: ["[integer]", [3, 1]],
};

function typeOf(text: string): string {
  const compiled = compileExpression(text, scopeOf(variables));
  return compiled.ok ? formatType(compiled.type) : compiled.problems[0]!.message;
}

describe("the type of an expression", () => {
  it("is that of its results", () => {
    const types = {
      "r.n + 1": "integer",
      "r.n > 1": "boolean",
      "r.at": "datetime",
      "r.at - 1": "integer",
      "r.o": "integer?",
      "[r.n, r.x]": "[number]",
      "[]": "[any]",
      "r.n > 1 ? [] : [1]": "[integer]",
      "r.n > 1 ? null : 1": "integer?",
      "r.n > 1 ? 'a' : 1": "any",
      "r.n > 1 ? r.n : r.at": "integer",
      "{'a': r.s, 'b': [r.n]}": "{a: string, b: [integer]}",
      "{r.s: 1}": "map of integer",
      "r.words.map(w, w.size())": "[integer]",
      "r.words.filter(w, w != '')": "[string]",
      "raw.a + 1": "any",
      "raw.a / 2": "integer",
      "raw.a * 2.0": "number",
      "raw.a + 'x'": "string",
      "raw.words().size()": "integer",
      "dyn(1)": "any",
      "time[0]": "integer",
      "r.o == null ? 0 : r.o": "integer",
      "[r.o]": "[integer?]",
    };
    for (const [text, type] of Object.entries(types)) {
      expect([text, typeOf(text)]).toEqual([text, type]);
    }
  });
});

describe("a value that may be null", () => {
  it("has to be compared with null first", () => {
    const hint = "r.o is integer?, which may be null | Write r.o == null ? … : r.o";
    expect(problems("r.o + 1", variables)).toEqual([`r.o | ${hint}`]);
    expect(problems("r.o > 1 && r.o != null", variables)).toEqual([`r.o | ${hint}`]);
    expect(problems("r.o == null && r.o > 1", variables)).toEqual([`r.o | ${hint}`]);
    expect(problems("r.o != null ? 1 : r.o + 1", variables)).toEqual([`r.o | ${hint}`]);
    expect(problems("r.t.size() > 0", variables)).toHaveLength(1);
  });

  it("is narrowed by conditions", () => {
    const cases = {
      "r.o == null ? 0 : r.o + 1": 0,
      "left.o == null ? 0 : left.o + 1": 4,
      "left.o != null && left.o > 2": true,
      "left.o == null || left.o > 2": true,
      "null != left.o && left.o > 2": true,
      "has(left.o) ? left.o + 1 : 0": 4,
      "!has(r.o) || r.o > 1": true,
      "!(left.o == null) && left.o > 2": true,
      "left.o != null && r.n == 1 && left.o > 2": true,
      "(left.o != null && r.o != null) ? left.o + r.o : -1": -1,
      "has(r.t) ? r.t.size() : -1": -1,
      "r.o == r.o && r.o != left.o": true,
      "r.o in [r.o]": true,
      "left['o'] != null && left.o > 2 && left['o'] > 2": true,
      "[r.o, left.o].filter(e, e != null).map(e, e + 1)": [4],
      "[r.o, left.o].map(e, e != null, e + 1)": [4],
      "[left].filter(e, e.o != null && e.o > 5).map(e, e.o)": [],
    };
    for (const [text, result] of Object.entries(cases)) {
      expect([text, outcome(text, variables)]).toEqual([text, result]);
    }
  });

  it("is known even where another part of the condition fails", () => {
    expect(outcome("(r.n / 0 > 1 || r.o == null) || r.o + 1 > 0", variables)).toBe(true);
    expect(outcome("r.n / 0 > 1 && r.o != null && r.o > 5", variables)).toBe(false);
    expect(outcome("r.n / 0 > 1 && left.o != null && left.o > 5", variables)).toBe(false);
  });

  it("is forgotten behind a variable of the same name", () => {
    const found = problems("r.o != null && [left].exists(r, r.o > 1)", variables);
    expect(found).toEqual([
      "r.o | r.o is integer?, which may be null | Write r.o == null ? … : r.o",
    ]);
  });
});

describe("problems", () => {
  it("name the part of the text", () => {
    const cases: Record<string, string> = {
      "r.m + 1": 'm | r has no field "m" | Known: n, x, s, o, t, at, words',
      "r.wrods": 'wrods | r has no field "wrods" | Did you mean "words"?',
      "1 + rax.n": 'rax | There is no "rax" | Did you mean "raw"?',
      "recordd": 'recordd | There is no "recordd" | Known: r, left, raw, time',
      "r.n + r.x": "r.n + r.x | + is not defined for integer and number | Write double(r.n)",
      "r.x * 2": "r.x * 2 | * is not defined for number and integer | Write 2.0",
      "r.x % 2.0":
        "r.x % 2.0 | % is not defined for number and number | % takes integers: write int(x)",
      "r.s + r.n": "r.s + r.n | + is not defined for string and integer | Write string(r.n)",
      "r.s - 'a'": "r.s - 'a' | - is not defined for string and string",
      "-r.s": "-r.s | - is not defined for string",
      "r.n == 'a'": "r.n == 'a' | == is not defined for integer and string",
      "r.n == null": "r.n == null | integer is never null",
      "r.s < 1": "r.s < 1 | < is not defined for string and integer",
      "[1] < [2]": "[1] < [2] | < is not defined for [integer] and [integer]",
      "!r.n": "r.n | r.n is integer, not boolean | Compare it with something",
      "r.n ? 1 : 2": "r.n | r.n is integer, not boolean | Compare it with something",
      "true && r.n": "r.n | r.n is integer, not boolean | Compare it with something",
      "r.s.n": "n | string has no fields",
      "r.s.size": "size | string has no fields | Write r.s.size()",
      "r.s[0]": "r.s[0] | string has no elements | Write text.charAt(i)",
      "time[1.0]": "1.0 | An index is an integer, not number | Write int(x)",
      "{1: 2}": "1 | Keys are strings, not integer | Write string(1)",
      "{'a': 1, 'a': 2}": "'a' | The key \"a\" is there twice",
      "{'a': 1}['b']": `'b' | {'a': 1} has no field "b" | Known: a`,
      "r['wrods']": `'wrods' | r has no field "wrods" | Did you mean "words"?`,
      "'a' in r.s": "r.s | in needs a list or map, got string | Write text.contains(part)",
      "'a' in time": "'a' in time | string is never in [integer]",
      "r.n.map(e, e)": "r.n | r.n is integer, not a list or map",
      "time.all(e, e)": "e | e is integer, not boolean | Compare it with something",
      "raw.a / raw.b": "raw.a / raw.b | / of two untyped values could mean integers or numbers | " +
        "Write int(x) or double(x), or give the input a schema",
      "9007199254740993":
        "9007199254740993 | 9007199254740993 is beyond the integers up to 2^53 - 1",
    };
    for (const [text, problem] of Object.entries(cases)) {
      expect([text, problems(text, variables)]).toEqual([text, [problem]]);
    }
  });

  it("name functions", () => {
    const cases: Record<string, string> = {
      "r.s.splt(' ')": 'r.s.splt(\' \') | There is no method "splt" | Did you mean "split"?',
      "flor(r.x)": 'flor(r.x) | There is no function "flor" | Did you mean "floor"?',
      "split(r.s, ' ')": "split(r.s, ' ') | split is a method | Write r.s.split(…)",
      "r.x.floor()": "r.x.floor() | floor is a function | Write floor(r.x)",
      "all(time)": "all(time) | all is a method | Write list.all(x, …)",
      "floor": "floor | floor is a function | Write floor(x)",
      "math.floor(r.x)": "math.floor(r.x) | math.floor is not offered | Write floor(x)",
      "math.greatest(1, 2)": "math.greatest(1, 2) | math.greatest is not offered | Write max(x)",
      "r.s.split(1)": "1 | Argument 1 of split needs string, got integer | Write string(1)",
      "r.s.charAt(1.0)": "1.0 | Argument 1 of charAt needs integer, got number | Write int(1.0)",
      "r.n.trim()": "r.n | trim needs string, got integer | Write string(r.n)",
      "r.s.trim(1)": "r.s.trim(1) | trim takes 0 arguments, not 1",
      "r.s.substring()": "r.s.substring() | substring takes 1 or 2 arguments, not 0",
      "size(r.n)": "r.n | size is not defined for integer",
      "time.join()": "time | join needs [string], got [integer]",
      "int(r.o)": "r.o | r.o is integer?, which may be null | Write r.o == null ? … : r.o",
      "r.s.matches('a')": "r.s.matches('a') | matches is not offered | " +
        "Regular expressions can take exponential time: use contains, split or words",
      "timestamp('x')": "timestamp('x') | timestamp is not offered | " +
        "Times are integers, milliseconds since 1970",
      "r.at.getHours()": "r.at.getHours() | getHours is not offered | " +
        "Times are integers, milliseconds since 1970",
      "5u": "5u | Unsigned integers are not offered | Write the number without u",
      "b'a'": "b'a' | Bytes are not offered | Use strings",
    };
    for (const [text, problem] of Object.entries(cases)) {
      expect([text, problems(text, variables)]).toEqual([text, [problem]]);
    }
  });

  it("are given all at once, in the order of the text", () => {
    expect(problems("rex.a > 1 ? r.nn : [r.s + 1, time.all(e, e + 'x' == y)]", variables)).toEqual([
      'rex | There is no "rex" | Known: r, left, raw, time',
      'nn | r has no field "nn" | Did you mean "n"?',
      "r.s + 1 | + is not defined for string and integer | Write string(1)",
      "e + 'x' | + is not defined for integer and string | Write string(e)",
      'y | There is no "y" | Known: r, left, raw, time, e',
    ]);
  });

  it("do not follow from each other", () => {
    expect(problems("size(rex.a.b[0]) + 1 > 'a'.charAt(rex)", variables)).toHaveLength(2);
  });
});

describe("texts that cannot be read", () => {
  it("have one problem, with its place", () => {
    const cases: Record<string, string> = {
      "1 +": " | The expression ends too early | Close what was opened",
      "(1": " | The expression ends too early | Close what was opened",
      "": " | The expression is empty",
      " \n": " \n | The expression is empty",
      "r.n = 1": '= | Cannot read the expression: unexpected "=" | Compare with ==',
      "r.n & 1": '& | Cannot read the expression: unexpected "&" | Write && for and',
      "true and false": 'and | Cannot read the expression: unexpected "and" | Write && for and',
      "(1 2)": '2 | Cannot read the expression: expected ")", found "2"',
      "a.1": '1 | Cannot read the expression: expected a name, found "1"',
      "1 + )": ') | Cannot read the expression: unexpected ")"',
      "a ?? b": '? | Cannot read the expression: unexpected "?" | ' +
        "Write a ? b : c; ?. and ?? are not offered",
      "'abc": "'abc | Cannot read the expression: unterminated string",
      "if": "if | Cannot read the expression: reserved identifier: if",
    };
    for (const [text, problem] of Object.entries(cases)) {
      expect([text, problems(text)]).toEqual([text, [problem]]);
    }
  });
});
