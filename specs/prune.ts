/**
 * Takes out of a spec what the grammar refuses, so that the rest can be checked as well and all problems are
 * told at once.
 *
 * @module
 */
import type { Finding } from "./problem.ts";
import { BROKEN } from "./scopes.ts";
import type { Spec } from "./spec.ts";

/** Parts whose entries stand by themselves: one that is refused says nothing of the others. */
const LISTS: readonly unknown[] = [
  "plugins",
  "params",
  "inputs",
  "nodes",
  "outputs",
  "enter",
  "feedback",
  "leave",
  "tests",
];

/** Parts of inputs, nodes and outputs that may be left out without a consequence elsewhere. */
const OPTIONAL: readonly unknown[] = [
  "description",
  "epochs",
  "file",
  "follow",
  "limits",
  "onError",
  "pace",
  "pin",
  "priority",
  "schema",
  "workers",
];

/** Parts of loops and gates without which what is in them can be looked at all the same. */
const SETTINGS: readonly unknown[] = [
  "batch",
  "inFlight",
  "maxIterations",
  "onLimit",
  "spill",
  "stash",
  "weight",
];

type Part = Record<string | number, unknown>;

/** A copy in which what stands at these paths is marked as broken, or gone where it is not known at all. */
export function prune(data: unknown, refused: readonly Finding[]): Spec {
  const whole = copy(isPart(data) ? data : {}) as Part;
  for (const each of refused) mark(whole, each);
  for (const name of ["params", "inputs", "nodes", "outputs"]) {
    if (!isPart(whole[name])) whole[name] = {};
  }
  if (!Array.isArray(whole.tests)) delete whole.tests;
  for (const name of ["functions", "description"]) {
    if (typeof whole[name] !== "string") delete whole[name];
  }
  if (typeof whole.name !== "string") whole.name = "spec";
  return whole as unknown as Spec;
}

/** Marks the innermost entry around a path that stands by itself. */
function mark(whole: Part, { path, isUnknown, meant }: Finding): void {
  let holder: Part | undefined = undefined;
  let key: string | number = "";
  let part: string | number = "";
  let inner: string | number = "";
  let at: unknown = whole;
  for (let i = 0; i < path.length && isPart(at); i++) {
    if (isUnknown === true && i === path.length - 1) return rename(at, path[i], meant);
    if (i > 0 && LISTS.includes(path[i - 1]) && Object.hasOwn(at, path[i])) {
      [holder, key, part, inner] = [at, path[i], path[i + 1], path[i + 2]];
    }
    at = Object.hasOwn(at, path[i]) ? at[path[i]] : undefined;
  }
  if (holder !== undefined) {
    const entry = holder[key];
    // Without a part that may be left out the rest can still be looked at.
    const scope = isPart(entry) ? entry[part] : undefined;
    if (isPart(entry) && OPTIONAL.includes(part)) delete entry[part];
    else if (isPart(scope) && SETTINGS.includes(inner)) delete scope[inner];
    else define(holder, key, BROKEN);
  } else if (path.length > 0) delete whole[path[0]];
}

/** A misspelt name counts as the one that was meant, so that what it says is not missed a second time. */
function rename(part: Part, name: string | number, meant: string | undefined): void {
  if (meant !== undefined && !Object.hasOwn(part, meant)) define(part, meant, part[name]);
  delete part[name];
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isPart(value)) return value;
  const made: Part = {};
  for (const [name, part] of Object.entries(value)) define(made, name, copy(part));
  return made;
}

/** An assignment to `__proto__` would make no property. */
function define(object: Part, name: string | number, value: unknown): void {
  Object.defineProperty(object, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null;
}
