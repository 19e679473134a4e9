/**
 * Built-in modules that compute and reach nothing outside.
 *
 * @module
 */

const HARMLESS: readonly string[] = [
  "assert",
  "assert/strict",
  "buffer",
  "events",
  "path",
  "path/posix",
  "path/win32",
  "punycode",
  "querystring",
  "string_decoder",
  "url",
  "util",
  "util/types",
];

/** The full name of a built-in that a plugin may import, undefined for anything else. */
export function harmlessBuiltin(specifier: string): string | undefined {
  const name = specifier.startsWith("node:") ? specifier.slice("node:".length) : specifier;
  return HARMLESS.includes(name) ? `node:${name}` : undefined;
}

/** What there is, for messages. */
export const BUILTINS_TEXT: string = HARMLESS.map((name) => `node:${name}`).join(", ");
