/**
 * From what the engine says of a vertex to what its account is made from.
 *
 * @module
 */
import type { AnyOperator } from "../../../operators/contract/definition.ts";
import { MeanderError } from "../../../operators/contract/fault.ts";
import type { VertexOptions } from "../../../operators/contract/host.ts";
import { sizedFor } from "../../../operators/contract/sized.ts";
import { tolerant } from "../../tolerant.ts";
import type { OpenMeta } from "../open_meta.ts";

/**
 * The configuration is checked by the operator's own schema.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_CONFIG` with all that is wrong with it.
 */
export function optionsOf(operator: AnyOperator, open: OpenMeta): VertexOptions {
  const checked = operator.config.safeParse(open.config);
  if (!checked.success) {
    throw new MeanderError("MEANDER_PLUGIN_CONFIG", `Cannot make "${open.name}"`, {
      where: open.name,
      problems: checked.error.issues.map(({ path, message }) =>
        `/${path.map(String).join("/")}: ${message}`
      ),
    });
  }
  const sized = sizedFor(operator, checked.data);
  const { onError } = open;
  const { name, inputDepth, outputDepth, rootDepth, fixed, worker, budget, capacity } = open;
  return {
    ...{ name, inputDepth, outputDepth, rootDepth, fixed, worker },
    definition: onError === undefined ? sized : tolerant(sized, onError),
    config: checked.data,
    connections: open.connections.map((row) => row.map((reaches) => reaches ? null : undefined)),
    limits: { budget, capacity },
  };
}
