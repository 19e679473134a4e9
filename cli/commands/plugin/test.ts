/**
 * `meander plugin test`: runs the tests of a plugin in a process that may read its folder and nothing else.
 *
 * @module
 */
import type { AuthorContext } from "../../author_world.ts";
import { EXIT, printable } from "../../exit.ts";
import { isolatedBy, readPlugin } from "../../plugin_folder.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface TestFlags {
  readonly noCheck: boolean;
}

/** Runs them, and shows what came of it. */
export async function testPluginCommand(
  this: AuthorContext,
  { noCheck }: TestFlags,
  path = ".",
): Promise<void> {
  const { folder } = readPlugin(this, path);
  const { success, stdout, stderr } = await this.author.run({
    args: [
      "test",
      ...isolatedBy(this, folder),
      ...(noCheck ? ["--no-check"] : []),
      `--allow-read=${folder}`,
    ],
    cwd: folder,
  });
  await say(this, stdout);
  if (stderr !== "") this.process.stderr.write(printable(stderr));
  if (!success) this.exit(EXIT.failed);
}
