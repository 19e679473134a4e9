/**
 * The operators of an installed plugin, made from its manifest: what they do is done in a process of its own.
 *
 * @module
 */
import { z } from "zod";
import type { AnyOperator } from "../../operators/contract/definition.ts";
import type { VertexContext } from "../../operators/contract/context.ts";
import { MeanderError } from "../../operators/contract/fault.ts";
import type { InstalledPlugin } from "../content.ts";
import type { JsonSchema, OperatorManifest } from "../manifest/manifest.ts";
import { definitionOf } from "../manifest/operator_of.ts";
import { zodOf } from "../manifest/zod_of.ts";
import { asTolerating, FAILED, toleranceOf } from "../tolerant.ts";
import { IsolatedVertex } from "./isolated_vertex.ts";
import type { ProcessPool } from "./process_pool.ts";
import { type RecordCheck, recordCheck } from "./record_check.ts";

/** All of them. */
export function isolatedOperators(plugin: InstalledPlugin, pool: ProcessPool): AnyOperator[] {
  const { version, operators } = plugin.manifest;
  return Object.entries(operators).map(([name, manifest]) => {
    const checks = Object.entries(manifest.outputs).map(([output, schema]) =>
      recordCheck(output, schema, zodOf(schema))
    );
    const hasFunctions = takesFunctions(manifest.config);
    return definitionOf(name, version, manifest, (context) => {
      const account = context as unknown as VertexContext;
      if (hasFunctions) throw noFunctions(account.name, plugin, name);
      const { options } = account;
      const unit = pool.unitOf(options.dataflow ?? options, plugin);
      const tolerance = toleranceOf(options.definition);
      const all = tolerance === "deadLetter" ? [...checks, failedCheck(manifest)] : checks;
      const handlers = new IsolatedVertex(account, unit, name, all).handlers();
      // What it throws at is left out in its process.
      return tolerance === undefined ? handlers : asTolerating(handlers);
    }, { holdsBack: true });
  });
}

/** What failed comes back as it was sent, or the process sends something else. */
function failedCheck({ inputs }: OperatorManifest): RecordCheck {
  const [record] = Object.values(inputs);
  const properties = { reason: { type: "string" }, record };
  const whole = z.strictObject({ reason: z.string(), record: zodOf(record) });
  const form = { additionalProperties: false, required: ["reason", "record"] };
  return recordCheck(FAILED, { type: "object", properties, ...form }, whole);
}

function takesFunctions(schema: JsonSchema): boolean {
  return JSON.stringify(schema).includes('"x-meander-expression"');
}

function noFunctions(
  vertex: string,
  { manifest: { name, version } }: InstalledPlugin,
  operator: string,
): MeanderError {
  return new MeanderError(
    "MEANDER_PLUGIN_CONFIG",
    `Cannot run "${vertex}" isolated: ${name}/${operator}@${version} takes functions in its ` +
      `configuration, and these cannot leave the engine`,
    {
      where: vertex,
      hint: `Trust the plugin, with meander plugin trust, or use another operator`,
    },
  );
}
