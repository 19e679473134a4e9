/**
 * The command lines of the small examples: options with whole numbers, `--nodes 1000 --workers 2`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { MeanderError } from "meander";

/** The options of a program: what each is when it is left out, and what it may be. */
export type NumberOptions = Readonly<
  Record<string, { readonly usual: number; readonly least: number; readonly most: number }>
>;

/** How many workers share the work. The others than the first are threads, which need `--allow-read`. */
export const workers = { usual: 1, least: 1, most: 64 } as const;

/** What tells random inputs apart. */
export const seed = { usual: 1, least: 0, most: 2 ** 32 - 1 } as const;

/**
 * Reads the arguments.
 *
 * @throws {MeanderError} `EXAMPLE_USAGE` for an option that does not exist, or a number out of its range.
 */
export function numbersFrom<O extends NumberOptions>(
  args: readonly string[],
  options: O,
): { readonly [K in keyof O]: number } {
  const names = Object.keys(options);
  const hint = `The options are ${names.map((name) => `--${name} N`).join(", ")}`;
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
  });
  for (const token of tokens) {
    const isKnown = token.kind === "option" && names.includes(token.name);
    if (isKnown || token.kind === "option-terminator") continue;
    const given = token.kind === "option" ? token.rawName : token.value;
    throw new MeanderError(
      "EXAMPLE_USAGE",
      `Cannot use "${given.slice(0, 80)}": there is no such option`,
      { hint },
    );
  }
  const read = (name: string): number => {
    const { usual, least, most } = options[name];
    const text = values[name];
    if (text === undefined) return usual;
    const number = Number(text);
    if (/^\d+$/.test(String(text)) && number >= least && number <= most) return number;
    throw new MeanderError(
      "EXAMPLE_USAGE",
      `Cannot use --${name} ${String(text).slice(0, 80)}: it takes a whole number from ${least} ` +
        `to ${most}`,
      { hint },
    );
  };
  return Object.fromEntries(names.map((name) => [name, read(name)])) as {
    readonly [K in keyof O]: number;
  };
}

/** A program with its arguments and its output. */
export type Main = (args: readonly string[], print: (line: string) => void) => Promise<void>;

/** Runs a program; the result is the exit code: 0, 2 for wrong arguments, 1 for a run that failed. */
export async function exitCodeOf(
  main: Main,
  args: readonly string[] = Deno.args,
  print: (line: string) => void = console.log,
  complain: (line: string) => void = console.error,
): Promise<number> {
  try {
    await main(args, print);
    return 0;
  } catch (error) {
    if (!MeanderError.is(error)) throw error;
    complain(error.message);
    return error.code === "EXAMPLE_USAGE" ? 2 : 1;
  }
}
