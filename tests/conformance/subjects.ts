/**
 * All operators that the conformance suite knows.
 *
 * @module
 */
import type { Subject } from "./subject.ts";
import { subjects as asynchronous } from "./subjects/async.ts";
import { subjects as iteration } from "./subjects/iteration.ts";
import { subjects as keyed } from "./subjects/keyed.ts";
import { subjects as records } from "./subjects/records.ts";
import { subjects as routes } from "./subjects/routes.ts";
import { subjects as sets } from "./subjects/sets.ts";
import { subjects as sources } from "./subjects/sources.ts";
import { subjects as windows } from "./subjects/windows.ts";

/** Each in one way of using it. */
export const subjects: readonly Subject[] = [
  ...records,
  ...routes,
  ...keyed,
  ...sets,
  ...windows,
  ...iteration,
  ...asynchronous,
  ...sources,
];
