/**
 * The option to spill.
 *
 * @module
 */
import { z } from "zod";
import { directoryAt } from "./files/directory.ts";
import type { SpillDirectory } from "./spill_file.ts";

/**
 * Where waiting records go that have no room in memory. Without it all stay in memory.
 *
 * The records have to be plain data: a function or an instance of a class of one's own is an error that names the
 * vertex. The files are gone when the dataflow ends, however it does, and nobody else can read them.
 */
export interface SpillOptions {
  /**
   * A directory that is there; the program needs the rights to read and to write in it. Or a place of another
   * kind.
   */
  readonly directory: string | SpillDirectory;
  /** How many records stay in memory, on each worker. */
  readonly records: number;
  /**
   * About how many bytes they take there at most: where records are large, fewer stay. Records alone count when
   * it is left out.
   */
  readonly bytes?: number | undefined;
}

function isDirectory(value: unknown): boolean {
  const { name, open } = (value ?? {}) as { name?: unknown; open?: unknown };
  return typeof name === "string" && typeof open === "function";
}

const schema: z.ZodType<SpillOptions, SpillOptions> = z.strictObject({
  directory: z.union([
    z.string().min(1),
    z.custom<SpillDirectory>(isDirectory, { error: "expected a directory" }),
  ]),
  records: z.int().min(1),
  bytes: z.int().min(1).optional(),
});

/** The form of {@linkcode SpillOptions}, which may be left out. */
export const spillOption: z.ZodOptional<z.ZodType<SpillOptions, SpillOptions>> = schema.optional()
  .describe(
    "`directory` is a path; `records` stay in memory, or fewer where they are more than about `bytes`",
  );

/** Where it says that files are made. */
export function directoryOf({ directory }: SpillOptions): SpillDirectory {
  return typeof directory === "string" ? directoryAt(directory) : directory;
}
