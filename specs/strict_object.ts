/**
 * The one form of objects in the grammar of specs.
 *
 * @module
 */
import { z } from "zod";

/** An object of exactly these parts. */
export function object<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      // What may stand here is what the reader of an issue cannot know; structure.ts makes sentences of it.
      return JSON.stringify(keys);
    },
  });
}
