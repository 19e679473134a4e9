/**
 * Times that users' functions give for others.
 *
 * @module
 */
import { checkTime, depthOf, formatTime, lessEqual, type Time } from "../../progress/time.ts";

/**
 * A checked copy of a time that was given for `time`, because a function may hand out one array again and
 * again. `what` is moved.
 *
 * @throws {RangeError} when it is not at or after `time`.
 */
export function laterTime(given: Time, time: Time, what: string): Time {
  const own = checkTime(given, depthOf(time));
  if (lessEqual(time, own)) return own;
  throw new RangeError(
    `it moved the ${what} from ${formatTime(time)} to ${
      formatTime(own)
    }, which is not at or after it`,
  );
}
