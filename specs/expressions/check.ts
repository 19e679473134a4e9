/**
 * From the syntax tree to typed terms, with all problems on the way.
 *
 * @module
 */

import { ANY, type RecordType } from "../../operators/contract/record_type.ts";
import { functionNames, globalCall, methodCall } from "./calls.ts";
import { type Checking, condition, present } from "./checking.ts";
import { methods, notOffered } from "./functions.ts";
import type { Variable } from "./loops.ts";
import { keyOf, pathOf, presentWhen } from "./narrowing.ts";
import { nearest } from "../../operators/contract/nearest.ts";
import { arithmetic, comparison, index, membership, negation } from "./operators.ts";
import type { ASTNode } from "./parse.ts";
import type { ExpressionProblem } from "./problem.ts";
import { broken, call, conditional, inline, list, literal, literalType, logical } from "./terms.ts";
import { map, object, quote, retyped, type Term } from "./terms.ts";
import { bare, BOOLEAN, BROKEN, EMPTY_MAP, joinAll, name, STRING } from "./types.ts";

interface Scope {
  readonly names: ReadonlyMap<string, Term>;
  /** Places that are not null. */
  readonly present: ReadonlySet<string>;
}

/** Checks one expression. */
export class Checker implements Checking {
  readonly problems: ExpressionProblem[] = [];
  readonly #text: string;
  #scope: Scope;

  constructor(text: string, names: ReadonlyMap<string, Term>) {
    this.#text = text;
    this.#scope = { names, present: new Set() };
  }

  check(node: ASTNode): Term {
    switch (node.op) {
      case "value":
        return this.#literal(node, node.args);
      case "id":
        return this.#narrowed(node, this.#name(node, node.args));
      case ".":
        return this.#narrowed(node, this.#select(node, node.args[0], node.args[1]));
      case "[]":
        return this.#narrowed(node, this.#index(node, node.args));
      case "call":
        return globalCall(this, node, ...node.args);
      case "rcall":
        return methodCall(this, node, ...node.args);
      case "list":
        return this.#list(node.args);
      case "map":
        return this.#map(node.args);
      case "?:":
        return this.#conditional(node.args);
      case "&&":
      case "||":
        return this.#logical(node.op, node.args);
      case "!_":
        return this.#not(node.args);
      default:
        return this.#operator(node);
    }
  }

  checkWhere(node: ASTNode, places: readonly string[]): Term {
    if (places.length === 0) return this.check(node);
    const before = this.#scope;
    this.#scope = { names: before.names, present: new Set([...before.present, ...places]) };
    const term = this.check(node);
    this.#scope = before;
    return term;
  }

  checkWith(
    node: ASTNode,
    variableName: string,
    variable: Variable,
    places: readonly string[],
  ): Term {
    const before = this.#scope;
    // What is known of an outer name says nothing of an inner one that hides it.
    const isHidden = (place: string) =>
      place === variableName || place.startsWith(`${variableName}.`);
    this.#scope = {
      names: new Map(before.names).set(variableName, variable.term),
      present: new Set([...before.present].filter((place) => !isHidden(place)).concat(places)),
    };
    const term = this.check(node);
    this.#scope = before;
    return term;
  }

  problem(node: ASTNode, message: string, hint?: string): Term {
    const place = { offset: node.start, length: node.end - node.start };
    this.problems.push(hint === undefined ? { message, ...place } : { message, hint, ...place });
    return broken;
  }

  knows(name: string): boolean {
    return this.#scope.names.has(name);
  }

  textOf(node: ASTNode): string {
    const text = this.#text.slice(node.start, node.end);
    return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
  }

  #literal(node: ASTNode, value: unknown): Term {
    if (typeof value === "bigint") {
      const number = Number(value);
      if (Number.isSafeInteger(number)) return literal(number, literalType(value));
      return this.problem(node, `${value} is beyond the integers up to 2^53 - 1`);
    }
    const isPlain = value === null || ["string", "number", "boolean"].includes(typeof value);
    if (isPlain) {
      const plain = value as string | number | boolean | null;
      return literal(plain, literalType(plain));
    }
    const [what, hint] = value instanceof Uint8Array
      ? ["Bytes are", "Use strings"]
      : ["Unsigned integers are", "Write the number without u"];
    return this.problem(node, `${what} not offered`, hint);
  }

  #name(node: ASTNode, wanted: string): Term {
    const term = this.#scope.names.get(wanted);
    if (term !== undefined) return term;
    const message = `There is no "${wanted}"`;
    const why = notOffered.get(wanted);
    if (why !== undefined) return this.problem(node, `${wanted} is not offered`, why);
    if (functionNames.includes(wanted)) {
      return this.problem(node, `${wanted} is a function`, `Write ${wanted}(x)`);
    }
    const near = this.#nearest(wanted, this.#scope.names.keys());
    if (near !== undefined) return this.problem(node, message, `Did you mean "${near}"?`);
    const known = [...this.#scope.names.keys()].slice(0, 10).join(", ");
    return this.problem(
      node,
      message,
      known === "" ? "Nothing has a name here" : `Known: ${known}`,
    );
  }

  /** Suggestions take time, which a text full of mistakes shall not multiply. */
  #nearest(wanted: string, candidates: Iterable<string>): string | undefined {
    return this.problems.length < 20 ? nearest(wanted, candidates) : undefined;
  }

  #narrowed(node: ASTNode, term: Term): Term {
    if (term.type.kind !== "optional") return term;
    const path = pathOf(node);
    if (path === undefined || !this.#scope.present.has(path)) return term;
    return retyped(term, bare(term.type));
  }

  #select(node: ASTNode, baseNode: ASTNode, field: string): Term {
    const base = present(this, baseNode, this.check(baseNode));
    if (base.type === BROKEN) return broken;
    const place = { ...node, start: node.pos, end: node.end } as ASTNode;
    if (base.type.kind === "any") return call("field", ANY, [base, literal(field, STRING)], true);
    if (base.type.kind === "map") {
      return call("entry", base.type.of, [base, literal(field, STRING)], true);
    }
    if (base.type.kind === "object") {
      return this.#field(place, baseNode, base, base.type.fields, field);
    }
    const hint = methods.has(field) ? `Write ${this.textOf(node)}()` : undefined;
    return this.problem(place, `${name(base.type)} has no fields`, hint);
  }

  #index(node: ASTNode, [baseNode, keyNode]: readonly [ASTNode, ASTNode]): Term {
    const base = present(this, baseNode, this.check(baseNode));
    const key = keyOf(keyNode);
    if (base.type.kind !== "object" || key === undefined) return index(this, node, base, keyNode);
    return this.#field(keyNode, baseNode, base, base.type.fields, key);
  }

  /** A field of a known object: a plain load, since values are trusted to be of their type. */
  #field(
    place: ASTNode,
    baseNode: ASTNode,
    base: Term,
    fields: ReadonlyMap<string, RecordType>,
    field: string,
  ): Term {
    const type = fields.get(field);
    if (type === undefined) {
      const names = [...fields.keys()];
      const near = this.#nearest(field, names);
      const hint = near === undefined
        ? `Known: ${names.slice(0, 10).join(", ")}`
        : `Did you mean "${near}"?`;
      return this.problem(place, `${this.textOf(baseNode)} has no field "${field}"`, hint);
    }
    // A name that objects inherit something under is read as an own property only.
    if (field in Object.prototype) {
      return call("ownField", type, [base, literal(field, STRING)], false);
    }
    const canLack = type.kind === "optional" || type.kind === "null";
    return inline(type, [base], (code) => {
      const load = `${code}[${quote(field)}]`;
      return canLack ? `(${load} ?? null)` : load;
    });
  }

  #list(elements: readonly ASTNode[]): Term {
    const terms = elements.map((element) => this.check(element));
    return terms.some(({ type }) => type === BROKEN) ? broken : list(terms);
  }

  #map(entries: readonly (readonly [ASTNode, ASTNode])[]): Term {
    const fields = new Map<string, Term>();
    const pairs: [Term, Term][] = [];
    let isFixed = true;
    for (const [keyNode, valueNode] of entries) {
      const key = present(this, keyNode, this.check(keyNode));
      const value = this.check(valueNode);
      pairs.push([key, value]);
      if (typeof key.literal === "string") {
        if (fields.has(key.literal)) {
          this.problem(keyNode, `The key ${JSON.stringify(key.literal)} is there twice`);
        }
        fields.set(key.literal, value);
        continue;
      }
      isFixed = false;
      if (key.type.kind !== "any" && key.type.kind !== "string") {
        this.problem(
          keyNode,
          `Keys are strings, not ${name(key.type)}`,
          `Write string(${this.textOf(keyNode)})`,
        );
      }
    }
    if (pairs.some((pair) => pair.some(({ type }) => type === BROKEN))) return broken;
    if (entries.length === 0) return inline(EMPTY_MAP, [], () => "({})");
    if (isFixed) return object(fields);
    return map(pairs, { kind: "map", of: joinAll(pairs.map(([, value]) => value.type)) });
  }

  #conditional([testNode, yesNode, noNode]: readonly [ASTNode, ASTNode, ASTNode]): Term {
    const test = condition(this, testNode, this.check(testNode));
    const yes = this.checkWhere(yesNode, presentWhen(testNode, true));
    const no = this.checkWhere(noNode, presentWhen(testNode, false));
    if ([test, yes, no].some(({ type }) => type === BROKEN)) return broken;
    return conditional(test, yes, no);
  }

  #logical(operator: "&&" | "||", [leftNode, rightNode]: readonly [ASTNode, ASTNode]): Term {
    const left = condition(this, leftNode, this.check(leftNode));
    const places = presentWhen(leftNode, operator === "&&");
    const right = condition(this, rightNode, this.checkWhere(rightNode, places));
    if (left.type === BROKEN || right.type === BROKEN) return broken;
    return logical(operator, left, right);
  }

  #not(operand: ASTNode): Term {
    const term = condition(this, operand, this.check(operand));
    return term.type === BROKEN ? broken : inline(BOOLEAN, [term], (code) => `!${code}`);
  }

  #operator(node: ASTNode): Term {
    switch (node.op) {
      case "-_":
        return negation(this, node, node.args);
      case "+":
      case "-":
      case "*":
      case "/":
      case "%":
        return arithmetic(this, node, node.op, node.args);
      case "in":
        return membership(this, node, node.args);
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return comparison(this, node, node.op, node.args);
      default:
        return this.problem(node, `${node.op} is not offered`);
    }
  }
}
