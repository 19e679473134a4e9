import { describe, expect, it } from "vitest";
import { outcome, type Variables } from "./helpers.ts";

const most = Number.MAX_SAFE_INTEGER;

const variables: Variables = {
  r: ["{n: integer, m: integer, x: number, s: string, b: boolean, at: datetime}", {
    n: 7,
    m: -2,
    x: 2.5,
    s: "tide",
    b: true,
    at: 1000,
  }],
  big: ["integer", most],
  zero: ["integer", 0],
  nan: ["number", NaN],
  map: ["map of integer", { a: 1, "": 2 }],
  list: ["[integer]", [3, 1, 2]],
  nested: ["[any]", [[1], { a: 1 }]],
  raw: ["any", { n: 7, x: 1.5, s: "x", list: [1], b: true, z: 0, big: most }],
};

/** Each text evaluates to its result. */
function gives(cases: Readonly<Record<string, unknown>>): void {
  for (const [text, result] of Object.entries(cases)) {
    expect([text, outcome(text, variables)]).toEqual([text, result]);
  }
}

describe("arithmetic on integers", () => {
  it("is exact", () =>
    gives({
      "r.n + r.m * 2 - 1": 2,
      "-r.m": 2,
      "- -5": 5,
      "-(-r.n)": 7,
      "0x1F": 31,
      "big - 1 + 1": most,
      "r.at + 5": 1005,
      "r.at - r.at": 0,
    }));

  it("truncates quotients towards zero and gives remainders the sign of the dividend", () =>
    gives({ "r.n / r.m": -3, "-7 / 2": -3, "-7 % 2": -1, "7 % -2": 1, "r.n % r.m": 1 }));

  it("never gives -0", () =>
    gives({ "-zero": 0, "zero * -1": 0, "-4 % 2": 0, "-1 / 2": 0, "zero / -3": 0, "-0": 0 }));

  it("fails rather than rounds", () =>
    gives({
      "big + 1": `error: integer overflow: ${most} + 1 is beyond the integers up to 2^53 - 1`,
      "-big - 1": `error: integer overflow: -${most} - 1 is beyond the integers up to 2^53 - 1`,
      "big * big":
        `error: integer overflow: ${most} * ${most} is beyond the integers up to 2^53 - 1`,
    }));

  it("fails on division by zero", () =>
    gives({
      "r.n / zero": "error: division by zero",
      "r.n % zero": "error: modulus by zero: the number 7 % 0",
      "1 / 0": "error: division by zero",
    }));
});

describe("arithmetic on numbers", () => {
  it("is that of IEEE", () =>
    gives({
      "r.x + 0.25": 2.75,
      "r.x / 0.0": Infinity,
      "-r.x / 0.0": -Infinity,
      "0.1 + 0.2": 0.1 + 0.2,
      "-0.0": -0,
      "-r.x": -2.5,
      "1e3 - 1.0": 999,
      "nan + 1.0": NaN,
    }));

  it("compares with integers", () =>
    gives({
      "r.x < r.n": true,
      "r.n <= 6.5": false,
      "2 == 2.0": true,
      "2 != 2.5": true,
      "nan == nan": false,
      "nan != nan": true,
      "nan < 1.0": false,
      "[nan] == [nan]": false,
      "1 in [1.0, 2.5]": true,
    }));
});

describe("strings", () => {
  it("are joined and compared by code points", () =>
    gives({
      "r.s + '!' == 'tide!'": true,
      "'a' < 'b' && 'b' >= 'ab'": true,
      "'a' < 'aa'": true,
      "'\\uffee' < '\\U0001F600'": true,
      "'\\U0001F600' > '\\uffee'": true,
      "false < true": true,
    }));
});

describe("logic", () => {
  it("ignores the error of one side where the other decides", () =>
    gives({
      "r.n / 0 > 1 || true": true,
      "true || r.n / 0 > 1": true,
      "r.n / 0 > 1 && false": false,
      "false && r.n / 0 > 1": false,
      "raw.n || true": true,
      "(r.n / 0 > 1 && true) || (r.n / 0 > 2 || true)": true,
    }));

  it("fails where no side decides", () =>
    gives({
      "r.n / 0 > 1 || false": "error: division by zero",
      "r.n / 0 > 1 && true": "error: division by zero",
      "true && r.n / 0 > 1": "error: division by zero",
      "r.n / 0 > 1 && r.n % 0 > 1": "error: modulus by zero: the number 7 % 0",
      "raw.n && true": "error: needs a boolean, got the number 7",
    }));

  it("evaluates only the branch that it takes", () =>
    gives({
      "r.b ? 1 : r.n / 0": 1,
      "!r.b ? r.n / 0 : 2": 2,
      "raw.b ? 'yes' : 'no'": "yes",
      "raw.n ? 1 : 2": "error: needs a boolean, got the number 7",
      "r.n / 0 > 1 ? 1 : 1": "error: division by zero",
    }));
});

describe("lists and maps", () => {
  it("are equal when what is in them is", () =>
    gives({
      "list == [3, 1, 2]": true,
      "[3, 1] == list": false,
      "{'a': [1]} == {'a': [1]}": true,
      "{'a': 1} == {'b': 1}": false,
      "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}": true,
      "map == {'a': 1.0, '': 2.0}": true,
      "nested[0] == [1]": true,
      "nested == raw.list": false,
      "[1] != [2]": true,
    }));

  it("are indexed", () =>
    gives({
      "list[0]": 3,
      "list[r.n - 5]": 2,
      "list[3]": "error: no element 3 in a list of 3",
      "list[-1]": "error: no element -1 in a list of 3",
      "map['a'] + map['']": 3,
      "map.a": 1,
      "map['b']": 'error: no key "b"',
      "map[r.s]": 'error: no key "tide"',
      "raw.list[0]": 1,
      "raw['n']": 7,
      "raw['list'][raw.z]": 1,
      "raw.n[0]": "error: needs a list or map, got the number 7",
      "raw.list['a']": 'error: needs an integer, got the string "a"',
      "raw[0]": "error: needs a string, got the number 0",
      "nested[1].a": 1,
    }));

  it("know their elements and keys", () =>
    gives({
      "2 in list": true,
      "2.5 in list": false,
      "[1] in nested": true,
      "'a' in map && !('b' in map)": true,
      "r.s in raw": false,
      "'s' in raw": true,
      "1 in raw.list": true,
      "1 in raw.n": "error: needs a list or map, got the number 7",
      "'x' in {'x': 1}": true,
      "1 in []": false,
    }));

  it("are written as literals", () =>
    gives({
      "[]": [],
      "{}": {},
      "[1, 2.5]": [1, 2.5],
      "{'a': 1}.a": 1,
      "{'a': {'b': [1, r.s]}}": { a: { b: [1, "tide"] } },
      "{r.s: 1, r.s + 's': 2}": { tide: 1, tides: 2 },
      "{r.s: 1, r.s: 2}": 'error: the key "tide" is there twice',
      "{raw.n: 1}": "error: needs a string, got the number 7",
      "list + [4] + []": [3, 1, 2, 4],
    }));
});

describe("untyped values", () => {
  it("follow the other side", () =>
    gives({
      "raw.n % 2": 1,
      "raw.n / 2": 3,
      "raw.n / 2.0": 3.5,
      "raw.x * 2.0": 3,
      "raw.n + 1": 8,
      "raw.x + 1": 2.5,
      "1 - raw.x": -0.5,
      "raw.x / 2": "error: needs an integer, got the number 1.5",
      "raw.s + '!'": "x!",
      "raw.list + [2]": [1, 2],
      "raw.n + raw.x": 8.5,
      "raw.list + raw.list": [1, 1],
      "-raw.n": -7,
      "raw.n > 6 && raw.s == 'x'": true,
      "int(raw.n) / int(raw.n)": 1,
    }));

  it("are checked when evaluated", () =>
    gives({
      "raw.big + 1": `error: integer overflow: ${most} + 1 is beyond the integers up to 2^53 - 1`,
      "raw.big * raw.big":
        `error: integer overflow: ${most} * ${most} is beyond the integers up to 2^53 - 1`,
      "raw.s - 1": 'error: needs a number, got the string "x"',
      "raw.s + 1": 'error: cannot add the string "x" and the number 1',
      "raw.s < 1": 'error: cannot order the string "x" and the number 1',
      "raw.s == 1": false,
      "raw.y": 'error: no field "y" in the object {"n":7,"x":1.5,"s":"x","list":[1],"b":t…',
      "raw.n.y": 'error: no field "y" in the number 7',
      "!raw.n": "error: needs a boolean, got the number 7",
      "raw.n % zero": "error: modulus by zero: the number 7 % 0",
    }));
});
