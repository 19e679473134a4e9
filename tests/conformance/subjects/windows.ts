/** Windows, sessions, and records put into the order of event times. */
import { reorder } from "../../../operators/windows/reorder.ts";
import { sessionWindow } from "../../../operators/windows/session_window.ts";
import { window } from "../../../operators/windows/window.ts";
import type { SessionInfo, WindowInfo } from "../../../operators/windows/window_options.ts";
import type { Random } from "../../oracle/random.ts";
import {
  type Event,
  foldIds,
  type Out,
  reorderAnswers,
  sessionAnswers,
  type SessionSettings,
  windowAnswers,
  type WindowSettings,
} from "../../operators/windows/oracle.ts";
import type { Arrival, Subject } from "../subject.ts";

const event = (random: Random): Event => ({
  id: random.below(100),
  at: random.between(-6, 9),
  key: random.pick(["a", "b", "c"]),
});

const at = (record: unknown) => (record as Event).at;
const byKey = { key: (record: unknown) => (record as Event).key };

/** Among records of one time there is no order on several workers. */
const inOrder = (ids: unknown) => (ids as number[]).toSorted((a, b) => a - b);

const folding = {
  at,
  ...foldIds,
  emit: (key: unknown, ids: unknown, window: WindowInfo | SessionInfo) => ({
    key,
    ...window,
    ids: inOrder(ids),
  }),
};

function sorted({ out, late }: { out: Out[]; late: Out[] }) {
  const records = (each: Out) =>
    each.records.map((record) => ({
      ...record as object,
      ids: inOrder((record as { ids: unknown }).ids),
    }));
  return { out: out.map((each) => ({ time: each.time, records: records(each) })), late };
}

type Settings<S> = Omit<S, "keyed"> & { readonly key?: unknown };

const windows = {
  operator: window,
  record: event,
  depths: [1],
  expected: (arrivals: readonly Arrival[], config: Settings<WindowSettings>) =>
    sorted(windowAnswers(arrivals, { ...config, keyed: config.key !== undefined })),
};

const sessions = {
  operator: sessionWindow,
  record: event,
  depths: [1],
  waits: true,
  expected: (arrivals: readonly Arrival[], config: Settings<SessionSettings>) =>
    sorted(sessionAnswers(arrivals, { ...config, keyed: config.key !== undefined })),
};

export const subjects: readonly Subject[] = [
  {
    ...windows,
    name: "window tumbling",
    config: (random) => ({
      size: random.between(1, 5),
      offset: random.between(-9, 9),
      ...byKey,
      ...folding,
    }),
  },
  {
    ...windows,
    name: "window sliding, with lateness",
    config: (random) => ({
      size: random.between(4, 8),
      every: random.between(1, 4),
      lateness: random.between(1, 4),
      ...byKey,
      ...folding,
    }),
  },
  {
    ...windows,
    name: "window with early results, without a key",
    config: (random) => ({
      size: random.between(2, 9),
      early: random.between(1, 3),
      lateness: random.below(3),
      ...folding,
    }),
  },
  {
    ...sessions,
    name: "sessionWindow",
    config: (random) => ({ gap: random.between(1, 4), ...byKey, ...folding }),
  },
  {
    ...sessions,
    name: "sessionWindow with lateness and early results",
    config: (random) => ({
      gap: random.between(1, 4),
      lateness: random.between(1, 8),
      early: random.between(1, 3),
      ...byKey,
      ...folding,
    }),
  },
  {
    ...sessions,
    name: "sessionWindow without a key",
    config: (random) => ({ gap: random.between(1, 3), lateness: random.below(4), ...folding }),
  },
  {
    name: "reorder",
    operator: reorder,
    record: event,
    depths: [1],
    config: (random) => ({ at, ...(random.chance(0.5) ? { by: byKey.key } : {}) }),
    expected: (arrivals) => reorderAnswers(arrivals),
  },
];
