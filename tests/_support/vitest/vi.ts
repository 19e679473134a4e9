import * as spies from "@vitest/spy";
import type { MaybeMocked } from "@vitest/spy";
import { unsupported } from "./unsupported.ts";

const inject = "modules cannot be replaced under deno test; pass the dependency as an argument";
const clock = "time is injected; give the code under test a clock of your own and advance it";
const wait = "a test does not poll; wait for the promise or the event that says it is done";

/** Spies without module mocking and without fake timers: time and dependencies are injected. */
export const vi = {
  fn: spies.fn,
  spyOn: spies.spyOn,
  isMockFunction: spies.isMockFunction,
  clearAllMocks: spies.clearAllMocks,
  resetAllMocks: spies.resetAllMocks,
  restoreAllMocks: spies.restoreAllMocks,
  /** Tells the compiler that a value is a mock; does nothing at run time. */
  mocked: <T>(value: T): MaybeMocked<T> => value as MaybeMocked<T>,
  ...unsupported("vi", {
    mock: inject,
    doMock: inject,
    unmock: inject,
    doUnmock: inject,
    hoisted: inject,
    importActual: inject,
    importMock: inject,
    resetModules: inject,
    stubGlobal: "pass the global as an argument",
    unstubAllGlobals: "pass the global as an argument",
    stubEnv: "pass the setting as an argument",
    unstubAllEnvs: "pass the setting as an argument",
    useFakeTimers: clock,
    useRealTimers: clock,
    advanceTimersByTime: clock,
    advanceTimersByTimeAsync: clock,
    runAllTimers: clock,
    runAllTimersAsync: clock,
    setSystemTime: clock,
    waitFor: wait,
    waitUntil: wait,
  }),
};
