/**
 * Configurations as specs write them, from those that code uses.
 *
 * @module
 */
import type { z } from "zod";
import { show } from "../operators/contract/fault.ts";
import { defOf, expressionOf, unwrapped } from "./configs.ts";
import { expressionParameters, expressionText } from "./expressions/compile.ts";

/** The configuration with texts for functions; what has no text is reported. */
export function writtenConfig(
  schema: z.ZodType,
  value: unknown,
  report: (problem: string) => void,
  name = "with",
): unknown {
  const inner = unwrapped(schema);
  if (typeof value === "function") {
    const text = expressionText(value);
    if (text === undefined) {
      report(`${name} is a function of code, which has no text. Write it with cel("…")`);
    }
    const [written, wanted] = [expressionParameters(value) ?? [], expressionOf(inner) ?? []];
    if (written.some((parameter, i) => parameter !== wanted[i])) {
      report(
        `${name} calls its parameters ${written.join(", ")}: a spec calls them ${
          wanted.join(", ")
        }`,
      );
    }
    return text;
  }
  const def = defOf(inner);
  if (def.type === "union" && typeof value === "string") {
    const options = (def.options as z.ZodType[]).map(unwrapped);
    // Where a text would be read as an expression, it has to be written as one.
    return options.some((option) => expressionOf(option) !== undefined) ? celText(value) : value;
  }
  if (Array.isArray(value)) {
    const element = (def.element ?? inner) as z.ZodType;
    return value.map((each, i) => writtenConfig(element, each, report, `${name}[${i}]`));
  }
  if (typeof value === "object" && value !== null) {
    if (Object.getPrototypeOf(value) !== Object.prototype) {
      report(`${name} is no plain data: ${show(value)}`);
    }
    if (isFunctionName(value) && def.type === "union") {
      report(`${name} has the shape that names a function in a spec: ${show(value)}`);
    }
    const shape = def.shape as Readonly<Record<string, z.ZodType>> | undefined;
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    return Object.fromEntries(
      entries.map(([key, part]) => {
        const of = shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : inner;
        return [key, writtenConfig(of, part, report, `${name}.${key}`)];
      }),
    );
  }
  if (typeof value === "number" && !Number.isFinite(value)) report(`${name} is ${value}`);
  if (typeof value === "bigint" || typeof value === "symbol") {
    report(`${name} is no plain data: ${show(value)}`);
  }
  return value;
}

function isFunctionName(value: object): boolean {
  return Object.keys(value).join() === "function";
}

/** A text as an expression that gives it. */
function celText(text: string): string {
  return JSON.stringify(text);
}
