/**
 * The ways in which a program is run: how many workers, in which order, within which limits, how its
 * records are spread, and how it ends.
 * @module
 */

import type { EngineOptions } from "../../mod.ts";

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
  /** What becomes of it: all of it comes, or something ends it before. */
  readonly end: "drained" | "lost" | "cancelled" | "threw";
}

const usual = { budget: 8, capacity: 1024, explain: false };
const tight = { budget: 1, capacity: 1, explain: false };
const alone = { workers: 1, crew: "engine", spread: null, end: "drained" } as const;

/** The ways in which a seed is run on so many workers. */
export function configurations(seed: number, workers = 1): Configuration[] {
  return workers === 1 ? onOne(seed) : onSeveral(seed, workers);
}

function onOne(seed: number): Configuration[] {
  return [
    { ...alone, policy: "downstream", chains: true, ...usual },
    { ...alone, policy: "downstream", chains: false, ...tight },
    { ...alone, policy: "fifo", chains: seed % 2 === 0, ...tight },
    { ...alone, policy: { seed }, chains: true, ...tight },
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
    end: "drained",
  } as const;
  const ends = ["lost", "cancelled", "threw"] as const;
  const end = ends[seed % 3];
  return [
    { ...all, policy: "downstream", ...tight },
    { ...all, policy: { seed }, ...tight, chains: true },
    { ...all, policy: { seed: seed + 1 }, ...usual, capacity: 2, explain: true },
    { ...all, policy: "fifo", ...tight, capacity: 2, spread: seed + 1 },
    { ...all, policy: "downstream", ...usual, chains: true, crew: null, spread: seed % 4 || null },
    { ...all, policy: { seed: seed + 3 }, ...tight, crew: "engine", spread: seed + 2 },
    { ...all, policy: "downstream", ...usual, chains: true, end },
    { ...all, policy: { seed: seed + 4 }, ...tight, spread: seed + 3, end },
  ];
}
