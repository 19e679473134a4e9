/**
 * Which vertices are paced, and how.
 *
 * @module
 */
import type { VertexActor } from "../actors/vertex_actor.ts";
import { SourcePace, type UsualPace } from "../actors/paced.ts";
import type { Pacing } from "../actors/pacing.ts";
import { show } from "../operators/contract/fault.ts";
import type { WholeLimits } from "../operators/contract/limits.ts";
import { type PaceOptions, paceSchema } from "../operators/contract/pace.ts";
import type { CompiledGraph } from "./compile.ts";
import type { Graph, GraphVertex } from "./graph.ts";

/** So much may be on its way where nobody says anything else: room for many batches, and none for a million. */
const USUAL_BYTES = 16 * 2 ** 20;

/** What all vertices of an engine are made with. */
export interface ShardLimits extends WholeLimits {
  /** How inputs and sources are paced that do not say it themselves. */
  readonly pace?: UsualPace | undefined;
}

/**
 * The limits of an engine's inputs and sources.
 *
 * @throws {RangeError} `MEANDER_OPTION` for what is no limit.
 */
export function usualPace(given: PaceOptions | undefined): UsualPace {
  const checked = paceSchema.safeParse(given ?? {});
  if (!checked.success) {
    throw new RangeError(
      `MEANDER_OPTION  Cannot use pace ${
        show(given)
      }: records and bytes are numbers from 1 on, epochs is an ` +
        `integer from 1 on`,
    );
  }
  const { records, bytes, epochs } = checked.data;
  return {
    records,
    bytes: bytes ?? USUAL_BYTES,
    epochs,
    isGiven: records !== undefined || bytes !== undefined,
  };
}

/** With a limit of memory no more than half of it is on its way, so that there is room for what is kept. */
export function paceWithin(limit: number, usual: UsualPace): UsualPace {
  return {
    ...usual,
    bytes: Math.max(1, Math.min(usual.bytes ?? Infinity, limit / 2)),
    isGiven: true,
  };
}

/** What a vertex says itself of how it is paced. */
export function paceOf({ config }: GraphVertex): PaceOptions | undefined {
  return (config as { readonly pace?: PaceOptions } | null | undefined)?.pace;
}

/** Whether the epochs of a vertex are counted: when it says so, or when all are that can be. */
export function isPaced(vertex: GraphVertex, { scopes }: Graph, areAll: boolean): boolean {
  if (scopes[vertex.outputScope].depth !== 1) return false;
  if (paceOf(vertex)?.epochs !== undefined) return true;
  return areAll && (vertex.kind === "input" || vertex.operator.source !== undefined);
}

/** What is wrong with a vertex that wants its epochs counted where that cannot be. */
export function uncountedEpochs(vertex: GraphVertex, { scopes }: Graph): string[] {
  const { depth } = scopes[vertex.outputScope];
  if (vertex.kind !== "input" || depth === 1 || paceOf(vertex)?.epochs === undefined) return [];
  return [
    `input "${vertex.path}" cannot be paced by epochs: times have ${depth} coordinates here, and epochs are ` +
    `counted in one`,
  ];
}

/** Paces the sources of a shard. */
export function paceSources(
  pacing: Pacing,
  actors: readonly VertexActor[],
  { vertices }: Graph,
  compiled: CompiledGraph,
  usual: UsualPace,
): void {
  // Inputs and most sources are on the first worker only, and yet it is from all that they want to know.
  const own = vertices.map(paceOf);
  const all = [usual, ...own];
  pacing.least = {
    records: Math.min(...all.map((pace) => pace?.records ?? Infinity)),
    bytes: Math.min(...all.map((pace) => pace?.bytes ?? Infinity)),
  };
  pacing.isExact = usual.isGiven ||
    own.some((pace) => (pace?.records ?? pace?.bytes) !== undefined);
  actors.forEach((actor, id) => {
    if (actor.handlers.paced === undefined) return;
    const slot = doneSlot(compiled, id);
    new SourcePace(actor, pacing, paceOf(vertices[id]), usual, slot);
  });
}

/** Where the tracker says which epochs of a vertex are complete; −1 when they are not counted. */
export function doneSlot({ plan, doneAt }: CompiledGraph, vertex: number): number {
  const location = doneAt.get(vertex);
  return location === undefined ? -1 : plan.slotOf[location];
}
