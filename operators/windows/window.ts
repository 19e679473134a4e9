import { z } from "zod";
import {
  anyRecord,
  type Defaults,
  defineOperator,
  expression,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { Emission } from "../contract/emission.ts";
import { exchangeBy, gather } from "../contract/pact.ts";
import { folding, lateOutlet, requireEpochs } from "./event_time.ts";
import { type SavedPane, WindowFolds } from "./window_folds.ts";
import { type WindowConfig, type WindowInfo, windowType } from "./window_options.ts";
import { keptIn } from "../contract/kept.ts";

/** More windows for one record would be a mistake of units. */
const MOST_WINDOWS = 10_000;

const pairs = z.array(z.tuple([z.unknown(), z.unknown()]));

/**
 * Folds the records of each window of event time and each key. A window's result is sent at the last time
 * before its end, once that is complete; see `docs/windows.md`.
 */
export const window: OperatorDefinition<
  WindowConfig,
  { readonly in: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown>; readonly late: z.ZodType<unknown> },
  Defaults<WindowConfig, "offset" | "lateness">
> = defineOperator({
  name: "window",
  version: "1.0.0",
  summary: "Folds the records of each window of time and each key",
  docs:
    "Windows are `size` long and begin `every` so much (`size` when left out), one of them at `offset`. `at` " +
    "says when a record happened, its own time when left out. For each key of each window `initial` is what " +
    "the fold begins with, `fold` takes one more record, and `emit` makes the result of it; `window` has " +
    "`start`, `end` and `kind`. The result of a window is sent at its last time, `end - 1`, when that is " +
    "complete, with kind `onTime`. A record whose own time is not before the end of a window is late for it: " +
    "until `end + lateness` the window takes it, and its result is sent again at that record's time, with kind " +
    "`late`. A record that is too late for all of its windows goes to the output `late`; one that is too late for " +
    "some of them is in the others, and is counted among the dropped. With `early` the results so far of " +
    "windows that changed are sent at the multiples of that time, with kind `early`. It keeps one value for each " +
    "key of each window, besides records that came late or ahead of a time with early results, until that " +
    "time is complete. Records are folded in the order in which they come, but for those. Times have to have one " +
    "coordinate.",
  example: {
    with: {
      size: 10,
      at: "record.at",
      key: "record.city",
      initial: "0",
      fold: "accumulated + record.n",
      emit: "{'city': key, 'from': window.start, 'sum': accumulated}",
    },
    inputs: {
      in: [
        { at: 3, city: "Oslo", n: 1 },
        { at: 12, city: "Oslo", n: 2 },
        { at: 9, city: "Oslo", n: 3 },
        { at: -1, city: "Lima", n: 4 },
      ],
    },
    outputs: {
      out: [{ city: "Oslo", from: 0, sum: 4 }, { city: "Oslo", from: 10, sum: 2 }],
      late: [{ at: -1, city: "Lima", n: 4 }],
    },
  },
  types: {
    parameters: { accumulated: "initial", key: "key", window: windowType },
    results: { at: { kind: "integer" }, fold: "initial" },
    outputs: { out: "emit", late: "in" },
  },
  config: z.strictObject({
    size: z.int().min(1),
    every: z.int().min(1).optional(),
    offset: z.int().default(0),
    ...folding,
    emit: expression<(key: unknown, accumulated: unknown, window: WindowInfo) => unknown>(
      "key",
      "accumulated",
      "window",
    ),
  }).refine(({ size, every = size }) => every <= size, {
    path: ["every"],
    error: "expected at most size: records between two windows would be in none",
  }).refine(({ size, every = size }) => size / every <= MOST_WINDOWS, {
    path: ["every"],
    error: `a record would be in more than ${MOST_WINDOWS} windows: give a larger every`,
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord, late: anyRecord },
  interest: "notifications",
  pacts: ({ key }) => ({ in: key === undefined ? gather : exchangeBy(key) }),
  state: {
    version: 1,
    schema: z.array(
      z.tuple([
        z.int(),
        z.boolean(),
        pairs,
        z.array(z.tuple([z.int(), z.array(z.unknown()), pairs])),
      ]),
    ),
  },
  create: ({ config, name, out, notifyAt, isComplete, drop, blame }) => {
    requireEpochs(out.out, name, "windows");
    const results = new Emission<unknown>(out.out);
    const late = new Emission<unknown>(out.late);
    const sendLate = lateOutlet(out.late, late, drop);
    const windows = new WindowFolds(config, {
      notifyAt,
      isComplete: (time) => isComplete("in", time),
      drop,
      blame,
    });
    let limit = -1;
    const send = (time: number, rows: unknown[]) => results.add(time, rows);
    const goOn = () => {
      do if (late.run() || results.run()) return true; while (windows.next(limit, send));
      return false;
    };
    return {
      receive: {
        in(batch) {
          sendLate(batch.time, windows.take(batch));
          return late.run();
        },
      },
      notify(time) {
        limit = time as number;
        return goOn();
      },
      resume: goOn,
      size: () => keptIn(windows, results, late),
      snapshot: () => windows.save(),
      restore: (state) => windows.load(state as SavedPane[]),
    };
  },
});
