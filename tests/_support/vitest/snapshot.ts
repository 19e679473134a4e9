import { chai, equals, iterableEquality, subsetEquality } from "@vitest/expect";
import type { ChaiPlugin } from "@vitest/expect";
import { SnapshotClient, stripSnapshotIndentation } from "@vitest/snapshot";
import { NodeSnapshotEnvironment } from "@vitest/snapshot/environment";
import { fileURLToPath } from "node:url";
import type { RunningTest } from "./expect.ts";

declare module "@vitest/expect" {
  // The parameters have to be named and bounded as in the interface that this one merges with.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Compares with the snapshot file beside the test. */
    toMatchSnapshot(hint?: string): R;
    /** Compares with the literal in the source, which `--update` writes. */
    toMatchInlineSnapshot(snapshot?: string): R;
    /** Compares the message of what the function throws with the literal in the source. */
    toThrowErrorMatchingInlineSnapshot(snapshot?: string): R;
  }
}

const client = new SnapshotClient({
  isEqual: (a, b) => equals(a, b, [iterableEquality, subsetEquality]),
});
const update = Deno.args.includes("--update");
const named = new Set<string>();
let file: string | undefined;

/** Reads the snapshots of a test file, once; every test file has a process state of its own. */
export async function openSnapshots(origin: string): Promise<void> {
  if (file !== undefined) return;
  file = fileURLToPath(origin);
  await client.setup(file, {
    // Nothing is written unless asked for: a missing snapshot is a failure, here and on vitest.
    updateSnapshot: update ? "all" : "none",
    snapshotEnvironment: new NodeSnapshotEnvironment(),
  });
}

/** Remembers a test, so that the snapshots of those a filter leaves out survive an update. */
export function nameSnapshots(fullTestName: string): void {
  named.add(fullTestName);
}

/** The test ran: a snapshot of its name that it did not use is obsolete. */
export function usedSnapshots(fullTestName: string): void {
  named.delete(fullTestName);
}

/** Writes what an update changed. */
export async function closeSnapshots(): Promise<void> {
  if (file === undefined) return;
  for (const name of named) client.skipTest(file, name);
  if (update) await client.finish(file);
  file = undefined;
}

interface Comparison {
  assertion: object;
  assertionName: string;
  received?: unknown;
  inlineSnapshot?: string | undefined;
  message?: string | undefined;
  error?: Error;
}

function compare({ assertion, received, message, error, ...rest }: Comparison): void {
  const { assertionName, inlineSnapshot } = rest;
  if (chai.util.flag(assertion, "negate")) {
    throw new Error(`Cannot negate ${assertionName}: a snapshot says what a value is`);
  }
  const test = chai.util.flag(assertion, "vitest-test") as RunningTest | undefined;
  if (test === undefined || file === undefined) {
    throw new Error(`Cannot call ${assertionName} outside of a running test`);
  }
  const result = client.match({
    received: received ?? chai.util.flag(assertion, "object"),
    filepath: file,
    name: test.fullTestName,
    assertionName,
    isInline: error !== undefined,
    ...(message === undefined ? {} : { message }),
    ...(inlineSnapshot === undefined
      ? {}
      : { inlineSnapshot: stripSnapshotIndentation(inlineSnapshot) }),
    ...(error === undefined ? {} : { error }),
  });
  if (result.pass) return;
  const advice = "Check the difference, then write it with: deno task test --update";
  throw Object.assign(new Error(`${result.message()}. ${advice}`), {
    actual: result.actual,
    expected: result.expected ?? "",
  });
}

function thrownBy(received: unknown, promise: unknown): unknown {
  if (promise === "rejects") return received;
  try {
    (received as () => unknown)();
  } catch (error) {
    return error;
  }
  throw new Error("Function did not throw, but a snapshot of its error was expected");
}

/**
 * The snapshot matchers. The client finds the place of an inline snapshot on the stack, two frames
 * above a function named `__INLINE_SNAPSHOT__`; hence that name.
 */
export const SnapshotMatchers: ChaiPlugin = (chai, utils) => {
  const prototype = chai.Assertion.prototype;
  utils.addMethod(prototype, "toMatchSnapshot", function (this: object, hint?: string): void {
    compare({ assertion: this, assertionName: "toMatchSnapshot", message: hint });
  });
  utils.addMethod(
    prototype,
    "toMatchInlineSnapshot",
    function __INLINE_SNAPSHOT__(this: object, inlineSnapshot?: string): void {
      const error = new Error("snapshot");
      compare({ assertion: this, assertionName: "toMatchInlineSnapshot", inlineSnapshot, error });
    },
  );
  utils.addMethod(
    prototype,
    "toThrowErrorMatchingInlineSnapshot",
    function __INLINE_SNAPSHOT__(this: object, inlineSnapshot?: string): void {
      const error = new Error("snapshot");
      const flag = (name: string): unknown => utils.flag(this, name);
      const received = thrownBy(flag("object"), flag("promise"));
      const assertionName = "toThrowErrorMatchingInlineSnapshot";
      compare({ assertion: this, assertionName, received, inlineSnapshot, error });
    },
  );
};
