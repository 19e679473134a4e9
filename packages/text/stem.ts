import { Batch, type Data, defineOperator, type Transform, z } from "meander/plugin";
import { stemmer } from "stemmer";

/** Words without their endings. */
export const stem = defineOperator({
  name: "stem",
  version: "1.0.0",
  summary: "Reduces each English word to its stem",
  docs:
    "By Porter's rules, so that `connection` and `connected` meet in `connect`. A stem need not be " +
    "a word. It is sent in lower case.",
  example: {
    inputs: { in: ["connection", "connected", "ponies"] },
    outputs: { out: ["connect", "connect", "poni"] },
  },
  config: z.strictObject({}),
  inputs: { in: z.string() },
  outputs: { out: z.string() },
  // Its answer for a record is about that record alone: a spec may say onError of it.
  records: "one by one",
  create: () => ({ transform: new Stem() }),
});

class Stem implements Transform {
  length = 0;
  faultIndex = -1;

  apply(data: Data<unknown>, length: number): Data<unknown> {
    this.length = length;
    const values = new Batch(0, data, length).values() as ArrayLike<string>;
    const stems: string[] = [];
    for (this.faultIndex = 0; this.faultIndex < length; this.faultIndex++) {
      stems.push(stemmer(values[this.faultIndex]));
    }
    this.faultIndex = -1;
    return stems;
  }
}
