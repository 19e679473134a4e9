/** Random expressions that are well typed, as text, and records for them. */

import fc from "fast-check";

export type Kind = "integer" | "number" | "string" | "boolean" | "[integer]" | "[string]";

/** The variables of every generated expression. */
export const fields: Readonly<Record<string, Kind>> = {
  i: "integer",
  j: "integer",
  d: "number",
  s: "string",
  b: "boolean",
  xs: "[integer]",
  ss: "[string]",
};

type Names = readonly (readonly [name: string, kind: Kind])[];

/** Something written around operands: each `$` is the next of them. */
type Form = readonly [form: string, ...operands: Kind[]];

const forms: Readonly<Record<Kind, readonly Form[]>> = {
  integer: [
    ...["+", "-", "*", "/", "%"].map((op): Form => [`($ ${op} $)`, "integer", "integer"]),
    ["-$", "integer"],
    ["size($)", "string"],
    ["$.size()", "[integer]"],
    ["$[$]", "[integer]", "integer"],
    ["($ ? $ : $)", "boolean", "integer", "integer"],
    ["int($)", "number"],
    // Not of any string: the library takes "" and "0B1" for integers.
    ["int(string($))", "integer"],
    ["int('x' + $)", "string"],
    ["$.indexOf($)", "string", "string"],
    ["$.lastIndexOf($)", "string", "string"],
    ["{'a': $, 'b': $}.a", "integer", "string"],
    ["{'a': $, 'b': $}['b']", "string", "integer"],
    ["{$ + '': $}['k']", "string", "integer"],
  ],
  number: [
    ...["+", "-", "*", "/"].map((op): Form => [`($ ${op} $)`, "number", "number"]),
    ["(-$)", "number"],
    ["double($)", "integer"],
    ["double($)", "string"],
    ["($ ? $ : $)", "boolean", "number", "number"],
  ],
  string: [
    ["($ + $)", "string", "string"],
    ["$[$]", "[string]", "integer"],
    ["($ ? $ : $)", "boolean", "string", "string"],
    ["string($)", "integer"],
    ["string($)", "boolean"],
    ["$.substring($)", "string", "integer"],
    ["$.substring($, $)", "string", "integer", "integer"],
    ["$.trim()", "string"],
    ["$.upperAscii()", "string"],
    ["$.lowerAscii()", "string"],
    ["$.join($)", "[string]", "string"],
  ],
  boolean: [
    ...["==", "!=", "<", "<=", ">", ">="].flatMap((op): Form[] => [
      [`($ ${op} $)`, "integer", "integer"],
      [`($ ${op} $)`, "number", "number"],
      [`($ ${op} $)`, "string", "string"],
    ]),
    ["($ < $)", "integer", "number"],
    ["($ >= $)", "number", "integer"],
    ["($ == $)", "[integer]", "[integer]"],
    ["($ != $)", "[string]", "[string]"],
    ["({'a': $} == {'a': $})", "[integer]", "[integer]"],
    ...["&&", "||", "&&", "||"].map((op): Form => [`($ ${op} $)`, "boolean", "boolean"]),
    ["!$", "boolean"],
    ["($ in $)", "integer", "[integer]"],
    ["($ in $)", "string", "[string]"],
    ["($ in {'a': $})", "string", "integer"],
    ["$.contains($)", "string", "string"],
    ["$.startsWith($)", "string", "string"],
    ["$.endsWith($)", "string", "string"],
    ["bool($)", "string"],
  ],
  "[integer]": [
    ["[$, $]", "integer", "integer"],
    ["($ + $)", "[integer]", "[integer]"],
    ["($ ? $ : $)", "boolean", "[integer]", "[integer]"],
  ],
  "[string]": [
    ["[$, $]", "string", "string"],
    ["($ + $)", "[string]", "[string]"],
    ["$.split($)", "string", "string"],
    ["$.split($, $)", "string", "string", "integer"],
  ],
};

/** How large numbers are: `small` ones never leave the integers, however they are combined. */
export type Size = "small" | "large";

const few = fc.integer({ min: -9, max: 9 });
const integers: Readonly<Record<Size, fc.Arbitrary<number>>> = {
  small: few,
  large: fc.oneof({ arbitrary: few, weight: 4 }, { arbitrary: fc.maxSafeInteger(), weight: 1 }),
};
const numbers: Readonly<Record<Size, fc.Arbitrary<number>>> = {
  small: fc.integer({ min: -36, max: 36 }).map((value) => value / 4),
  large: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
};
// Only ASCII, since the oracle changes the case of all letters.
const strings = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."aAbB 1-'\"\\"), maxLength: 6 }),
  fc.constantFrom("true", "k", "12", "-0.5", ""),
);

const leaves = (size: Size): Readonly<Record<Kind, fc.Arbitrary<string>>> => ({
  integer: integers[size].map((value) => value < 0 ? `(${value})` : String(value)),
  number: fc.integer({ min: 0, max: 40 }).map((value) => (value / 4).toFixed(2)),
  string: strings.map((value) => JSON.stringify(value)),
  boolean: fc.boolean().map(String),
  "[integer]": fc.constantFrom("[1, 2, 3]", "[0]", "record.xs"),
  "[string]": fc.constantFrom("['a', 'b']", "['']", "record.ss"),
});

/** An expression of the kind, at most `depth` operators deep. */
export function expression(
  kind: Kind,
  depth: number,
  size: Size,
  names: Names = [],
): fc.Arbitrary<string> {
  const known = [
    ...Object.entries(fields).map(([name, of]) => [`record.${name}`, of] as const),
    ...names,
  ];
  const fitting = known.filter(([, of]) => of === kind).map(([name]) => name);
  const leaf = fc.oneof(leaves(size)[kind], fc.constantFrom(...fitting));
  if (depth === 0) return leaf;
  const compound = [
    ...forms[kind].map((form) => filled(form, depth, size, names)),
    ...macros(kind, depth, size, names),
  ];
  // Chosen before it is built: all of them together would be too many.
  const choice = fc.nat(compound.length - 1).chain((at) => compound[at]!());
  return fc.oneof({ arbitrary: leaf, weight: 1 }, { arbitrary: choice, weight: 4 });
}

function filled(
  [form, ...operands]: Form,
  depth: number,
  size: Size,
  names: Names,
): () => fc.Arbitrary<string> {
  return () =>
    fc.tuple(...operands.map((operand) => expression(operand, depth - 1, size, names))).map(
      (texts) => {
        let at = 0;
        return form.replaceAll("$", () => texts[at++]!);
      },
    );
}

/** The macros, whose variable is called after the depth. */
function macros(
  kind: Kind,
  depth: number,
  size: Size,
  names: Names,
): (() => fc.Arbitrary<string>)[] {
  const name = `e${depth}`;
  const made = (method: string, of: "integer" | "string", ...inner: Kind[]) => () =>
    fc.tuple(
      expression(`[${of}]`, depth - 1, size, names),
      ...inner.map((each) => expression(each, depth - 1, size, [...names, [name, of]])),
    ).map(([list, ...rest]) => `${list}.${method}(${[name, ...rest].join(", ")})`);
  switch (kind) {
    case "boolean":
      return (["all", "exists", "exists_one"] as const).flatMap((method) => [
        made(method, "integer", "boolean"),
        made(method, "string", "boolean"),
      ]);
    case "[integer]":
      return [
        made("filter", "integer", "boolean"),
        made("map", "string", "integer"),
        made("map", "integer", "boolean", "integer"),
      ];
    case "[string]":
      return [made("filter", "string", "boolean"), made("map", "integer", "string")];
    default:
      return [];
  }
}

/** Values of the {@linkcode fields}. */
export function records(size: Size): fc.Arbitrary<Record<string, unknown>> {
  return fc.record({
    i: integers[size],
    j: integers[size],
    d: numbers[size],
    s: strings,
    b: fc.boolean(),
    xs: fc.array(integers[size], { maxLength: 4 }),
    ss: fc.array(strings, { maxLength: 4 }),
  });
}
