/**
 * Zod types of the kind that a manifest can say, with values that fit them more or less.
 */
import fc from "fast-check";
import { z } from "zod";
import { anyRecord, expression } from "../../../operators/contract/definition.ts";

const name = fc.constantFrom("a", "b", "c", "city", "x-y", "$ref", "type", "ü", "toString", "");
const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, -1, 1.5, "", "a", "city"),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 4 }),
);

function limited<T>(
  type: T,
  low: number | undefined,
  high: number | undefined,
  min: (type: T, n: number) => T,
  max: (type: T, n: number) => T,
): T {
  const one = low === undefined ? type : min(type, low);
  return high === undefined ? one : max(one, high);
}

const length = fc.option(fc.nat(3), { nil: undefined });
const limit = fc.option(fc.constantFrom(-2, -0.5, 0, 1, 2.5, 1e9), { nil: undefined });

const texts = fc.tuple(length, length).map(([low, high]) =>
  limited(z.string(), low, high, (type, n) => type.min(n), (type, n) => type.max(n)) as z.ZodType
);
const numbers = fc.tuple(
  fc.constantFrom(
    () => z.number(),
    () => z.int(),
    () => z.int32(),
    () => z.uint32(),
    () => z.float64(),
    () => z.number().multipleOf(0.5),
  ),
  limit,
  limit,
  fc.boolean(),
).map(([make, low, high, isOpen]) =>
  limited<z.ZodNumber>(
    make(),
    low,
    high,
    (type, n) => isOpen ? type.gt(n) : type.min(n),
    (type, n) => isOpen ? type.lt(n) : type.max(n),
  ) as z.ZodType
);
const values = fc.oneof(
  fc.uniqueArray(fc.constantFrom("a", "b", "c", "", "__proto__"), { minLength: 1 })
    .map((list) => z.enum(list) as z.ZodType),
  fc.uniqueArray(fc.constantFrom("a", 1, null, true, 1.5), { minLength: 1 })
    .map((list) => z.literal(list) as z.ZodType),
);
const leaf = fc.oneof(
  texts,
  numbers,
  values,
  fc.constantFrom(() => z.boolean(), () => z.null(), () => z.unknown(), () => anyRecord)
    .map((make) => make() as z.ZodType),
);

/** Types of records; with `functions` also of configurations. */
export function anyType(functions: boolean, depth = 3): fc.Arbitrary<z.ZodType> {
  const ends = functions
    ? fc.oneof(
      leaf,
      fc.constantFrom(["record"], [], ["left", "right"]).map((p) => expression(...p)),
    )
    : leaf;
  if (depth === 0) return ends;
  const inner = anyType(functions, depth - 1);
  const list = fc.array(inner, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    ends,
    fc.tuple(inner, length, length).map(([of, low, high]) =>
      limited(z.array(of), low, high, (type, n) => type.min(n), (type, n) => type.max(n))
    ),
    fc.tuple(list, fc.nat(3), fc.option(inner, { nil: undefined })).map(([parts, least, rest]) => {
      const all = parts.map((part, i) => i < least ? part : part.optional());
      const tuple = z.tuple(all as [z.ZodType, ...z.ZodType[]]);
      return rest === undefined ? tuple : tuple.rest(rest);
    }),
    inner.map((of) => z.record(z.string(), of)),
    list.map((options) => z.union(options)),
    list.map((options) => z.xor(options)),
    inner.map((of) => of.nullable()),
    inner.map((of) => of.readonly()),
    inner.map((of) => of.describe("what it is")),
    anyObject(inner),
  );
}

function anyObject(inner: fc.Arbitrary<z.ZodType>): fc.Arbitrary<z.ZodType> {
  const part = fc.tuple(inner, fc.constantFrom("there", "optional", "default"), scalar);
  return fc.tuple(
    fc.dictionary(name, part, { maxKeys: 3, noNullPrototype: true }),
    fc.constantFrom("strip", "strict", "loose", "rest"),
    inner,
  ).map(([parts, rest, of]) => {
    const shape = Object.fromEntries(
      Object.entries(parts).map(([key, [type, presence, value]]) => {
        if (presence === "optional") return [key, type.optional()];
        // A default that does not fit its own type is a mistake, and refused.
        const fits = presence === "default" && type.safeParse(value).success;
        return [key, fits ? type.default(value) : type];
      }),
    );
    const object = z.object(shape);
    if (rest === "strict") return object.strict();
    if (rest === "loose") return object.loose();
    return rest === "rest" ? object.catchall(of) : object;
  });
}

/** Anything that a record can be, and a function. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.constantFrom(() => 1),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** Values that fit a type more often than any value does. */
export function likely(type: z.ZodType): fc.Arbitrary<unknown> {
  const { def } = type._zod as unknown as { def: Readonly<Record<string, unknown>> };
  const of = (inner: unknown) =>
    fc.oneof({ weight: 4, arbitrary: likely(inner as z.ZodType) }, anyValue);
  switch (def.type) {
    case "custom":
      return fc.constantFrom(() => 1, "record");
    case "enum":
      return fc.constantFrom(...Object.values(def.entries as Record<string, string>), 0);
    case "literal":
      return fc.constantFrom(...def.values as unknown[], "d");
    case "array":
      return fc.array(of(def.element), { maxLength: 4 });
    case "tuple":
      return fc.tuple(...(def.items as unknown[]).map(of)).chain((items) =>
        fc.nat(items.length + 1).map((n) => n > items.length ? [...items, 1] : items.slice(0, n))
      );
    case "record":
      return fc.dictionary(name, of(def.valueType), { maxKeys: 3, noNullPrototype: true });
    case "union":
      return fc.oneof(...(def.options as unknown[]).map(of));
    case "nullable":
      return fc.oneof(of(def.innerType), fc.constant(null));
    case "object": {
      const shape = def.shape as Readonly<Record<string, z.ZodType>>;
      const parts = Object.fromEntries(Object.entries(shape).map(([key, each]) => [key, of(each)]));
      const full = fc.record(parts, { noNullPrototype: true });
      return fc.oneof(
        full,
        fc.record(parts, { requiredKeys: [], noNullPrototype: true }),
        fc.tuple(full, name, anyValue).map(([object, key, value]) => ({ ...object, [key]: value })),
      );
    }
    default:
      return def.innerType === undefined ? scalar : of(def.innerType);
  }
}
