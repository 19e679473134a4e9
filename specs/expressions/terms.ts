/**
 * Typed terms: what checking an expression gives, and what writes its code. A term knows its type,
 * whether its evaluation can fail, and how to write itself.
 *
 * @module
 */

import { ANY, type RecordType } from "../../operators/contract/record_type.ts";
import type { Body } from "./body.ts";
import { BOOLEAN, BROKEN, EMPTY_LIST, INTEGER, join, joinAll, listOf, NULL } from "./types.ts";
import { NUMBER, STRING } from "./types.ts";

/** A checked part of an expression. */
export interface Term {
  readonly type: RecordType;
  /** Whether evaluation can throw; what cannot is written without any guard. */
  readonly fails: boolean;
  /** The value, where it is written in the text. */
  readonly literal?: string | number | boolean | null;
  /** Writes what has to happen before, and returns a JavaScript expression for the value. */
  emit(body: Body): string;
}

/** The term of what has a problem; its code never runs. */
export const broken: Term = { type: BROKEN, fails: false, emit: () => "undefined" };

/** Text as a JavaScript literal; the two separators are escaped for readers of the code. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A value of the text. */
export function literal(value: string | number | boolean | null, type: RecordType): Term {
  const code = typeof value === "string"
    ? quote(value)
    : typeof value === "number"
    ? numberCode(value)
    : String(value);
  return { type, fails: false, literal: value, emit: () => code };
}

function numberCode(value: number): string {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : String(value);
}

/** Something that has a name in the code: a parameter, a constant, the variable of a loop. */
export function named(type: RecordType, name: () => string): Term {
  return { type, fails: false, emit: name };
}

/** Code made of the operands' code, each of which it reads once. */
export function inline(
  type: RecordType,
  operands: readonly Term[],
  write: (...codes: string[]) => string,
): Term {
  return {
    type,
    fails: operands.some((operand) => operand.fails),
    emit: (body) => body.shorten(write(...operands.map((operand) => operand.emit(body)))),
  };
}

/** A call of a helper of the runtime. */
export function call(
  helper: string,
  type: RecordType,
  operands: readonly Term[],
  fails: boolean,
): Term {
  return {
    type,
    fails: fails || operands.some((operand) => operand.fails),
    emit: (body) => {
      const codes = operands.map((operand) => operand.emit(body));
      return body.shorten(`${body.helper(helper)}(${codes.join(", ")})`);
    },
  };
}

/** The same term as another type, which the caller knows it has. */
export function retyped(term: Term, type: RecordType): Term {
  return { ...term, type };
}

/** Arithmetic on integers, which are safe and never -0. */
export function integerArithmetic(operator: "+" | "-" | "*" | "/" | "%", a: Term, b: Term): Term {
  const isDivision = operator === "/" || operator === "%";
  const isSafe = isDivision && typeof b.literal === "number" && b.literal !== 0;
  return {
    type: INTEGER,
    fails: a.fails || b.fails || !isSafe,
    emit: (body) => {
      const left = body.hold(a.emit(body));
      const right = body.hold(b.emit(body));
      if (!isDivision) return checkedRange(body, operator, left, right);
      if (!isSafe) {
        body.line(`if (${right} === 0) ${body.helper("divisionByZero")}(${left}, "${operator}");`);
      }
      // Adding zero turns -0 into 0. Truncating the quotient of two safe integers is exact.
      return operator === "%"
        ? `(${left} % ${right} + 0)`
        : `(${body.helper("truncate")}(${left} / ${right}) + 0)`;
    },
  };
}

/**
 * Rounding is monotone and the bounds are representable, so a rounded result within them is the exact one.
 */
function checkedRange(body: Body, operator: string, left: string, right: string): string {
  const result = body.fresh();
  const exact = operator === "*" ? `${left} * ${right} + 0` : `${left} ${operator} ${right}`;
  body.line(`const ${result} = ${exact};`);
  const isSafe = body.helper("isSafe");
  const report = body.helper("overflow");
  body.line(`if (!${isSafe}(${result})) ${report}(${left}, "${operator}", ${right});`);
  return result;
}

/** `condition ? yes : no`. */
export function conditional(condition: Term, yes: Term, no: Term): Term {
  return {
    type: join(yes.type, no.type),
    fails: condition.fails || yes.fails || no.fails,
    emit: (body) => {
      const test = condition.emit(body);
      const [yesBody, noBody] = [body.block(), body.block()];
      const [yesCode, noCode] = [yes.emit(yesBody), no.emit(noBody)];
      if (yesBody.isEmpty && noBody.isEmpty) {
        return body.shorten(`(${test} ? ${yesCode} : ${noCode})`);
      }
      const result = body.fresh();
      body.line(`let ${result};`);
      body.line(`if (${test}) {\n${yesBody.text}\n${result} = ${yesCode};`);
      body.line(`} else {\n${noBody.text}\n${result} = ${noCode};\n}`);
      return result;
    },
  };
}

/**
 * `a && b` and `a || b`, whose result does not depend on the side of an error: a side that decides the
 * result alone makes an error of the other irrelevant.
 */
export function logical(operator: "&&" | "||", a: Term, b: Term): Term {
  return {
    type: BOOLEAN,
    fails: a.fails || b.fails,
    emit: (body) => {
      const left = a.fails ? undefined : a.emit(body);
      const right = body.block();
      const rightCode = b.emit(right);
      if (left !== undefined && right.isEmpty) {
        return body.shorten(`(${left} ${operator} ${rightCode})`);
      }
      const result = body.fresh();
      const undecided = operator === "&&" ? result : `!${result}`;
      if (left !== undefined) {
        body.line(`let ${result} = ${left};`);
        body.line(`if (${undecided}) {\n${right.text}\n${result} = ${rightCode};\n}`);
        return result;
      }
      const error = body.fresh();
      const attempt = body.block();
      const attemptCode = a.emit(attempt);
      body.line(`let ${result} = ${operator === "&&"}, ${error};`);
      body.line(`try {\n${attempt.text}\n${result} = ${attemptCode};`);
      body.line(`} catch (caught) { ${error} = caught; }`);
      body.line(`if (${undecided}) {\n${right.text}\n${result} = ${rightCode};`);
      body.line(`if (${undecided} && ${error} !== undefined) throw ${error};\n}`);
      return result;
    },
  };
}

/** `[a, b]`. */
export function list(elements: readonly Term[]): Term {
  const type = elements.length === 0
    ? EMPTY_LIST
    : listOf(joinAll(elements.map(({ type }) => type)));
  return inline(type, elements, (...codes) => `[${codes.join(", ")}]`);
}

/** A map whose keys are in the text. */
export function object(entries: ReadonlyMap<string, Term>): Term {
  const fields = new Map([...entries].map(([key, { type }]) => [key, type]));
  const keys = [...entries.keys()];
  // A computed key defines a property of its own even when it is called `__proto__`.
  return inline(
    { kind: "object", fields },
    [...entries.values()],
    (...codes) => `({${codes.map((code, at) => `[${quote(keys[at]!)}]: ${code}`).join(", ")}})`,
  );
}

/** A map with keys that are computed. */
export function map(entries: readonly (readonly [Term, Term])[], type: RecordType): Term {
  return {
    type,
    fails: true,
    emit: (body) => {
      const result = body.fresh();
      body.line(`const ${result} = {};`);
      for (const [key, value] of entries) {
        const codes = `${key.emit(body)}, ${value.emit(body)}`;
        body.line(`${body.helper("putNew")}(${result}, ${codes});`);
      }
      return result;
    },
  };
}

/** The type of a literal. */
export function literalType(value: string | number | boolean | null | bigint): RecordType {
  if (value === null) return NULL;
  if (typeof value === "bigint") return INTEGER;
  if (typeof value === "number") return NUMBER;
  if (typeof value === "string") return STRING;
  return typeof value === "boolean" ? BOOLEAN : ANY;
}
