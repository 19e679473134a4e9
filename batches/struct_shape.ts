/**
 * Builds the objects of a struct column: one generated constructor per shape.
 * @module
 */

import { EncodedColumn } from "./encoded_column.ts";

/** Storage of one field of a struct column. */
export type FieldData = Int32Array | Float64Array | EncodedColumn<unknown>;

/** Turns the fields of one shape back into records. */
export interface Shape {
  /** The record at `index`. */
  readonly row: (fields: readonly FieldData[], index: number) => unknown;
  /** The records `0..length-1` in a fresh array; the fields come decoded, one per name. */
  readonly rows: (fields: readonly ArrayLike<unknown>[], length: number) => unknown[];
}

// Shapes come from schemas, so there are few. The bound is against a long-lived service that sees
// schema after schema; a shape that was dropped is only generated again.
const KEPT_SHAPES = 512;
const shapes = new Map<string, Shape>();

/**
 * The shape of these field names with this storage, generated at its first use. Where code
 * generation is forbidden (an EvalError), an ordinary loop does the same more slowly.
 */
export function shapeOf(names: readonly string[], fields: readonly FieldData[]): Shape {
  const encoded = fields.map((field) => field instanceof EncodedColumn);
  const id = JSON.stringify([names, encoded]);
  const known = shapes.get(id);
  if (known !== undefined) return known;
  const made = generate(names, encoded) ?? interpreted(names);
  if (shapes.size >= KEPT_SHAPES) shapes.clear();
  shapes.set(id, made);
  return made;
}

/**
 * A name as a property of an object literal. `"__proto__": x` would set the prototype; a computed
 * name defines an own property. JSON.stringify quotes any string as a JavaScript literal, so no
 * name can reach the code around it.
 */
function property(name: string, value: string): string {
  const quoted = JSON.stringify(name);
  return name === "__proto__" ? `[${quoted}]: ${value}` : `${quoted}: ${value}`;
}

function generate(names: readonly string[], encoded: readonly boolean[]): Shape | undefined {
  const one = names.map((name, f) => property(name, `c[${f}]${encoded[f] ? ".get(i)" : "[i]"}`));
  const all = names.map((name, f) => property(name, `c${f}[i]`));
  const source = `"use strict";
return {
  row: (c, i) => ({ ${one.join(", ")} }),
  rows: (c, n) => {
    ${names.map((_, f) => `const c${f} = c[${f}];`).join(" ")}
    const out = [];
    for (let i = 0; i < n; i++) out.push({ ${all.join(", ")} });
    return out;
  },
};`;
  try {
    return new Function(source)();
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** The same by interpretation, for places where code generation is forbidden. */
export function interpreted(names: readonly string[]): Shape {
  const build = (valueOf: (field: number) => unknown): unknown => {
    const record = {};
    for (let f = 0; f < names.length; f++) {
      Object.defineProperty(record, names[f], {
        value: valueOf(f),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return record;
  };
  return {
    row: (fields, index) =>
      build((f) => {
        const field = fields[f];
        return field instanceof EncodedColumn ? field.get(index) : field[index];
      }),
    rows: (fields, length) => Array.from({ length }, (_, i) => build((f) => fields[f][i])),
  };
}
