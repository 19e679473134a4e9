/**
 * `meander plugin trust`: lets a version run inline.
 *
 * @module
 */
import { UsageError } from "../../exit.ts";
import type { PluginContext } from "../../plugin_world.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface TrustFlags {
  readonly store: string;
  readonly sha256?: string;
  readonly revoke: boolean;
}

/** Trusts it, or no longer. */
export async function trustCommand(
  this: PluginContext,
  { store: folder, sha256, revoke }: TrustFlags,
  identity: string,
): Promise<void> {
  const store = this.plugins.store(folder);
  if (revoke) {
    if (sha256 !== undefined) {
      throw new UsageError("Cannot trust and revoke: leave one of them out");
    }
    store.untrust(identity);
    return await say(this, `${identity} runs isolated from the next start on\n`);
  }
  if (sha256 === undefined) {
    const { sha256: own } = store.get(identity);
    throw new UsageError(
      `Cannot trust ${identity} without its hash: compare what its author published with ${own}, and ` +
        `say --sha256 HEX`,
    );
  }
  store.trust(identity, sha256.toLowerCase());
  await say(
    this,
    `${identity} is trusted. From the next start on it runs in the engine's own process, with all that ` +
      "this process may do:\nits files, network and environment, and the data of every dataflow. " +
      `To take that back: meander plugin trust ${identity} --revoke\n`,
  );
}
