import { formatTime, type Time } from "../../progress/time.ts";
import { MeanderError, show } from "../contract/fault.ts";

/** The error for a function that was called for a batch as a whole, so that no one record is to blame. */
export function batchFault(
  error: unknown,
  where: string,
  time: Time,
  length: number,
): MeanderError {
  const records = length === 1 ? "1 record" : `${length} records`;
  return new MeanderError(
    "MEANDER_USER_FUNCTION",
    `The function of "${where}" threw at time ${formatTime(time)} on a batch of ${records}: ` +
      show(error),
    { where, cause: error, hint: "Mend the function" },
  );
}
