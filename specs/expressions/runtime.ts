/**
 * Everything that compiled expressions can call, by the name in the generated code.
 *
 * @module
 */

import * as numbers from "./runtime_numbers.ts";
import * as text from "./runtime_text.ts";
import * as values from "./runtime_values.ts";
import { located } from "./fault.ts";

/** The helpers; nothing else is in reach of generated code but its parameters and constants. */
export const runtime: Readonly<Record<string, unknown>> = {
  ...numbers,
  ...text,
  ...values,
  located,
};
