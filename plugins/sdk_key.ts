/**
 * How a content, which imports nothing, gets at what `meander/plugin` exports: whoever loads it puts that under
 * a key of the global object first. So columns, schemas and errors are of the same classes on both sides, and
 * a content does not depend on the build of the engine.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";

/** Where it is found. The number grows when a member goes away or changes what it means. */
export const SDK_KEY: symbol = Symbol.for("meander.plugin.1");

/** What the module `meander/plugin` exports. */
export type Sdk = Readonly<Record<string, unknown>>;

/**
 * Puts it where contents look for it, so that no code can exchange it afterwards. Doing so again does nothing.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_SDK` when something else is there.
 */
export function installSdk(sdk: Sdk): void {
  const there = Object.getOwnPropertyDescriptor(globalThis, SDK_KEY);
  if (there !== undefined) {
    if (there.writable === false && isSame(there.value, sdk)) return;
    throw new MeanderError(
      "MEANDER_PLUGIN_SDK",
      `Cannot hand out "meander/plugin": there is another one under ${String(SDK_KEY)}`,
      { hint: "Load one copy of Meander in a process" },
    );
  }
  // A null prototype, so that a name is there only when it is exported.
  const value = Object.freeze(Object.assign(Object.create(null), sdk));
  Object.defineProperty(globalThis, SDK_KEY, { value, enumerable: false });
}

function isSame(installed: unknown, sdk: Sdk): boolean {
  if (typeof installed !== "object" || installed === null) return false;
  const names = Object.keys(sdk);
  return Object.keys(installed).length === names.length &&
    names.every((name) => (installed as Sdk)[name] === sdk[name]);
}

/**
 * The text of the module that stands for `meander/plugin` in a content: it exports these members of what is
 * under the key, and refuses to load where that is not there or lacks one of them.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_SDK` for a name that no variable can have.
 */
export function sdkModule(names: readonly string[]): string {
  const bad = names.find((name) => !IDENTIFIER.test(name));
  if (bad !== undefined) {
    throw new MeanderError(
      "MEANDER_PLUGIN_SDK",
      `Cannot stand in for "meander/plugin": ${show(bad)} cannot be exported`,
    );
  }
  return [
    `const sdk = globalThis[Symbol.for(${JSON.stringify(SDK_KEY.description)})];`,
    `const missing = sdk === undefined ? undefined : ${
      JSON.stringify(names)
    }.filter((name) => !(name in sdk));`,
    "if (missing === undefined || missing.length > 0) {",
    "  throw new Error(",
    '    "MEANDER_PLUGIN_SDK  Cannot load this plugin: " + (missing === undefined',
    '      ? "it runs within Meander only. Add it with `meander plugin add`"',
    '      : "this Meander has no " + missing.join(", ") + ". Use a version that its manifest allows"),',
    "  );",
    "}",
    ...names.map((name) => `export const ${name} = sdk.${name};`),
    "",
  ].join("\n");
}

const IDENTIFIER = /^(?!(?:sdk|missing|default)$)[A-Za-z_$][\w$]*$/;
