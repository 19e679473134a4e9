/**
 * The types and terms of arithmetic, comparison and membership.
 *
 * @module
 */

import { ANY, type RecordType } from "../../operators/contract/record_type.ts";
import { type Checking, present } from "./checking.ts";
import type { ASTNode } from "./parse.ts";
import { broken, call, inline, integerArithmetic, literal, type Term } from "./terms.ts";
import { BOOLEAN, BROKEN, INTEGER, isComparable, isInteger, isKeyed, isNumeric } from "./types.ts";
import { isScalar, join, name, NUMBER, STRING, valueType } from "./types.ts";

/** The operators of arithmetic. */
export type Arithmetic = "+" | "-" | "*" | "/" | "%";
/** The operators of comparison. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

type Sides = readonly [ASTNode, ASTNode];

/** `a + b` and the like. */
export function arithmetic(
  checking: Checking,
  node: ASTNode,
  operator: Arithmetic,
  sides: Sides,
): Term {
  const [a, b] = sides.map((side) => present(checking, side, checking.check(side))) as [Term, Term];
  if (a.type === BROKEN || b.type === BROKEN) return broken;
  if (a.type.kind === "any" || b.type.kind === "any") {
    return untyped(checking, node, operator, a, b);
  }
  if (isInteger(a.type) && isInteger(b.type)) return integerArithmetic(operator, a, b);
  if (a.type.kind === "number" && b.type.kind === "number" && operator !== "%") {
    return inline(NUMBER, [a, b], (x, y) => `(${x} ${operator} ${y})`);
  }
  if (operator === "+" && a.type.kind === "string" && b.type.kind === "string") {
    return inline(STRING, [a, b], (x, y) => `(${x} + ${y})`);
  }
  if (operator === "+" && a.type.kind === "list" && b.type.kind === "list") {
    return inline(join(a.type, b.type), [a, b], (x, y) => `${x}.concat(${y})`);
  }
  return mismatch(checking, node, operator, sides, a, b);
}

/** A side that nothing is known of follows the other, as far as the operator lets it. */
function untyped(
  checking: Checking,
  node: ASTNode,
  operator: Arithmetic,
  a: Term,
  b: Term,
): Term {
  const other = a.type.kind === "any" ? b.type : a.type;
  const isDivision = operator === "/" || operator === "%";
  if (isDivision && isInteger(other)) {
    return integerArithmetic(
      operator,
      needed("needInteger", INTEGER, a),
      needed("needInteger", INTEGER, b),
    );
  }
  if (operator !== "%" && other.kind === "number") {
    const [x, y] = [needed("needNumber", NUMBER, a), needed("needNumber", NUMBER, b)];
    return inline(NUMBER, [x, y], (left, right) => `(${left} ${operator} ${right})`);
  }
  if (isDivision && other.kind === "any") {
    return checking.problem(
      node,
      `${operator} of two untyped values could mean integers or numbers`,
      "Write int(x) or double(x), or give the input a schema",
    );
  }
  const isAddable = other.kind === "any" || isInteger(other) ||
    operator === "+" && (other.kind === "string" || other.kind === "list");
  if (isDivision || !isAddable) {
    return checking.problem(node, `${operator} is not defined for ${name(other)}`);
  }
  const helper = operator === "+" ? "add" : operator === "-" ? "subtract" : "multiply";
  const type = other.kind === "string"
    ? STRING
    : other.kind === "list"
    ? join(other, { kind: "list", of: ANY })
    : ANY;
  return call(helper, type, [a, b], true);
}

function needed(helper: string, type: RecordType, term: Term): Term {
  return term.type.kind === "any" ? call(helper, type, [term], true) : term;
}

function mismatch(
  checking: Checking,
  node: ASTNode,
  operator: string,
  [leftNode, rightNode]: Sides,
  a: Term,
  b: Term,
): Term {
  const message = `${operator} is not defined for ${name(a.type)} and ${name(b.type)}`;
  if (operator === "%" && isNumeric(a.type) && isNumeric(b.type)) {
    return checking.problem(node, message, "% takes integers: write int(x)");
  }
  if (isNumeric(a.type) && isNumeric(b.type)) {
    const [whole, wholeNode] = isInteger(a.type) ? [a, leftNode] : [b, rightNode];
    const text = checking.textOf(wholeNode);
    const hint = whole.literal === undefined ? `double(${text})` : `${text}.0`;
    return checking.problem(node, message, `Write ${hint}`);
  }
  if (operator === "+" && (a.type.kind === "string" || b.type.kind === "string")) {
    const text = checking.textOf(a.type.kind === "string" ? rightNode : leftNode);
    return checking.problem(node, message, `Write string(${text})`);
  }
  return checking.problem(node, message);
}

/** `-x`. */
export function negation(checking: Checking, node: ASTNode, operand: ASTNode): Term {
  const term = present(checking, operand, checking.check(operand));
  if (term.type === BROKEN) return broken;
  if (typeof term.literal === "number") {
    return literal(isInteger(term.type) ? 0 - term.literal : -term.literal, term.type);
  }
  // The one negation of a safe integer that could go wrong is that of zero, which subtraction avoids.
  if (isInteger(term.type)) return inline(INTEGER, [term], (x) => `(0 - ${x})`);
  if (term.type.kind === "number") return inline(NUMBER, [term], (x) => `(-${x})`);
  if (term.type.kind === "any") return call("negate", ANY, [term], true);
  return checking.problem(node, `- is not defined for ${name(term.type)}`);
}

/** `a == b`, `a < b` and the like. */
export function comparison(
  checking: Checking,
  node: ASTNode,
  operator: Comparison,
  sides: Sides,
): Term {
  const checked = sides.map((side) => checking.check(side));
  if (operator === "==" || operator === "!=") {
    return equality(checking, node, operator, checked[0]!, checked[1]!);
  }
  const [a, b] = checked.map((term, at) => present(checking, sides[at]!, term)) as [Term, Term];
  if (a.type === BROKEN || b.type === BROKEN) return broken;
  const isSame = a.type.kind === b.type.kind;
  if (isNumeric(a.type) && isNumeric(b.type) || isSame && a.type.kind === "boolean") {
    return inline(BOOLEAN, [a, b], (x, y) => `(${x} ${operator} ${y})`);
  }
  const isText = isSame && a.type.kind === "string";
  const isOrdered = (type: RecordType) =>
    isNumeric(type) || ["any", "string", "boolean"].includes(type.kind);
  const isUntyped = a.type.kind === "any" || b.type.kind === "any";
  if (!isText && !(isUntyped && isOrdered(a.type) && isOrdered(b.type))) {
    return checking.problem(
      node,
      `${operator} is not defined for ${name(a.type)} and ${name(b.type)}`,
    );
  }
  const order = call(isText ? "compareText" : "compare", NUMBER, [a, b], !isText);
  return inline(BOOLEAN, [order], (code) => `(${code} ${operator} 0)`);
}

function equality(
  checking: Checking,
  node: ASTNode,
  operator: "==" | "!=",
  a: Term,
  b: Term,
): Term {
  if (a.type === BROKEN || b.type === BROKEN) return broken;
  if (!isComparable(a.type, b.type)) {
    const withNull = a.type.kind === "null" || b.type.kind === "null";
    const other = name(a.type.kind === "null" ? b.type : a.type);
    return checking.problem(
      node,
      withNull
        ? `${other} is never null`
        : `${operator} is not defined for ${name(a.type)} and ${name(b.type)}`,
    );
  }
  // `== null` in JavaScript is null or undefined, and a missing value counts as null.
  if (a.literal === null) return inline(BOOLEAN, [b], (x) => `(${x} ${operator} null)`);
  if (b.literal === null) return inline(BOOLEAN, [a], (x) => `(${x} ${operator} null)`);
  if (isScalar(a.type) && isScalar(b.type)) {
    return inline(BOOLEAN, [a, b], (x, y) => `(${x} ${operator}= ${y})`);
  }
  const same = call("equal", BOOLEAN, [a, b], false);
  return operator === "==" ? same : inline(BOOLEAN, [same], (code) => `!${code}`);
}

/** `a in b`. */
export function membership(checking: Checking, node: ASTNode, [left, right]: Sides): Term {
  const a = checking.check(left);
  const b = present(checking, right, checking.check(right));
  if (a.type === BROKEN || b.type === BROKEN) return broken;
  if (b.type.kind === "any") return call("isIn", BOOLEAN, [a, b], true);
  if (b.type.kind === "list") {
    if (!isComparable(a.type, b.type.of)) {
      return checking.problem(node, `${name(a.type)} is never in ${name(b.type)}`);
    }
    const isPlain = isScalar(a.type) && isScalar(b.type.of);
    if (isPlain) return inline(BOOLEAN, [b, a], (list, x) => `(${list}.indexOf(${x}) >= 0)`);
    return call("isIn", BOOLEAN, [a, b], false);
  }
  if (!isKeyed(b.type)) {
    const hint = b.type.kind === "string" ? "Write text.contains(part)" : undefined;
    return checking.problem(right, `in needs a list or map, got ${name(b.type)}`, hint);
  }
  if (a.type.kind !== "string" && a.type.kind !== "any") {
    return checking.problem(left, `Keys are strings, not ${name(a.type)}`);
  }
  return call("isIn", BOOLEAN, [a, b], false);
}

/** `list[i]`, `map[key]`, where the list or map is checked already. */
export function index(checking: Checking, node: ASTNode, base: Term, right: ASTNode): Term {
  const key = present(checking, right, checking.check(right));
  if (base.type === BROKEN || key.type === BROKEN) return broken;
  if (base.type.kind === "any") return call("at", ANY, [base, key], true);
  if (base.type.kind === "list") {
    if (!isInteger(key.type) && key.type.kind !== "any") {
      const hint = key.type.kind === "number" ? "Write int(x)" : undefined;
      return checking.problem(right, `An index is an integer, not ${name(key.type)}`, hint);
    }
    const place = needed("needInteger", INTEGER, key);
    return call("element", base.type.of, [base, place], true);
  }
  if (isKeyed(base.type)) {
    if (key.type.kind !== "string" && key.type.kind !== "any") {
      return checking.problem(right, `Keys are strings, not ${name(key.type)}`);
    }
    return call("entry", valueType(base.type), [base, needed("needString", STRING, key)], true);
  }
  const hint = base.type.kind === "string" ? "Write text.charAt(i)" : undefined;
  return checking.problem(node, `${name(base.type)} has no elements`, hint);
}
