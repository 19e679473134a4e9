/**
 * An installed plugin version as bytes: the manifest as one line of JSON, a line feed, and one module without
 * imports. The SHA-256 of all of it is its identity.
 *
 * @module
 */
import type { Manifest, Permissions } from "./manifest/manifest.ts";

/** How its code runs: inline with all rights of the process, or in a process of its own. */
export type Isolation = "trusted" | "isolated";

/** A plugin version that lies in a store. */
export interface InstalledPlugin {
  /** Checked. */
  readonly manifest: Manifest;
  /** Of its content, in hexadecimal. */
  readonly sha256: string;
  /** As its owner decided. */
  readonly isolation: Isolation;
  /** What its owner granted of what it asks for. */
  readonly granted: Permissions;
  /** Where it came from, for people. */
  readonly source: string;
  /**
   * The module's code.
   *
   * @throws {MeanderError} `MEANDER_PLUGIN_CONTENT` when the bytes are not those of the hash.
   */
  readonly readCode: () => Uint8Array<ArrayBuffer>;
}
