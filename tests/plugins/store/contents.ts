/** Small plugins as contents. */
import type { Manifest, Permissions } from "../../../plugins/manifest/manifest.ts";
import { makeContent, sha256Of } from "../../../plugins/store/content_file.ts";

export function manifestFor(identity: string, permissions?: Permissions): Manifest {
  const [name, version] = identity.split("@");
  const any = { type: "integer" };
  return {
    name,
    version,
    meander: "*",
    entry: "./mod.ts",
    summary: "Sends what it gets",
    operators: {
      same: {
        summary: "Sends what it gets",
        config: { type: "object", properties: {}, additionalProperties: false },
        inputs: { in: any },
        outputs: { out: any },
      },
    },
    ...(permissions === undefined ? {} : { permissions }),
  };
}

/** A content whose code is that text. */
export function contentFor(
  identity: string,
  code?: string,
  permissions?: Permissions,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string } {
  const bytes = makeContent(
    manifestFor(identity, permissions),
    new TextEncoder().encode(code ?? "export default 1;\n"),
  );
  return { bytes, sha256: sha256Of(bytes) };
}

export const facts = { source: "folder:/plugins/x", when: "2030-01-01T00:00:00.000Z" };
