/**
 * What may be granted: nothing that was not asked for.
 *
 * @module
 */
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { hasControls } from "../manifest/json_schema.ts";
import type { Permissions } from "../manifest/manifest.ts";

/** The kinds of permissions. */
export const KINDS = ["net", "read", "write", "env"] as const;

/** Whether there is anything in permissions. */
export function isNothing(permissions: Permissions): boolean {
  return KINDS.every((kind) => (permissions[kind] ?? []).length === 0);
}

/** Permissions as a line for people: `net=a:80 read=/tmp`, or `nothing`. */
export function permissionsText(permissions: Permissions): string {
  const all = KINDS.flatMap((kind) => (permissions[kind] ?? []).map((each) => `${kind}=${each}`));
  return all.join(" ") || "nothing";
}

/**
 * Checks that what is granted was asked for.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_GRANT` with all that was not.
 */
export function checkGrants(identity: string, asked: Permissions, granted: Permissions): void {
  const problems = KINDS.flatMap((kind) =>
    (granted[kind] ?? []).flatMap((each) => {
      // A comma is where the list that the runtime is given goes on.
      const isPlain = each.length > 0 && !each.includes(",") && !hasControls(each);
      const covered = isPlain && (asked[kind] ?? []).some((its) => covers(kind, its, each));
      return covered ? [] : [`${kind}=${show(each).slice(1, -1)}`];
    })
  );
  if (problems.length === 0) return;
  throw new MeanderError(
    "MEANDER_PLUGIN_GRANT",
    `Cannot grant to plugin ${show(identity)} what it does not ask for`,
    { where: identity, hint: `It asks for ${permissionsText(asked)}`, problems },
  );
}

/** A host covers its ports, and a folder what is in it. */
function covers(kind: typeof KINDS[number], asked: string, granted: string): boolean {
  if (asked === granted) return true;
  if (kind === "env") return false;
  const rest = granted.startsWith(asked) ? granted.slice(asked.length) : "";
  if (kind === "net") return /^:\d{1,5}$/.test(rest) && !/:\d+$/.test(asked);
  const inside = asked.endsWith("/") ? rest : rest.startsWith("/") ? rest.slice(1) : "";
  return inside !== "" && inside.split("/").every((part) => !["", ".", ".."].includes(part));
}
