import { diff } from "@vitest/utils/diff";

/** Adds the difference between both sides to the message of a failed comparison. */
export function withDifference(error: unknown): unknown {
  if (!(error instanceof Error) || !("actual" in error) || !("expected" in error)) return error;
  if ("showDiff" in error && error.showDiff === false) return error;
  const difference = diff(error.expected, error.actual);
  if (difference === undefined) return error;
  const message = error.message;
  const explained = `${message}\n\n${difference}\n`;
  // The stack was captured with the old message, and the stack is what a reporter prints.
  const stack = error.stack?.replace(message, () => explained);
  error.message = explained;
  if (stack !== undefined) error.stack = stack;
  return error;
}
