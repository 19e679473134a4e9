/**
 * The words of wordcount: integers in columns, or strings in rows.
 */
import type { Batch, OperatorContext, OutputPort, Time } from "meander";

type Pool = OperatorContext<unknown, Record<never, never>>["pool"];

/** The words from `next` to `end`, and how many of them each word of a worker is apart. */
export interface Stretch {
  readonly next: number;
  readonly end: number;
  readonly step: number;
}

/** Answers each word of a batch at the batch's time. */
export type Answer = (batch: Batch, out: OutputPort) => void;

/** One kind of words. */
export interface Words {
  /** Sends one batch, and returns where the next one begins. */
  readonly say: (out: OutputPort, time: Time, stretch: Stretch, pool: Pool) => number;
  /** Makes what counts, with a table of its own. */
  readonly counter: (pool: Pool) => Answer;
  /** How many answers there are in a batch, and the sum of their counts. */
  readonly look: (answers: Batch) => { readonly length: number; readonly sum: number };
}

/** The key of a word: scattered by a mixer of 32 bits (lowbias32), which needs no random generator. */
export function keyOf(index: number, keys: number): number {
  let h = index | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) % keys;
}

/** Words that are their keys. They lie close together, so that the counts are a column as well. */
export function numberWords(keys: number): Words {
  return {
    say(out, time, { next, end, step }, pool) {
      const column = pool.takeInt32(out.capacity);
      let length = 0;
      for (; length < out.capacity && next < end; next += step) {
        column[length++] = keyOf(next, keys);
      }
      out.sendBuffer(time, column, length);
      return next;
    },
    counter(pool) {
      const counts = new Int32Array(keys);
      return ({ data, length, time }, out) => {
        const answers = pool.takeInt32(2 * length);
        countInto(answers, data as Int32Array, length, counts);
        out.sendBuffer(time, answers, 2 * length);
      };
    },
    look: ({ data, length }) => ({
      length: length / 2,
      sum: sumOfPairs(data as Int32Array, length),
    }),
  };
}

/** An answer takes two places: the word, and its count. */
function countInto(
  answers: Int32Array,
  words: Int32Array,
  length: number,
  counts: Int32Array,
): void {
  for (let i = 0; i < length; i++) {
    const word = words[i];
    answers[2 * i] = word;
    answers[2 * i + 1] = ++counts[word];
  }
}

function sumOfPairs(pairs: Int32Array, length: number): number {
  let sum = 0;
  for (let i = 1; i < length; i += 2) sum += pairs[i];
  return sum;
}

/** Different strings, one for each key. */
export function stringWords(keys: number): Words {
  const words = Array.from({ length: keys }, (_unused, key) => `word-${key}`);
  return {
    say(out, time, { next, end, step }) {
      const rows: string[] = [];
      for (; rows.length < out.capacity && next < end; next += step) {
        rows.push(words[keyOf(next, keys)]);
      }
      out.send(time, rows);
      return next;
    },
    counter() {
      // Where the count of a word is: to look it up and to put it back would be to look twice.
      const places = new Map<string, number>();
      const counts = new Int32Array(keys);
      return (batch, out) => {
        const words = batch.rows() as readonly string[];
        const answers = words.map((word): readonly [string, number] => {
          let place = places.get(word);
          if (place === undefined) places.set(word, place = places.size);
          return [word, ++counts[place]];
        });
        out.send(batch.time, answers);
      };
    },
    look({ data, length }) {
      let sum = 0;
      for (const [, count] of data as readonly (readonly [string, number])[]) sum += count;
      return { length, sum };
    },
  };
}
