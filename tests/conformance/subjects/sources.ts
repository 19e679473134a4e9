/** Operators without inputs. */
import { of } from "../../../operators/sources/of.ts";
import type { Time } from "../../../progress/time.ts";
import type { Subject } from "../subject.ts";

export const subjects: readonly Subject[] = [
  {
    name: "of",
    operator: of,
    config: (random) => ({
      records: Array.from({ length: random.below(20) }, (_none, i) => i % 3 === 0 ? () => i : i),
    }),
    // The least time depends on how many coordinates there are.
    depths: [1],
    expected: (_arrivals, { records }: { records: readonly unknown[] }) => ({
      out: [{
        time: 0 as Time,
        records: records.map((each) => typeof each === "function" ? each() : each),
      }],
    }),
  },
];
