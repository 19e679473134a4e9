import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  ChaiStyleAssertions,
  type ExpectStatic,
  getState,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { SnapshotMatchers } from "./snapshot.ts";
import { unsupported } from "./unsupported.ts";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(ChaiStyleAssertions);
chai.use(JestAsymmetricMatchers);
chai.use(SnapshotMatchers);

/** What the assertions of one test share; the names are the ones @vitest/expect writes to. */
export interface RunningTest {
  type: "test";
  fullTestName: string;
  /** Origin of the test file, a file URL. */
  origin: string;
  promises?: Promise<unknown>[];
  onFinished?: (() => unknown)[];
}

const globals = globalThis as unknown as Record<symbol, object>;
let running: RunningTest | undefined;

function assertion(value: unknown, message?: string): Chai.Assertion {
  const { assertionCalls } = getState(expect);
  setState({ assertionCalls: assertionCalls + 1 }, expect);
  const made = chai.expect(value, message);
  // Knowing the test, `rejects` and `resolves` can complain when nobody awaited them.
  if (running !== undefined) chai.util.flag(made, "vitest-test", running);
  return made;
}

const additions = {
  getState: () => getState(expect),
  setState: (state: Partial<ReturnType<typeof getState>>) => setState(state, expect),
  // JestExtend gives chai.expect a method whose first argument is the expect to be extended.
  extend: (matchers: Parameters<ExpectStatic["extend"]>[0]) =>
    (chai.expect as unknown as { extend(on: unknown, matchers: unknown): void })
      .extend(expect, matchers),
  assertions(expected: number): void {
    setState({ expectedAssertionsNumber: expected }, expect);
  },
  hasAssertions(): void {
    setState({ isExpectingAssertions: true }, expect);
  },
  unreachable(message?: string): never {
    chai.assert.fail(`expected ${message === undefined ? "" : `"${message}" `}not to be reached`);
    throw new Error("chai.assert.fail returned");
  },
  ...unsupported("expect", {
    soft: "a test stops at its first failure; use expect, or one test per claim",
    poll: "a test does not poll; wait for the promise or the event that says it is done",
    addSnapshotSerializer: "format the value before you match it",
  }),
};

/** Vitest's `expect`, with chai's and Jest's matchers and the snapshot matchers of this module. */
export const expect = Object.assign(
  assertion,
  chai.expect,
  globals[ASYMMETRIC_MATCHERS_OBJECT],
  additions,
) as unknown as ExpectStatic & typeof additions;

globals[GLOBAL_EXPECT] = expect;
// An example in the documentation uses expect without any test around it.
resetCounts();

function resetCounts(): void {
  setState({
    assertionCalls: 0,
    isExpectingAssertions: false,
    expectedAssertionsNumber: null,
  }, expect);
}

/** Prepares `expect` for one test. */
export function beginAssertions(test: RunningTest): void {
  running = test;
  resetCounts();
}

/** Settles what the test left open, then checks the number of assertions it announced. */
export async function endAssertions(test: RunningTest): Promise<void> {
  try {
    await Promise.all(test.promises ?? []);
    for (const finished of test.onFinished ?? []) await finished();
    const { assertionCalls, expectedAssertionsNumber, isExpectingAssertions } = getState(expect);
    const announced = expectedAssertionsNumber ?? assertionCalls;
    if (assertionCalls !== announced) {
      throw new Error(
        `Wrong number of assertions: made ${assertionCalls}, announced ${announced}`,
      );
    }
    if (isExpectingAssertions && assertionCalls === 0) {
      throw new Error("Wrong number of assertions: made none, announced at least one");
    }
  } finally {
    running = undefined;
  }
}
