/**
 * Files that a run writes must not be files that it reads, or that it writes for something else: whatever links
 * and patterns they are named by.
 *
 * @module
 */
import { partialPath } from "../operators/connectors/file_sink.ts";
import type { CheckedSpec } from "../specs/check.ts";
import { lockPathOf } from "../specs/plugin_lock.ts";
import { scopesIn } from "../specs/scopes.ts";
import { UsageError } from "./exit.ts";
import { besideSpec } from "../specs/beside.ts";
import type { Wiring } from "./run_io.ts";
import type { World } from "./world.ts";

/**
 * Looks at all files before anything is opened.
 *
 * @throws {UsageError} that names both uses of the first file that has two.
 */
export async function requireApart(
  checked: CheckedSpec,
  { inputs, outputs, spec }: Wiring,
  world: Pick<World, "identity" | "expand">,
): Promise<void> {
  const uses = new Map<string, string>();
  const write = async (file: string, use: string, shared = false) => {
    for (const path of [file, partialPath(file)]) {
      const identity = await world.identity(path);
      const other = uses.get(identity);
      if (other !== undefined && !(shared && other === use)) throw clash(path, use, other);
      uses.set(identity, use);
    }
  };
  uses.set(await world.identity(spec), "the spec");
  uses.set(await world.identity(lockPathOf(spec)), "the lock of the spec");
  for (const [name, file] of outputs) if (file !== "-") await write(file, `output ${name}`);
  for (const file of deadLettersOf(checked)) {
    await write(besideSpec(spec, file), "dead letters", true);
  }
  for (const [name, { file }] of inputs) {
    if (file === "-") continue;
    for (const path of await world.expand(file)) {
      const other = uses.get(await world.identity(path));
      if (other !== undefined) throw clash(path, `input ${name}`, other);
    }
  }
}

function clash(file: string, use: string, other: string): UsageError {
  return new UsageError(
    `Cannot use ${file} for ${use}: it is used for ${other}. Name another file`,
  );
}

/** Files that the policies of inputs and nodes name. */
function deadLettersOf({ spec: { inputs = {} }, root }: CheckedSpec): string[] {
  const policies = [
    ...Object.values(inputs).map(({ onError }) => onError),
    ...[root.table, ...scopesIn(root.table)].flatMap(({ entries }) =>
      [...entries.values()].map((entry) => entry.kind === "operator" ? entry.spec.onError : "fail")
    ),
  ];
  return policies.flatMap((policy) => typeof policy === "object" ? [policy.deadLetter] : []);
}
