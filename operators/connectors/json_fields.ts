/**
 * Values as JSON gives them, checked against a type and reduced to the fields it has.
 *
 * @module
 */
import type { FieldData } from "../../batches/data.ts";
import { shapeOf } from "../../batches/struct_shape.ts";
import { show } from "../contract/fault.ts";
import type { RecordType } from "../contract/record_type.ts";
import { DATETIME_HINT, isMilliseconds, parseDatetime } from "./datetime.ts";
import { formatPath } from "./raw.ts";

/** What was wrong with the last value that was refused. */
export class Refusal {
  /** The way to the part that is wrong. */
  path: (string | number)[] = [];
  /** What it should be, or that it is missing. */
  problem = "";
  hint: string | undefined = undefined;
  /** The value at that place. */
  value: unknown = undefined;

  /** What is wrong, as the end of a sentence. */
  get why(): string {
    return `${formatPath(this.path)} ${this.problem}`;
  }
}

/** Returned in place of a value that does not fit. */
export const REFUSED: unique symbol = Symbol("refused");

/** The value as the type has it, or `REFUSED` when it does not fit; then the refusal says why. */
export type FieldReader = (value: unknown, refusal: Refusal) => unknown;

/** Makes the reader of a type. */
export function fieldReader(type: RecordType): FieldReader {
  switch (type.kind) {
    case "any":
      return (value) => value;
    case "string":
      return (value, refusal) =>
        typeof value === "string" ? value : refuse(refusal, value, "a string");
    case "boolean":
      return (value, refusal) =>
        typeof value === "boolean" ? value : refuse(refusal, value, "true or false");
    // What is infinite or was rounded has been refused by its text.
    case "number":
      return (value, refusal) =>
        typeof value === "number" ? value : refuse(refusal, value, "a number");
    case "integer":
      return (value, refusal) =>
        Number.isSafeInteger(value) ? value : refuse(refusal, value, "an integer");
    case "null":
      return (value, refusal) => value === null ? null : refuse(refusal, value, "null");
    case "datetime":
      return readDatetime;
    case "optional": {
      const inner = fieldReader(type.of);
      return (value, refusal) => value === null ? null : inner(value, refusal);
    }
    case "list":
      return listReader(fieldReader(type.of));
    case "map":
      return mapReader(fieldReader(type.of));
    case "object":
      return objectReader(type.fields);
  }
}

function refuse(refusal: Refusal, value: unknown, wanted: string, hint?: string): typeof REFUSED {
  refusal.path = [];
  refusal.value = value;
  refusal.problem = `is ${show(value)}, not ${wanted}`;
  refusal.hint = hint ??
    (value === null
      ? "Declare it as optional in the schema, or correct the record"
      : "Correct the record, or declare another type in the schema");
  return REFUSED;
}

function readDatetime(value: unknown, refusal: Refusal): unknown {
  // As we write it ourselves: what goes out of one dataflow comes into the next.
  if (isMilliseconds(value)) return value + 0;
  const ms = typeof value === "string" ? parseDatetime(value) : undefined;
  return ms ?? refuse(refusal, value, "a date and time", DATETIME_HINT);
}

function within(refusal: Refusal, part: string | number): typeof REFUSED {
  refusal.path.unshift(part);
  return REFUSED;
}

function listReader(read: FieldReader): FieldReader {
  return (value, refusal) => {
    if (!Array.isArray(value)) return refuse(refusal, value, "a list");
    const out: unknown[] = [];
    for (let i = 0; i < value.length; i++) {
      const part = read(value[i], refusal);
      if (part === REFUSED) return within(refusal, i);
      out.push(part);
    }
    return out;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapReader(read: FieldReader): FieldReader {
  return (value, refusal) => {
    if (!isObject(value)) return refuse(refusal, value, "an object");
    // The value is fresh, and any key of it is its own: it may be changed in place.
    for (const key of Object.keys(value)) {
      const part = read(value[key], refusal);
      if (part === REFUSED) return within(refusal, key);
      if (part !== value[key]) {
        Object.defineProperty(value, key, {
          value: part,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
    }
    return value;
  };
}

/**
 * An object that has exactly the fields is taken as it is, since JSON.parse has just made it; only others
 * are copied. Names that all objects inherit, such as `constructor`, are asked for as own ones.
 */
function objectReader(fields: ReadonlyMap<string, RecordType>): FieldReader {
  const names = [...fields.keys()];
  const readers = [...fields.values()].map(fieldReader);
  const mayMiss = [...fields.values()].map(({ kind }) => kind === "optional" || kind === "null");
  const inherited = names.map((name) => name in Object.prototype);
  const cells = names.map((): unknown[] => [null]);
  const shape = shapeOf(names, cells as unknown as FieldData[]);
  return (value, refusal) => {
    if (!isObject(value)) return refuse(refusal, value, "an object");
    let asIs = true;
    for (let f = 0; f < names.length; f++) {
      const name = names[f];
      const given = inherited[f] && !Object.hasOwn(value, name) ? undefined : value[name];
      if (given === undefined && mayMiss[f]) {
        cells[f][0] = null;
        asIs = false;
        continue;
      }
      if (given === undefined) return missing(refusal, name);
      const read = readers[f](given, refusal);
      if (read === REFUSED) return within(refusal, name);
      if (read !== given) asIs = false;
      cells[f][0] = read;
    }
    if (asIs && Object.keys(value).length === names.length) return value;
    return shape.row(cells as unknown as FieldData[], 0);
  };
}

function missing(refusal: Refusal, name: string): typeof REFUSED {
  refusal.path = [];
  refusal.value = undefined;
  refusal.problem = `has no field ${show(name)}`;
  refusal.hint = "Declare it as optional in the schema, or correct the record";
  return REFUSED;
}
