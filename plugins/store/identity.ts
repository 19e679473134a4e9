/**
 * `name@version`, the only thing of a plugin that becomes part of a file of the store.
 *
 * @module
 */
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { isVersion, PLUGIN_NAME } from "../names.ts";

/** Longer ones are nobody's. */
const MOST_NAME = 64;
const MOST_VERSION = 64;

/** A plugin version. */
export interface Identity {
  readonly name: string;
  readonly version: string;
}

/** Reads `name@version`, `undefined` where the text is none. */
export function parseIdentity(text: string): Identity | undefined {
  const at = text.indexOf("@");
  const [name, version] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (!isName(name) || version.length > MOST_VERSION) return undefined;
  return isVersion(version) ? { name, version } : undefined;
}

/** Whether a text may be the name of a plugin. */
export function isName(text: string): boolean {
  return text.length <= MOST_NAME && PLUGIN_NAME.test(text);
}

/**
 * Checks that a text is `name@version`, and returns it.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_STORE` when it is not.
 */
export function checkedIdentity(text: string): string {
  if (parseIdentity(text) !== undefined) return text;
  throw new MeanderError(
    "MEANDER_PLUGIN_STORE",
    `Cannot find plugin ${show(text)}: that is no name@version`,
    { hint: "Write it like numeric@1.4.0" },
  );
}
