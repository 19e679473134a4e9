/**
 * Errors on their way from one worker to another.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";

/** What is left of an error when it leaves its worker. */
export interface FaultNote {
  readonly code: string;
  readonly text: string;
  readonly where?: string;
  /** What it was caused by: its class is left by name only. */
  readonly cause?: { readonly name: string; readonly message: string; readonly stack: string };
}

/** An error as plain data. What it was caused by may be hostile, and is shown as far as it lets itself. */
export function noteOf(error: unknown): FaultNote {
  if (!MeanderError.is(error)) return { code: "MEANDER_WORKER", text: show(error, 1000) };
  const { code, where, cause } = error;
  return {
    code,
    text: error.message.slice(code.length + 2),
    ...(where === undefined ? {} : { where }),
    ...(cause === undefined ? {} : { cause: partsOf(cause) }),
  };
}

function partsOf(cause: unknown): { name: string; message: string; stack: string } {
  try {
    if (cause instanceof Error && typeof cause.message === "string") {
      return { name: String(cause.name), message: cause.message, stack: String(cause.stack) };
    }
  } catch {
    // A revoked proxy, or a message that throws.
  }
  return { name: "Error", message: show(cause, 1000), stack: "" };
}

/** The error again, with the worker on which it was met. */
export function errorOf({ code, text, where, cause }: FaultNote, worker: number): MeanderError {
  return new MeanderError(code, `${text} (on worker ${worker})`, {
    ...(where === undefined ? {} : { where }),
    ...(cause === undefined ? {} : { cause: causeOf(cause) }),
  });
}

/** With the stack of the worker on which it was thrown, which has the line to mend. */
function causeOf({ name, message, stack }: NonNullable<FaultNote["cause"]>): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = stack === "" ? `${name}: ${message}` : stack;
  return error;
}
