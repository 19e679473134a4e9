/**
 * The operator that a manifest speaks of, without its code: an ordinary definition, to which the rest of the
 * engine does no special favour.
 *
 * @module
 */
import type { z } from "zod";
import type {
  AnyOperator,
  Connection,
  Instance,
  OperatorContext,
  OperatorDefinition,
  Ports,
} from "../../operators/contract/definition.ts";
import {
  balance,
  broadcast,
  exchangeByField,
  gather,
  type Pact,
} from "../../operators/contract/pact.ts";
import type { JsonSchema, ManifestPact, OperatorManifest } from "./manifest.ts";
import { zodOf } from "./zod_of.ts";

/** Makes an instance in place of the code. */
export type Create = (context: OperatorContext<unknown, Ports>) => Instance<Ports>;

/** What a definition has besides, for those who make instances elsewhere. */
export type Besides = Partial<Pick<AnyOperator, "holdsBack">>;

/**
 * The definition of an operator, from its manifest alone. `version` is that of its plugin.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_SCHEMA` for a schema that manifests may not have.
 */
export function definitionOf(
  name: string,
  version: string,
  manifest: OperatorManifest,
  create: Create,
  besides: Besides = {},
): AnyOperator {
  const { summary, docs, example, types, interest, connects, pacts, source, state } = manifest;
  const { records } = manifest;
  const given = pacts === undefined ? undefined : pactsOf(pacts);
  const definition: OperatorDefinition<unknown, Ports, Ports> = {
    name,
    version,
    summary,
    ...(docs === undefined ? {} : { docs }),
    ...(example === undefined ? {} : { example }),
    ...(types === undefined ? {} : { types }),
    config: zodOf(manifest.config) as z.ZodType<unknown, unknown>,
    inputs: portsOf(manifest.inputs),
    outputs: portsOf(manifest.outputs),
    ...(interest === undefined ? {} : { interest }),
    ...(connects === undefined ? {} : { connects: connects as readonly Connection[] }),
    ...(given === undefined ? {} : { pacts: () => given }),
    ...(source === undefined ? {} : { source }),
    ...(records === undefined ? {} : { records }),
    ...(state === undefined
      ? {}
      : { state: { version: state.version, schema: zodOf(state.schema) } }),
    ...besides,
    create,
  };
  // Names and versions were checked with the manifest.
  return Object.freeze(definition);
}

function portsOf(ports: Readonly<Record<string, JsonSchema>>): Ports {
  return Object.fromEntries(Object.entries(ports).map(([name, schema]) => [name, zodOf(schema)]));
}

const PIPELINE: Pact = Object.freeze({ kind: "pipeline" });
const KINDS = { pipeline: PIPELINE, broadcast, gather, balance } as const;

function pactsOf(pacts: Readonly<Record<string, ManifestPact>>): Readonly<Record<string, Pact>> {
  return Object.freeze(Object.fromEntries(
    Object.entries(pacts).map(([input, pact]) =>
      [input, typeof pact === "string" ? KINDS[pact] : exchangeByField(pact.exchange)] as const
    ),
  ));
}
