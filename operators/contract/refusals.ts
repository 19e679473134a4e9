/**
 * What a vertex's account refuses, as errors: each says what was asked for, what is held, and what to do.
 *
 * @module
 */
import { formatTime, type Time } from "../../progress/time.ts";
import { MeanderError, show } from "./fault.ts";

/** Asked for something with frontiers although the operator declares that it wants to know of none. */
export function noInterest(vertex: string, what: string): MeanderError {
  return new MeanderError(
    "MEANDER_INTEREST",
    `Cannot ${what} in "${vertex}": its operator declares interest "never"`,
    { where: vertex, hint: 'Declare interest: "notifications" in the operator' },
  );
}

/** Asked outside of a callback: what is staged there would become part of somebody else's turn. */
export function noCallback(vertex: string, what: string): MeanderError {
  return new MeanderError(
    "MEANDER_RIGHT",
    `Cannot ${what} in "${vertex}" outside of its callbacks`,
    {
      where: vertex,
      hint: "Do it in a task: later(() => …)",
    },
  );
}

/** Asked for a timer that would never go off, or before now. */
export function noDelay(vertex: string, delayMs: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_OPTION",
    `Cannot set a timer in "${vertex}" to ${show(delayMs)}: it takes milliseconds, from 0 on`,
    { where: vertex },
  );
}

/** Asked to stop its senders although its operator does not say that it may. */
export function noHoldBack(vertex: string): MeanderError {
  return new MeanderError(
    "MEANDER_OPTION",
    `Cannot hold back what is sent to "${vertex}": its operator does not declare that it may`,
    { where: vertex, hint: "Declare holdsBack: true in the operator" },
  );
}

/** Asked to keep a right in a callback that has none. */
export function nothingToRetain(vertex: string, output: string | undefined): MeanderError {
  const at = output === undefined ? "" : ` at output "${output}"`;
  return new MeanderError(
    "MEANDER_RIGHT",
    `Cannot retain a capability in "${vertex}": this callback has no right${at}`,
    { where: vertex },
  );
}

/** Asked for a notification or capability at a time that no right covers. */
export function noRight(
  vertex: string,
  what: string,
  time: Time,
  output: string,
  held: string,
): MeanderError {
  return new MeanderError(
    "MEANDER_RIGHT",
    `Cannot ask for a ${what} at ${
      formatTime(time)
    } in "${vertex}" (output "${output}"): holds ${held}`,
    {
      where: vertex,
      hint: 'Ask at the time of the batch or later, or pass capability: "none"',
    },
  );
}

/** Asked for a notification whose right is before what it waits for. */
export function rightBefore(vertex: string, guarantee: Time, right: Time): MeanderError {
  return new MeanderError(
    "MEANDER_RIGHT",
    `Cannot ask "${vertex}" for a notification at ${formatTime(guarantee)} with a capability at ` +
      `${formatTime(right)}: it must be at or after, or it could hold back itself`,
    { where: vertex },
  );
}

/** Named a port that is not there. */
export function noPort(
  vertex: string,
  kind: "input" | "output",
  name: string,
  names: readonly string[],
): MeanderError {
  const has = names.map((each) => `"${each}"`).join(", ") || "none";
  return new MeanderError("MEANDER_PORT", `No ${kind} "${name}" on "${vertex}": it has ${has}`, {
    where: vertex,
  });
}
