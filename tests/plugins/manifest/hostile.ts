/**
 * Manifests that nobody may take: each with a part of what has to be said of it. `bent` is a valid one but for
 * the part at the pointer.
 */
import { bent, whole } from "./manifests.ts";

/** What it is, its text, and what the refusal has to match. */
export type Hostile = readonly [what: string, text: string, said: RegExp];

const text = JSON.stringify(whole);
const config = "/operators/warmest/config";
const out = "/operators/warmest/outputs/out";
const deep = (levels: number) => {
  let schema: unknown = { type: "null" };
  for (let i = 0; i < levels; i++) schema = { type: "array", items: schema };
  return schema;
};
const wide = { enum: Array.from({ length: 2100 }, (_unused, i) => i) };

const texts: readonly Hostile[] = [
  ["nothing", "", /is no JSON/],
  ["no JSON", "name: weather", /is no JSON/],
  ["a BOM of another coding", "\uFFFE{}", /is no JSON/],
  ["half of it", text.slice(0, 300), /is no JSON/],
  ["something behind it", `${text}{}`, /is no JSON/],
  ["a comment", `// hello\n${text}`, /is no JSON/],
  ["a comma at the end", text.replace(/\}$/, ",}"), /is no JSON/],
  ["NaN", bent("/operators/warmest/state/version", 7).replace(/:7,/, ":NaN,"), /is no JSON/],
  ["a list", "[]", /\/: expected object, not \[\]/],
  ["null", "null", /\/: expected object, not null/],
  ["a text", '"plugin"', /\/: expected object, not "plugin"/],
  ["a number", "1e999", /\/: expected object, not Infinity/],
  ["an empty object", "{}", /\/name: is missing[^]*\/operators: is missing/],
  ["too many bytes", `${text}${" ".repeat(256 * 1024)}`, /larger than 256 KiB/],
  ["too many bytes in few letters", bent("/summary", "€".repeat(90_000)), /larger than 256 KiB/],
  ["lists without end", "[".repeat(200_000), /deeper than 32 levels/],
  ["objects without end", '{"a":'.repeat(40_000), /deeper than 32 levels/],
  ["both in turn", '[{"a":'.repeat(30_000), /deeper than 32 levels/],
  ["a quote without its end", `"${'\\"'.repeat(120_000)}`, /is no JSON/],
  ["nothing but quotes", '"'.repeat(250_000), /is no JSON/],
  ["a name twice", `{"name":"a",${text.slice(1)}`, /\/name: is there twice/],
  ["a name twice, once in escapes", `{"n\\u0061me":"a",${text.slice(1)}`, /\/name: is there twice/],
  [
    "an operator twice",
    text.replace('"clock":', '"warmest":'),
    /\/operators\/warmest: is there twice/,
  ],
  ["a port twice", text.replace('"limits":{}', '"in":{}'), /\/inputs\/in: is there twice/],
  ["__proto__", `{"__proto__":{"name":"x"},${text.slice(1)}`, /"__proto__" is not allowed/],
  ["__proto__ in escapes", `{"__pr\\u006fto__":1,${text.slice(1)}`, /"__proto__" is not allowed/],
  [
    "constructor",
    `{"constructor":{"prototype":1},${text.slice(1)}`,
    /"constructor" is not[^]*"prototype" is not/,
  ],
  [
    "__proto__ as an operator",
    text.replace('"clock":', '"__proto__":'),
    /"__proto__" is not allowed/,
  ],
  [
    "constructor as a port",
    text.replace('"limits":{}', '"constructor":{}'),
    /"constructor" is not/,
  ],
  ["__proto__ in an example", text.replace('"city":"Lima"', '"__proto__":1'), /"__proto__" is not/],
  [
    "prototype in a configuration",
    text.replace('"least":{"type"', '"prototype":{"type"'),
    /"prototype" is not/,
  ],
];

const names: readonly Hostile[] = [
  ["a name of an object", "__proto__"],
  ["no name", ""],
  ["a capital", "Weather"],
  ["a space", "wea ther"],
  ["a path up", "../weather"],
  ["a path", "we/ather"],
  ["a Windows path", "we\\ather"],
  ["a scope", "@me/weather"],
  ["a range", "weather@1"],
  ["a line feed at the end", "weather\n"],
  ["NUL", "wea\u0000ther"],
  ["a control character", "wea\u001b[31mther"],
  ["a bidirectional override", "wea\u202ether"],
  ["a zero width space", "wea\u200bther"],
  ["a Cyrillic letter", "we\u0430ther"],
  ["a full-width letter", "we\uff41ther"],
  ["a combining accent", "wea\u0301ther"],
  ["a digit first", "1weather"],
  ["a hyphen first", "-weather"],
  ["encoded", "%77eather"],
  ["half of a pair", "wea\ud800ther"],
  ["65 letters", "w".repeat(65)],
  ["100,000 letters", "w".repeat(100_000)],
].map(([what, name]) => [`as a name: ${what}`, bent("/name", name), /\/name: /] as const);

const versions: readonly Hostile[] = [
  "",
  "1",
  "1.2",
  "v1.2.3",
  "=1.2.3",
  " 1.2.3",
  "1.2.3 ",
  "1.2.3\n",
  "01.2.3",
  "1.2.3+build",
  "1.2.-3",
  "1.2.3-",
  "1.2.3-\u0430",
  "1.2.3.4",
  "latest",
  "*",
  "^1.2.3",
  "1.2.99999999999999999999",
  `1.2.${"9".repeat(5000)}`,
  `1.2.3-${"a.".repeat(50_000)}a`,
  "1.2.3/../../x",
].map((version) =>
  [`as a version: ${version.slice(0, 30)}`, bent("/version", version), /\/version: /] as const
);

const ranges: readonly Hostile[] = [
  "",
  "x.y.z",
  "^1.2.3.4",
  ">=1 <",
  "latest",
  "file:../meander",
  "https://example.com/meander.tgz",
  "^1 ||".repeat(1000),
  `>=1.0.0${" ".repeat(50_000)}<2`,
  `^${"1".repeat(300)}`,
  "^1\u0000",
].map((range) =>
  [`as a range: ${range.slice(0, 30)}`, bent("/meander", range), /\/meander: /] as const
);

const entries: readonly Hostile[] = [
  "",
  ".",
  "..",
  "mod",
  "mod.wasm",
  "../mod.ts",
  "./../mod.ts",
  "a/../../mod.ts",
  "a/./mod.ts",
  "a//mod.ts",
  "/etc/passwd.ts",
  "//host/mod.ts",
  "~/mod.ts/..",
  "~root/mod.ts",
  "C:\\mod.ts",
  "C:mod.ts",
  "..\\mod.ts",
  "a\\..\\mod.ts",
  "%2e%2e/mod.ts",
  "a/%2e%2e/mod.ts",
  "%2Fetc/mod.ts",
  "a%00/mod.ts",
  "mod.ts\u0000.js",
  "\u0000mod.ts",
  "mod.ts\n",
  "mod.ts?raw",
  "mod.ts#x",
  "mod.ts/",
  "file:///etc/mod.ts",
  "https://example.com/mod.ts",
  "data:text/javascript,1.ts",
  "npm:left-pad.ts",
  "\uff0e\uff0e/mod.ts",
  ".hidden/mod.ts",
  ".git/hooks/mod.ts",
  "a/.../mod.ts",
  "a b/mod.ts",
  "mod.ts;rm.ts",
  `${"a/".repeat(60_000)}mod.ts`,
].map((entry) =>
  [`as an entry: ${entry.slice(0, 30)}`, bent("/entry", entry), /\/entry: /] as const
);

const types: readonly Hostile[] = [
  ["a number as a name", "/name", 7, /\/name: expected string, not 7/],
  ["an object as a name", "/name", { toString: 1 }, /\/name: expected string/],
  ["null as a version", "/version", null, /\/version: expected string, not null/],
  ["a list as operators", "/operators", [], /\/operators: expected record, not \[\]/],
  ["no operators", "/operators", {}, /\/operators: has no operators/],
  ["a misspelt part", "/sumary", "x", /\/sumary: is not known: did you mean "summary"\?/],
  ["code", "/operators/clock/create", "() => {}", /create: is not known: there is summary/],
  ["a misspelt part of an operator", "/operators/clock/output", {}, /did you mean "outputs"\?/],
  ["an operator in capitals", "/operators/CLOCK", {}, /\/operators\/CLOCK: a name has letters/],
  ["an operator with a path", "/operators/a~1..~1b", {}, /a name has letters/],
  ["an operator with a line feed", "/operators/a\n", {}, /a name has letters/],
  ["a port with a space", `${config.replace("config", "inputs")}/a b`, {}, /a name has letters/],
  ["a summary of nothing", "/summary", "", /\/summary: is empty/],
  ["a summary of lines", "/summary", "a\nb", /\/summary: has control/],
  ["a summary that clears the screen", "/summary", "a\u001b[2J", /\/summary: has control/],
  ["a summary from right to left", "/summary", "a\u202eb", /\/summary: has control/],
  ["a giant text", "/operators/warmest/docs", "a".repeat(10_001), /docs: is longer than 10000/],
  ["an odd interest", "/operators/clock/interest", "sometimes", /interest: expected one of/],
  ["a source with inputs", "/operators/warmest/source", "split", /without inputs only/],
  ["state of version 0", "/operators/warmest/state/version", 0, /state\/version: /],
  ["state of version 1.5", "/operators/warmest/state/version", 1.5, /state\/version: expected int/],
  ["a pair of one", "/operators/warmest/connects", [["in"]], /connects\/0: /],
  ["a pair with a summary", "/operators/warmest/connects", [["in", "out", {}]], /connects\/0/],
  ["a pair of no port", "/operators/warmest/connects", [["inn", "out"]], /did you mean "in"\?/],
  ["a pact of no port", "/operators/warmest/pacts", { none: "gather" }, /there is no input "none"/],
  [
    "a pact of a function",
    "/operators/warmest/pacts/in",
    { exchange: 7 },
    /pacts\/in: expected pipe/,
  ],
  ["a pact by a prototype", "/operators/warmest/pacts/in", { exchange: "__proto__" }, /pacts\/in/],
  ["a route", "/operators/warmest/pacts/in", { route: "x" }, /pacts\/in: expected pipeline/],
  [
    "an example of no port",
    "/operators/clock/example",
    { outputs: { o: [] } },
    /there is no output/,
  ],
  ["types of objects", "/operators/clock/types", { results: { a: { kind: "object" } } }, /a type/],
  ["a licence with a shell", "/license", "MIT; rm -rf /", /\/license: /],
  ["a host with a path", "/permissions/net", ["example.com/x"], /net\/0: expected a host/],
  ["two hosts in one", "/permissions/net", ["a.com,b.com"], /net\/0: expected a host/],
  ["every host", "/permissions/net", ["*"], /net\/0: expected a host/],
  ["all of the net", "/permissions/net", true, /permissions\/net: expected array/],
  ["two places in one", "/permissions/read", ["a,/etc"], /read\/0: has a comma/],
  ["a place with NUL", "/permissions/write", ["a\u0000b"], /write\/0: has control/],
  ["running programs", "/permissions/run", ["sh"], /permissions\/run: is not known/],
  ["all variables", "/permissions/env", ["*"], /env\/0: expected a variable's name/],
].map(([what, pointer, value, said]) =>
  [what, bent(pointer as string, value), said] as unknown as Hostile
);

const many = (length: number, value: unknown) =>
  Object.fromEntries(Array.from({ length }, (_unused, i) => [`p${i}`, value]));

const schemas: readonly Hostile[] = [
  ["no schema", config, 7, /config: expected a JSON Schema, not 7/],
  ["no configuration", config, undefined, /config: is missing/],
  ["true for a schema", out, true, /expected a JSON Schema/],
  ["a pattern", out, { type: "string", pattern: "(a+)+$" }, /pattern: is not allowed/],
  ["patterns of names", out, { type: "object", patternProperties: {} }, /is not allowed/],
  ["a reference", out, { $ref: "#" }, /\/\$ref: is not allowed: references/],
  ["a reference to elsewhere", out, { $ref: "https://example.com/x.json" }, /is not allowed/],
  ["definitions", out, { $defs: {} }, /\/\$defs: is not allowed/],
  ["a format", out, { type: "string", format: "regex" }, /format: is not allowed/],
  ["a negation", out, { not: {} }, /\/not: is not allowed/],
  ["all of", out, { allOf: [{}] }, /\/allOf: is not allowed/],
  ["an unknown type", out, { type: "function" }, /"function" is no type/],
  ["a type of Object", out, { type: "toString" }, /"toString" is no type/],
  ["several types", out, { type: ["string", "null"] }, /use anyOf/],
  ["two kinds", out, { anyOf: [{}], type: "string" }, /a schema has one of them/],
  ["a keyword of another type", out, { type: "string", minimum: 1 }, /goes with type "integer"/],
  ["a misspelt keyword", out, { type: "string", minLenght: 1 }, /did you mean "minLength"\?/],
  ["a length below 0", out, { type: "string", minLength: -1 }, /expected a length, not -1/],
  ["a length that is a text", out, { type: "string", maxLength: "9" }, /expected a length/],
  ["a divisor of 0", out, { type: "number", multipleOf: 0 }, /expected a number, not 0/],
  ["no alternatives", out, { anyOf: [] }, /expected a list of JSON Schemas/],
  ["no values", out, { enum: [] }, /expected a list of values/],
  ["objects as values", out, { enum: [{}] }, /expected texts, numbers/],
  ["values of another type", out, { type: "integer", enum: [1, "a"] }, /"a", which is not of type/],
  ["a required name that is not there", out, { type: "object", required: ["a"] }, /not "a"/],
  [
    "a required name twice",
    out,
    { type: "object", properties: { a: {} }, required: ["a", "a"] },
    /has a name twice/,
  ],
  ["a required prototype", out, { type: "object", required: ["toString"] }, /not "toString"/],
  ["a default that does not fit", out, { type: "string", default: 7 }, /default: 7 does not fit/],
  ["functions in records", out, { "x-meander-expression": ["a"] }, /never in records/],
  [
    "a function of code",
    config,
    { "x-meander-expression": ["a) { evil(); }, (b"] },
    /names of at most/,
  ],
  [
    "a function with a default",
    config,
    { "x-meander-expression": [], default: 1 },
    /has no default/,
  ],
  ["a parameter twice", config, { "x-meander-expression": ["a", "a"] }, /a parameter twice/],
  ["17 schemas deep", out, deep(17), /is deeper than 16 schemas|deeper than 32 levels/],
  ["30 schemas deep", out, deep(30), /deeper than 32 levels/],
  ["too many values", out, wide, /more than 2000 parts/],
  [
    "too many parts",
    out,
    { anyOf: Array.from({ length: 2001 }, () => ({})) },
    /more than 2000 parts/,
  ],
  ["a prototype as a title", out, { title: {} }, /title: expected a text/],
  ["a screen as a title", out, { title: "\u001b[2J" }, /title: has control characters/],
  ["a giant description", out, { description: "a".repeat(20_000) }, /longer than 10000/],
  [
    "more than its places",
    out,
    { type: "array", prefixItems: [{}], minItems: 2 },
    /more than there are/,
  ],
  [
    "a tuple with a most",
    out,
    { type: "array", prefixItems: [{}], maxItems: 2 },
    /does not go with/,
  ],
  ["33 ports", "/operators/clock/outputs", many(33, {}), /has 33 names, more than 32/],
  ["201 operators", "/operators", many(201, whole.operators.clock), /has 201 names, more than 200/],
].map(([what, pointer, value, said]) =>
  [what, bent(pointer as string, value), said] as unknown as Hostile
);

const huge: readonly Hostile[] = [
  [
    "an infinite limit",
    bent(out, { type: "number", minimum: 9 }).replace(":9}", ":1e999}"),
    /not Infinity/,
  ],
  ["an infinite value", bent(out, { enum: [9] }).replace("[9]", "[1e999]"), /too large/],
  [
    "an infinite length",
    bent(out, { type: "string", maxLength: 9 }).replace(":9}", ":1e999}"),
    /a length/,
  ],
  ["a length of 2^60", bent(out, { type: "string", maxLength: 2 ** 60 }), /expected a length/],
  ["a version of 2^60", bent("/operators/warmest/state/version", 2 ** 60), /state\/version: /],
];

/** All of them. */
export const hostile: readonly Hostile[] = [
  ...texts,
  ...names,
  ...versions,
  ...ranges,
  ...entries,
  ...types,
  ...schemas,
  ...huge,
];
