import { Batch, type Data, defineOperator, type Transform, z } from "meander/plugin";

/** How many edits each text is away from a given one. */
export const distance = defineOperator({
  name: "distance",
  version: "1.0.0",
  summary: "Says how many edits each text is away from a given one",
  docs:
    "An edit inserts, deletes or replaces one character. With `atMost` only texts within so many " +
    "edits are sent, which finds what was misspelt.",
  example: {
    with: { to: "meander", atMost: 2 },
    inputs: { in: ["meander", "maender", "wander", "river"] },
    outputs: {
      out: [{ text: "meander", edits: 0 }, { text: "maender", edits: 2 }, {
        text: "wander",
        edits: 2,
      }],
    },
  },
  config: z.strictObject({
    to: z.string().max(1000).describe("What texts are compared with"),
    atMost: z.int().min(0).optional().describe("Texts with more edits are not sent"),
  }),
  inputs: { in: z.string() },
  outputs: { out: z.object({ text: z.string(), edits: z.int() }) },
  // Its answer for a record is about that record alone: a spec may say onError of it.
  records: "one by one",
  create: ({ config: { to, atMost = Infinity } }) => ({
    transform: new Distance(to, atMost),
  }),
});

class Distance implements Transform {
  length = 0;
  faultIndex = -1;
  readonly #to: readonly string[];
  readonly #atMost: number;

  constructor(to: string, atMost: number) {
    this.#to = [...to];
    this.#atMost = atMost;
  }

  apply(data: Data<unknown>, length: number): Data<unknown> {
    const values = new Batch(0, data, length).values() as ArrayLike<string>;
    const found: { text: string; edits: number }[] = [];
    for (this.faultIndex = 0; this.faultIndex < length; this.faultIndex++) {
      const text = values[this.faultIndex];
      const edits = editsBetween(this.#to, [...text], this.#atMost);
      if (edits <= this.#atMost) found.push({ text, edits });
    }
    this.faultIndex = -1;
    this.length = found.length;
    return found;
  }
}

/** Levenshtein's table, of which one row is kept. Where it is more than `most`, it is any number above that. */
export function editsBetween(to: readonly string[], text: readonly string[], most: number): number {
  if (Math.abs(to.length - text.length) > most) return Infinity;
  const row = Array.from({ length: to.length + 1 }, (_unused, i) => i);
  for (let i = 0; i < text.length; i++) {
    let diagonal = row[0];
    row[0] = i + 1;
    for (let j = 0; j < to.length; j++) {
      const replaced = diagonal + (text[i] === to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = Math.min(replaced, diagonal + 1, row[j] + 1);
    }
    // From a row on, no way gets shorter.
    if (Math.min(...row) > most) return Infinity;
  }
  return row[to.length];
}
