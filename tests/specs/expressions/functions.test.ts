import { describe, expect, it } from "vitest";
import { outcome, type Variables } from "./helpers.ts";

const variables: Variables = {
  raw: ["any", { s: "a b", n: 2, list: ["x", "y"], map: { k: 1 }, mixed: ["x", 1], f: 1.5 }],
  wide: ["string", "a😀b😀"],
  n: ["integer", 5],
  x: ["number", 2.5],
  list: ["[integer]", [1, 2, 3, 4]],
  map: ["map of integer", { a: 1, b: 2 }],
};

function gives(cases: Readonly<Record<string, unknown>>): void {
  for (const [text, result] of Object.entries(cases)) {
    expect([text, outcome(text, variables)]).toEqual([text, result]);
  }
}

describe("functions of strings", () => {
  it("count code points", () =>
    gives({
      "wide.size()": 4,
      "size(wide)": 4,
      "wide.charAt(1)": "😀",
      "wide.charAt(4)": "",
      "wide.indexOf('b')": 2,
      "wide.lastIndexOf('😀')": 3,
      "wide.indexOf('😀', 2)": 3,
      "wide.lastIndexOf('😀', 2)": 1,
      "wide.substring(1, 3)": "😀b",
      "wide.reverse()": "😀b😀a",
      "wide.split('')": ["a", "😀", "b", "😀"],
      "wide.replace('', '-')": "-a-😀-b-😀-",
    }));

  it("fail outside of the text", () =>
    gives({
      "wide.charAt(5)": "error: no characters 5 to 4 in a text of 4",
      "wide.charAt(-1)": "error: no characters -1 to 0 in a text of 4",
      "'abc'.substring(2, 1)": "error: no characters 2 to 1 in a text of 3",
      "'abc'.substring(4)": "error: no characters 4 to 3 in a text of 3",
      "'abc'.indexOf('c', 4)": "error: no character 4 in a text of 3",
      "'abc'.indexOf('c', -1)": "error: no character -1 in a text of 3",
    }));

  it("split, replace and join as CEL does", () =>
    gives({
      "'a,b,c'.split(',', 2)": ["a", "b,c"],
      "'a,b,c'.split(',', 0)": [],
      "'a,b,c'.split(',', 1)": ["a,b,c"],
      "'a,b,c'.split(',', -1)": ["a", "b", "c"],
      "'aaa'.replace('a', 'b', 2)": "bba",
      "'aaa'.replace('a', 'b', 0)": "aaa",
      "'aaa'.replace('a', '$&', -1)": "$&$&$&",
      "'abc'.replace('', '-', 2)": "-a-bc",
      "['a', 'b'].join()": "ab",
      "[].join(',')": "",
      "'\\u0085\\u00a0 x \\ufeff'.trim()": "x \ufeff",
    }));

  it("know letters", () =>
    gives({
      "'Straße'.upper()": "STRASSE",
      "'ÄB'.lower()": "äb",
      "'ÄB'.lowerAscii()": "Äb",
      "'äb'.upperAscii()": "äB",
      "'AZ'.lowerAscii()": "az",
    }));

  it("find words", () =>
    gives({
      "\"don't 'quote' it's\".words()": ["don't", "quote", "it's"],
      "'naïve café, 24 Übungen'.words()": ["naïve", "café", "24", "Übungen"],
      "'rock’n’roll — yes'.words()": ["rock’n’roll", "yes"],
      "'—'.words()": [],
      "''.words()": [],
    }));

  it("take untyped values", () =>
    gives({
      "raw.s.split(' ')": ["a", "b"],
      "raw.s.substring(raw.n)": "b",
      "raw.list.join('-')": "x-y",
      "raw.n.split(' ')": "error: needs a string, got the number 2",
      "raw.mixed.join('-')": "error: needs a string, got the number 1",
      "raw.s.join()": 'error: needs a list, got the string "a b"',
      "raw.s.substring(raw.f)": "error: needs an integer, got the number 1.5",
      "size(raw.s) + size(raw.list) + raw.map.size()": 6,
      "size(raw.n)": "error: needs a string, list or map, got the number 2",
    }));
});

describe("functions of numbers", () => {
  it("round", () =>
    gives({
      "floor(x)": 2,
      "floor(-x)": -3,
      "ceil(-0.5)": 0,
      "round(x)": 3,
      "round(-x)": -3,
      "round(0.49999999999999994)": 0,
      "round(4503599627370497.5)": 4503599627370498,
      "round(n)": 5,
      "floor(raw.f) + ceil(raw.n)": 3,
      "floor(1e300)": "error: 1e+300 has no integer within 2^53 - 1",
    }));

  it("compare", () =>
    gives({
      "min(n, 3)": 3,
      "max(n, 3.5)": 5,
      "abs(-n)": 5,
      "abs(-x)": 2.5,
      "max(raw.n, n)": 5,
      "abs(raw.s)": 'error: needs a number, got the string "a b"',
    }));
});

describe("conversions", () => {
  it("make integers", () =>
    gives({
      "int(2.9)": 2,
      "int(-2.9)": -2,
      "int(-0.5)": 0,
      "int('-12')": -12,
      "int('+5')": 5,
      "int(n)": 5,
      "int(raw.f)": 1,
      "int('0x10')": 'error: cannot make an integer of the string "0x10"',
      "int('')": 'error: cannot make an integer of the string ""',
      "int('9007199254740993')": 'error: cannot make an integer of the string "9007199254740993"',
      "int(1e300)": "error: 1e+300 has no integer within 2^53 - 1",
      "int(0.0 / 0.0)": "error: NaN has no integer within 2^53 - 1",
      "int(raw.list)": 'error: cannot make an integer of the list ["x","y"]',
    }));

  it("make numbers", () =>
    gives({
      "double(n)": 5,
      "double('1e3')": 1000,
      "double('-.5')": -0.5,
      "double('inf')": Infinity,
      "double('-Infinity')": -Infinity,
      "double('NaN')": NaN,
      "double(' 1')": 'error: cannot make a number of the string " 1"',
      "double('')": 'error: cannot make a number of the string ""',
      "double(raw.n) / 4.0": 0.5,
    }));

  it("make strings and booleans", () =>
    gives({
      "string(n) + string(x) + string(true)": "52.5true",
      "string(1.0)": "1",
      "string(1.0 / 0.0)": "+Inf",
      "string(-1.0 / 0.0)": "-Inf",
      "string('s')": "s",
      "string(raw.n)": "2",
      "string(raw.map)": 'error: cannot make a string of the object {"k":1}',
      "bool('t') && bool('1') && !bool('False')": true,
      "bool('yes')": 'error: cannot make a boolean of the string "yes"',
    }));
});

describe("macros", () => {
  it("run over lists", () =>
    gives({
      "list.all(e, e > 0)": true,
      "list.exists(e, e == 3)": true,
      "list.exists_one(e, e > 3)": true,
      "list.exists_one(e, e > 2)": false,
      "list.filter(e, e % 2 == 0)": [2, 4],
      "list.map(e, e * e)": [1, 4, 9, 16],
      "list.map(e, e > 2, string(e))": ["3", "4"],
      "[].all(e, e > 0) && ![].exists(e, true)": true,
      "list.map(e, list.filter(f, f < e).size())": [0, 1, 2, 3],
      "list.map(n, n + 1).map(n, n * n)": [4, 9, 16, 25],
    }));

  it("run over the keys of maps", () =>
    gives({
      "map.map(k, map[k])": [1, 2],
      "map.exists(k, k == 'b')": true,
      "{'x': 1, 'y': 'z'}.map(k, k)": ["x", "y"],
      "raw.map.filter(k, raw.map[k] == 1)": ["k"],
      "raw.n.all(e, true)": "error: needs a list or map, got the number 2",
    }));

  it("ignore errors where another element decides, and only there", () =>
    gives({
      "[0, 1].exists(e, 1 / e == 1)": true,
      "[0, 1].all(e, 1 / e == 2)": false,
      "[0, 1].all(e, 1 / e == 1)": "error: division by zero",
      "[0, 1].exists(e, 1 / e == 2)": "error: division by zero",
      "[0, 1].exists_one(e, 1 / e == 1)": "error: division by zero",
      "[0, 1].filter(e, 1 / e == 1)": "error: division by zero",
      "[0, 1].map(e, 1 / e)": "error: division by zero",
      "raw.mixed.exists(e, e)": "error: needs a boolean, got the number 1",
    }));

  it("say whether a field is there", () =>
    gives({
      "has(raw.s)": true,
      "has(raw.t)": false,
      "has(raw.map.k)": true,
      "has(raw.t.k)": 'error: no field "t" in the object {"s":"a b","n":2,"list":["x","y"],"map"…',
      "has(map.a) && !has(map.c)": true,
      "has({'a': 1}.a)": true,
    }));
});
