/**
 * How another thread comes by the same dataflow: functions cannot be sent, so that it imports the module in
 * which the dataflow was described, and makes it again.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { Site } from "./site.ts";

/** The function that made a dataflow, and what it was called with. */
// deno-lint-ignore no-explicit-any
export type MadeBy = readonly [maker: (...args: any[]) => unknown, ...args: unknown[]];

/** What another thread is told; plain data. */
export interface Origin {
  /** URL of the module. */
  readonly module: string;
  /** The dataflow's name. */
  readonly name: string;
  /** Where in the module it was described, which tells it from others of its name. */
  readonly place: string;
  /** The name of the function that makes it, and its arguments; `null` for a dataflow that is exported itself. */
  readonly maker: { readonly name: string; readonly args: readonly unknown[] } | null;
}

/** Where a dataflow comes from. Throws `MEANDER_ORIGIN` when nobody can tell. */
export function originOf(
  name: string,
  site: Site,
  madeBy: MadeBy | undefined,
  module: string | undefined,
): Origin {
  const url = module ?? site.module;
  if (url === undefined) {
    throw new MeanderError(
      "MEANDER_ORIGIN",
      `Cannot run dataflow "${name}" on several workers: the module that describes it is not known`,
      { where: name, hint: "Pass its URL to dataflow: { module: import.meta.url }" },
    );
  }
  const place = site.chain;
  if (madeBy === undefined) return { module: url, name, place, maker: null };
  const [maker, ...args] = madeBy;
  return { module: url, name, place, maker: { name: maker.name, args } };
}

/** A dataflow that may be the one. */
interface Candidate {
  readonly name: string;
  readonly place: string;
}

/**
 * Makes the dataflow again from what the module exports.
 *
 * @throws {MeanderError} `MEANDER_ORIGIN` when the module does not export it.
 */
export async function remake<D>(
  { module, name, place, maker }: Origin,
  exports: Readonly<Record<string, unknown>>,
  isDataflow: (value: unknown) => value is D & Candidate,
): Promise<D> {
  const values = Object.values(exports);
  if (maker === null) {
    const named = values.filter((value): value is D & Candidate =>
      isDataflow(value) && value.name === name
    );
    const found = named.find((value) => value.place === place);
    if (found !== undefined) return found;
    if (named.length > 0) {
      throw missing(
        name,
        `${module} exports another dataflow of that name`,
        "Export this one, and give them different names",
      );
    }
    throw missing(
      name,
      `${module} does not export it`,
      "Export it, or name the exported function " +
        "that makes it: dataflow(name, describe, { madeBy: [build, size] })",
    );
  }
  const make = values.find((value) => typeof value === "function" && value.name === maker.name);
  if (typeof make !== "function") {
    throw missing(
      name,
      `${module} does not export the function "${maker.name}" that makes it`,
      `Export "${maker.name}"`,
    );
  }
  const made: unknown = await make(...maker.args);
  if (isDataflow(made)) return made;
  throw missing(name, `"${maker.name}" returned ${show(made)}`, "Return the dataflow from it");
}

function missing(name: string, why: string, hint: string): MeanderError {
  return new MeanderError(
    "MEANDER_ORIGIN",
    `Cannot make dataflow "${name}" on another worker: ${why}`,
    { where: name, hint },
  );
}
