/**
 * What the test kit makes of a definition and a configuration: as much of it as a graph's builder does.
 *
 * @module
 */
import type { Summary } from "../../progress/summary.ts";
import type { AnyOperator, Connection } from "../contract/definition.ts";
import { MeanderError } from "../contract/fault.ts";

/** The configuration as the operator's schema makes it. */
export function checkedConfig(definition: AnyOperator, config: unknown): unknown {
  const { success, data, error } = definition.config.safeParse(config);
  if (success) return data;
  throw new MeanderError("MEANDER_TEST", `Cannot make operator "${definition.name}"`, {
    where: definition.name,
    problems: error.issues.map(({ path, message }) =>
      `config ${path.map(String).join(".")}: ${message}`
    ),
  });
}

/** How times move from each input to each output: `null` for as they are, `undefined` for not at all. */
export function tableOf(
  definition: AnyOperator,
  config: unknown,
): (Summary | null | undefined)[][] {
  const inputs = Object.keys(definition.inputs);
  const outputs = Object.keys(definition.outputs);
  if (outputs.length === 0) return inputs.map(() => [null]);
  const { connects } = definition;
  if (connects === undefined) return inputs.map(() => outputs.map(() => null));
  const list: readonly Connection[] = typeof connects === "function" ? connects(config) : connects;
  return inputs.map((input) =>
    outputs.map((output) => {
      const found = list.find((connection) => connection[0] === input && connection[1] === output);
      return found === undefined ? undefined : found[2] ?? null;
    })
  );
}
