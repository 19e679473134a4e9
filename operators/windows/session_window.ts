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
import { timeSchema } from "../contract/schemas.ts";
import { folding, lateOutlet, requireEpochs } from "./event_time.ts";
import { type SavedSessions, SessionFolds } from "./session_folds.ts";
import { type SessionInfo, sessionType, type SessionWindowConfig } from "./window_options.ts";
import { keptIn } from "../contract/kept.ts";

const happenings = z.array(z.tuple([z.int(), z.unknown()]));
const span = z.strictObject({ start: z.int(), end: z.int() });

/**
 * Folds the records of each session of each key: of those that follow each other at less than `gap`. The
 * result of a session is sent once nothing can join it any more; see `docs/windows.md`.
 */
export const sessionWindow: OperatorDefinition<
  SessionWindowConfig,
  { readonly in: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown>; readonly late: z.ZodType<unknown> },
  Defaults<SessionWindowConfig, "lateness">
> = defineOperator({
  name: "sessionWindow",
  version: "1.0.0",
  summary: "Folds the records of each key that follow each other at less than a gap",
  docs:
    "Records of a `key` whose event times (`at`, their own times when left out) are less than `gap` apart are in " +
    "one session, be it by way of others. A session ends `gap` after its last record; its result is sent at " +
    "`end - 1` when that is complete, with kind `onTime`. Until `end + lateness` it is kept: a record that belongs " +
    "to it makes it longer, or joins it with another, and its result is sent again: at the record's time with " +
    "kind `late`, or at its new end when that is still to come. `window.replaces` lists the sessions of which " +
    "results were sent before and in whose place a result comes. A record that belongs to no session that is " +
    "there, and would be one that is over since `lateness`, goes to the output `late` when its time is " +
    "complete. With `early` the results so far of sessions that changed are sent at the multiples of that time, " +
    "with kind `early`. It keeps all records of a session as long as it keeps the session, and folds them for each " +
    "result anew, in the order of their event times. Times have to have one coordinate.",
  example: {
    with: {
      gap: 5,
      at: "record.at",
      key: "record.user",
      initial: "''",
      fold: "accumulated + record.page",
      emit: "{'user': key, 'from': window.start, 'to': window.end, 'pages': accumulated}",
    },
    inputs: {
      in: [
        { at: 7, user: "ann", page: "c" },
        { at: 0, user: "ann", page: "a" },
        { at: 3, user: "ann", page: "b" },
        { at: 12, user: "ann", page: "d" },
        { at: -5, user: "bob", page: "e" },
      ],
    },
    outputs: {
      out: [
        { user: "ann", from: 0, to: 12, pages: "abc" },
        { user: "ann", from: 12, to: 17, pages: "d" },
      ],
      late: [{ at: -5, user: "bob", page: "e" }],
    },
  },
  types: {
    parameters: { accumulated: "initial", key: "key", window: sessionType },
    results: { at: { kind: "integer" }, fold: "initial" },
    outputs: { out: "emit", late: "in" },
  },
  config: z.strictObject({
    gap: z.int().min(1),
    ...folding,
    emit: expression<(key: unknown, accumulated: unknown, window: SessionInfo) => unknown>(
      "key",
      "accumulated",
      "window",
    ),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord, late: anyRecord },
  interest: "notifications",
  pacts: ({ key }) => ({ in: key === undefined ? gather : exchangeBy(key) }),
  state: {
    version: 1,
    schema: z.strictObject({
      sessions: z.array(
        z.tuple([z.unknown(), happenings, z.boolean(), z.array(span), timeSchema]),
      ),
      arrivals: z.array(
        z.tuple([timeSchema, z.array(z.tuple([z.unknown(), happenings]))]),
      ),
      changed: z.array(z.tuple([timeSchema, z.array(z.int().min(0))])),
    }),
  },
  create: ({ config, name, out, notifyAt, isComplete, drop, blame }) => {
    requireEpochs(out.out, name, "sessions");
    const results = new Emission<unknown>(out.out);
    const late = new Emission<unknown>(out.late);
    const sessions = new SessionFolds(config, {
      notifyAt,
      isComplete: (time) => isComplete("in", time),
      blame,
    });
    const outlets = {
      results: (time: number, rows: unknown[]) => results.add(time, rows),
      late: lateOutlet(out.late, late, drop),
    };
    const goOn = () => {
      do if (late.run() || results.run()) return true; while (sessions.next(outlets));
      return false;
    };
    return {
      receive: { in: (batch) => sessions.take(batch) },
      notify(time) {
        sessions.reach(time as number);
        return goOn();
      },
      resume: goOn,
      size: () => keptIn(sessions, results, late),
      snapshot: () => sessions.save(),
      restore: (state) => sessions.load(state as SavedSessions),
    };
  },
});
