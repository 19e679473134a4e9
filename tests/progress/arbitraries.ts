import fc from "fast-check";
import { type ProgressGraph, Summary, type Time } from "../../progress/mod.ts";

/** Times of a depth; small coordinates, so that they are often equal or comparable. */
export function anyTime(depth: number, largest = 3): fc.Arbitrary<Time> {
  const coordinate = fc.nat(largest);
  return depth === 1 ? coordinate : fc.array(coordinate, { minLength: depth, maxLength: depth });
}

/** Some times of one depth. */
export function sameDepth(count: number): fc.Arbitrary<Time[]> {
  return fc.integer({ min: 1, max: 4 }).chain((depth) =>
    fc.array(anyTime(depth), { minLength: count, maxLength: count })
  );
}

/** Summaries between two depths. */
export function anySummary(source: number, target: number): fc.Arbitrary<Summary> {
  return fc.integer({ min: 0, max: Math.min(source, target) }).chain((kept) =>
    fc.tuple(
      fc.array(fc.nat(2), { minLength: kept, maxLength: kept }),
      fc.array(fc.nat(2), { minLength: target - kept, maxLength: target - kept }),
    ).map(([added, appended]) => new Summary(source, added, appended))
  );
}

/** As many summaries that follow each other as there are depths but one. */
export function summaryPath(length: number): fc.Arbitrary<Summary[]> {
  const depths = fc.array(fc.integer({ min: 1, max: 4 }), {
    minLength: length + 1,
    maxLength: length + 1,
  });
  return depths.chain((list) =>
    fc.tuple(...list.slice(1).map((target, i) => anySummary(list[i], target)))
  );
}

/** Every time of a depth with coordinates up to `largest`. */
export function allTimes(depth: number, largest: number): Time[] {
  let lists: number[][] = [[]];
  for (let i = 0; i < depth; i++) {
    lists = lists.flatMap((list) =>
      Array.from({ length: largest + 1 }, (_, coordinate) => [...list, coordinate])
    );
  }
  return depth === 1 ? lists.map(([coordinate]) => coordinate) : lists;
}

/** Small graphs whose edges may lead anywhere; most have cycles, many of them bad. */
export const anyGraph: fc.Arbitrary<ProgressGraph> = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 })
  .chain((depths) => {
    const index = fc.nat(depths.length - 1);
    const edge = fc.tuple(index, index).chain(([from, to]) =>
      anySummary(depths[from], depths[to]).map((summary) => ({ from, to, summary }))
    );
    return fc.tuple(
      fc.array(edge, { maxLength: 7 }),
      fc.array(fc.boolean(), { minLength: depths.length, maxLength: depths.length }),
    ).map(([edges, watched]) => ({
      locations: depths.map((depth, l) => ({ depth, name: `l${l}`, watched: watched[l] })),
      edges,
    }));
  });
