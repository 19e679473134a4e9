/**
 * The ways in which a program is run: how many workers, in which order, within which limits, how its
 * records are spread, and how it ends.
 * @module
 */

import type { EngineOptions, PaceOptions, Priority } from "../../mod.ts";
import { coordinateOf, depthOf } from "../../progress/time.ts";

/** One way to run a case. */
export interface Configuration {
  readonly workers: number;
  readonly policy: NonNullable<EngineOptions["policy"]>;
  /**
   * Several workers that are watched closely, with a seed that decides who goes on and which frame arrives;
   * `null` lets every frame arrive at once; `"engine"` leaves all of it to an engine of its own.
   */
  readonly crew: number | "engine" | null;
  readonly chains: boolean;
  readonly budget: number;
  readonly capacity: number;
  /** Every port is watched and nothing is merged in the tracker. */
  readonly explain: boolean;
  /** Seed of pacts and split inputs; `null` leaves everything as it is written. */
  readonly spread: number | null;
  /** Seed of a priority, which the usual policy alone heeds; `null` for none. */
  readonly priority: number | null;
  /** Seed of how sources and inputs are paced, by 1 to 4 records or epochs; `null` for as they usually are. */
  readonly pace: number | null;
  /** What becomes of it: all of it comes, or something ends it before. */
  readonly end: "drained" | "lost" | "cancelled" | "threw";
}

const usual = { budget: 8, capacity: 1024, explain: false };
/** Budgets of 1 to 4. */
const tightFor = (seed: number) => ({ budget: 1 + seed % 4, capacity: 1, explain: false });
const alone = {
  workers: 1,
  crew: "engine",
  spread: null,
  priority: null,
  pace: null,
  end: "drained",
} as const;

/** The ways in which a seed is run on so many workers. */
export function configurations(seed: number, workers = 1): Configuration[] {
  return workers === 1 ? onOne(seed) : onSeveral(seed, workers);
}

function onOne(seed: number): Configuration[] {
  const tight = tightFor(seed);
  return [
    { ...alone, policy: "downstream", chains: true, ...usual },
    { ...alone, policy: "downstream", chains: false, ...tight },
    { ...alone, policy: "downstream", chains: true, ...tight, priority: seed },
    { ...alone, policy: "fifo", chains: seed % 2 === 0, ...tight, pace: seed },
    { ...alone, policy: { seed }, chains: true, ...tight, pace: seed + 1 },
    { ...alone, policy: { seed: seed + 1 }, chains: false, ...usual, capacity: 2 },
    { ...alone, policy: { seed: seed + 2 }, chains: false, ...usual, explain: true },
  ];
}

function onSeveral(seed: number, workers: number): Configuration[] {
  const all = {
    workers,
    crew: seed,
    chains: seed % 2 === 0,
    spread: seed,
    priority: null,
    pace: null,
    end: "drained",
  } as const;
  const tight = tightFor(seed);
  const ends = ["lost", "cancelled", "threw"] as const;
  const end = ends[seed % 3];
  return [
    { ...all, policy: "downstream", ...tight },
    { ...all, policy: "downstream", ...tight, priority: seed },
    { ...all, policy: { seed }, ...tight, chains: true, pace: seed },
    { ...all, policy: { seed: seed + 1 }, ...usual, capacity: 2, explain: true },
    { ...all, policy: "fifo", ...tight, capacity: 2, spread: seed + 1, pace: seed + 1 },
    { ...all, policy: "downstream", ...usual, chains: true, crew: null, spread: seed % 4 || null },
    { ...all, policy: { seed: seed + 3 }, ...tight, crew: "engine", spread: seed + 2, pace: seed },
    { ...all, policy: "downstream", ...usual, chains: true, end },
    { ...all, policy: { seed: seed + 4 }, ...tight, spread: seed + 3, end },
  ];
}

/** How an input is paced: by records, by epochs where times have one coordinate, or by both. */
export function paceOf(seed: number, input: number, depth: number): PaceOptions {
  const number = 1 + (seed + input) % 4;
  const records = seed % 3 === 0 && depth === 1 ? undefined : number;
  return { records, epochs: seed % 3 === 1 || depth > 1 ? undefined : 5 - number };
}

/**
 * Some fixed number for every vertex and time. By the seed there are few of them or many, so that what is
 * equally urgent is met as often as what is not.
 */
export function priorityOf(seed: number | null): Priority | undefined {
  if (seed === null) return undefined;
  const ranks = 2 + seed % 7;
  return (vertex, time) => {
    let hash = seed;
    for (let i = 0; i < vertex.length; i++) hash = mixed(hash, vertex.charCodeAt(i));
    for (let i = 0; i < depthOf(time); i++) hash = mixed(hash, coordinateOf(time, i));
    return (hash >>> 8) % ranks;
  };
}

function mixed(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x9e3779b1) ^ (hash >>> 15);
}
