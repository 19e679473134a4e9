/**
 * The types and terms of calls: macros, methods and functions.
 *
 * @module
 */

import { ANY, type RecordType } from "../../operators/contract/record_type.ts";
import { type Checking, condition, present } from "./checking.ts";
import { type Functions, globals, guards, methods, notOffered } from "./functions.ts";
import { type Overload, takes } from "./functions.ts";
import { collected, existsOne, quantified, variable } from "./loops.ts";
import { presentWhen } from "./narrowing.ts";
import { nearest } from "../../operators/contract/nearest.ts";
import type { ASTNode } from "./parse.ts";
import { broken, call, inline, literal, type Term } from "./terms.ts";
import { BOOLEAN, BROKEN, isInteger, isKeyed, name as typeName, STRING } from "./types.ts";

const macros = ["all", "exists", "exists_one", "filter", "map"];

/** The prefixes under which CEL keeps its extensions. */
const libraries = ["math", "strings", "sets", "lists", "base64", "cel", "optional"];

const namesOfMath: ReadonlyMap<string, string> = new Map([["greatest", "max"], ["least", "min"]]);

/** The functions that stand alone: for suggestions. */
export const functionNames: readonly string[] = [...globals.keys(), "has"];

/** `name(a, b)`. */
export function globalCall(
  checking: Checking,
  node: ASTNode,
  name: string,
  args: readonly ASTNode[],
): Term {
  if (name === "has" && args.length === 1) return has(checking, args[0]!);
  return apply(checking, node, name, globals, args);
}

/** `x.name(a, b)`. */
export function methodCall(
  checking: Checking,
  node: ASTNode,
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
): Term {
  const isMacro = macros.includes(name) &&
    (args.length === 2 || name === "map" && args.length === 3);
  if (isMacro) return macro(checking, name, receiver, args);
  const library = receiver.op === "id" && !checking.knows(receiver.args) ? receiver.args : "";
  if (!libraries.includes(library)) {
    return apply(checking, node, name, methods, [receiver, ...args]);
  }
  const own = library === "math" ? namesOfMath.get(name) ?? name : name;
  const why = globals.has(own) ? `Write ${own}(x)` : notOffered.get(name);
  return checking.problem(node, `${library}.${name} is not offered`, why);
}

function apply(
  checking: Checking,
  node: ASTNode,
  name: string,
  functions: Functions,
  args: readonly ASTNode[],
): Term {
  const overloads = functions.get(name);
  if (overloads === undefined) {
    // What is wrong inside is worth knowing, too, but for names that only the call would explain.
    if (!notOffered.has(name)) { for (const arg of args) checking.check(arg); }
    return unknown(checking, node, name, functions, args);
  }
  const terms = args.map((arg) => checking.check(arg));
  if (terms.some(({ type }) => type === BROKEN)) return broken;
  const fitting = overloads.filter(({ parameters }) => parameters.length === args.length);
  const exact = fitting.find(({ parameters }) =>
    parameters.every((parameter, at) => takes(parameter, terms[at]!.type))
  );
  if (exact !== undefined) return exact.make(terms);
  for (const { parameters, make } of fitting) {
    const guarded = terms.map((term, at) => {
      const guard = term.type.kind === "any" ? guards.get(parameters[at]!) : undefined;
      return guard === undefined ? term : call(guard[0], guard[1], [term], true);
    });
    const fits = parameters.every((parameter, at) => takes(parameter, guarded[at]!.type));
    if (fits) return make(guarded);
  }
  return misfit(checking, node, name, overloads, fitting, args, terms);
}

function misfit(
  checking: Checking,
  node: ASTNode,
  name: string,
  overloads: readonly Overload[],
  fitting: readonly Overload[],
  args: readonly ASTNode[],
  terms: readonly Term[],
): Term {
  const isMethod = node.op === "rcall";
  if (fitting.length === 0) {
    const counts = [...new Set(overloads.map(({ parameters }) => parameters.length))]
      .map((count) => isMethod ? count - 1 : count);
    const given = isMethod ? args.length - 1 : args.length;
    const noun = counts.length === 1 && counts[0] === 1 ? "argument" : "arguments";
    return checking.problem(node, `${name} takes ${counts.join(" or ")} ${noun}, not ${given}`);
  }
  const absent = terms.findIndex(({ type }) => type.kind === "optional");
  if (absent >= 0) return present(checking, args[absent]!, terms[absent]!);
  const wanted = fitting[0]!.parameters;
  const at = terms.findIndex(({ type }, place) =>
    fitting.every(({ parameters }) => !takes(parameters[place]!, type))
  );
  const place = Math.max(at, 0);
  const [arg, type, parameter] = [args[place]!, terms[place]!.type, wanted[place]!];
  const text = checking.textOf(arg);
  if (fitting.length > 1) {
    return checking.problem(arg, `${name} is not defined for ${typeName(type)}`);
  }
  const subject = isMethod && place === 0
    ? name
    : `Argument ${isMethod ? place : place + 1} of ${name}`;
  return checking.problem(
    arg,
    `${subject} needs ${parameter === "texts" ? "[string]" : parameter}, got ${typeName(type)}`,
    conversion(parameter, type, text),
  );
}

function conversion(parameter: string, type: RecordType, text: string): string | undefined {
  if (parameter === "integer" && type.kind === "number") return `Write int(${text})`;
  if (parameter === "number" && isInteger(type)) return `Write double(${text})`;
  const isText = parameter === "string" && ["integer", "number", "boolean"].includes(type.kind);
  return isText ? `Write string(${text})` : undefined;
}

function unknown(
  checking: Checking,
  node: ASTNode,
  name: string,
  functions: Functions,
  args: readonly ASTNode[],
): Term {
  const why = notOffered.get(name);
  if (why !== undefined || /^get[A-Z]/.test(name)) {
    const reason = why ?? "Times are integers, milliseconds since 1970";
    return checking.problem(node, `${name} is not offered`, reason);
  }
  const isMethod = functions === methods;
  const others = isMethod ? globals : methods;
  if (others.has(name) || isMethod && name === "has") {
    const text = args[0] === undefined ? "x" : checking.textOf(args[0]);
    const rest = args.length > 1 ? "…" : "";
    const wanted = isMethod ? `${name}(${text})` : `${text}.${name}(${rest})`;
    return checking.problem(
      node,
      `${name} is a ${isMethod ? "function" : "method"}`,
      `Write ${wanted}`,
    );
  }
  if (!isMethod && macros.includes(name)) {
    return checking.problem(node, `${name} is a method`, `Write list.${name}(x, …)`);
  }
  if (macros.includes(name)) {
    return checking.problem(
      node,
      `${name} takes a name and a condition`,
      `Write list.${name}(x, …)`,
    );
  }
  const candidates = isMethod ? [...methods.keys(), ...macros] : functionNames;
  const near = nearest(name, candidates);
  return checking.problem(
    node,
    `There is no ${isMethod ? "method" : "function"} "${name}"`,
    near === undefined ? undefined : `Did you mean "${near}"?`,
  );
}

/** `has(x.f)`. */
function has(checking: Checking, node: ASTNode): Term {
  if (node.op !== ".") {
    return checking.problem(node, "has needs a field, such as has(record.name)");
  }
  const [baseNode, name] = node.args;
  const base = present(checking, baseNode, checking.check(baseNode));
  if (base.type === BROKEN) return broken;
  const key = literal(name, STRING);
  if (base.type.kind === "any") return call("hasField", BOOLEAN, [base, key], true);
  if (base.type.kind === "map") return call("hasField", BOOLEAN, [base, key], false);
  const field = checking.check(node);
  if (field.type === BROKEN) return broken;
  return inline(BOOLEAN, [field], (code) => `(${code} != null)`);
}

function macro(
  checking: Checking,
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
): Term {
  const items = present(checking, receiver, checking.check(receiver));
  const [variableNode] = args;
  if (variableNode?.op !== "id") {
    return checking.problem(variableNode!, `${name} needs a name for the element first`);
  }
  const known = elements(checking, receiver, items);
  const each = variable(known?.type ?? BROKEN);
  const inside = (at: number, places: readonly string[]) =>
    checking.checkWith(args[at]!, variableNode.args, each, places);
  const first = name === "map" && args.length === 2
    ? undefined
    : condition(checking, args[1]!, inside(1, []));
  // What passes the test is known to be what the test says.
  const passed = first === undefined ? [] : presentWhen(args[1]!, true);
  const second = name === "filter"
    ? inside(0, passed)
    : name === "map"
    ? inside(args.length - 1, passed)
    : each.term;
  if (known === undefined || first?.type === BROKEN || second.type === BROKEN) return broken;
  switch (name) {
    case "all":
    case "exists":
      return quantified(name, known.items, each, first!);
    case "exists_one":
      return existsOne(known.items, each, first!);
    default:
      return collected(known.items, each, first, second);
  }
}

function elements(
  checking: Checking,
  node: ASTNode,
  items: Term,
): { items: Term; type: RecordType } | undefined {
  if (items.type === BROKEN) return undefined;
  if (items.type.kind === "list") return { items, type: items.type.of };
  if (isKeyed(items.type)) {
    return { items: call("items", ANY, [items], false), type: STRING };
  }
  if (items.type.kind === "any") return { items: call("items", ANY, [items], true), type: ANY };
  checking.problem(node, `${checking.textOf(node)} is ${typeName(items.type)}, not a list or map`);
  return undefined;
}
