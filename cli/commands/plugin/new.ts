/**
 * `meander plugin new`: a plugin to begin with, whose tests are green.
 *
 * @module
 */
import { PLUGIN_NAME } from "../../../plugins/names.ts";
import type { AuthorContext } from "../../author_world.ts";
import { UsageError } from "../../exit.ts";
import { templateOf } from "../../plugin_template.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface NewFlags {
  readonly dir?: string;
}

/** Writes it into a folder in which none of its files is. */
export async function newCommand(
  this: AuthorContext,
  { dir }: NewFlags,
  name: string,
): Promise<void> {
  const { author, plugins } = this;
  if (!PLUGIN_NAME.test(name) || name.length > 64) {
    throw new UsageError(
      `Cannot name a plugin "${name}": a name has lower-case letters, digits and -, and begins with a letter`,
    );
  }
  if (name === "core") {
    throw new UsageError(`Cannot name a plugin "core": it is a part of Meander`);
  }
  if (!author.home.startsWith("file:") || plugins.files.kindOf(pathOf(author.home)) === undefined) {
    throw new UsageError(
      "Cannot make a plugin: it is written against Meander's sources, which are not here",
    );
  }
  const folder = dir ?? name;
  const files = Object.entries(templateOf(name, author));
  const there = files.map(([file]) => `${folder}/${file}`)
    .filter((path) => plugins.files.kindOf(path) !== undefined);
  if (there.length > 0) {
    throw new UsageError(
      `Cannot make a plugin in ${folder}: there is ${
        there.join(", ")
      }. Name another folder with --dir`,
    );
  }
  for (const [file, text] of files) author.write(`${folder}/${file}`, text, false);
  const at = folder === "." ? "" : ` ${folder}`;
  await say(
    this,
    `Wrote ${files.map(([file]) => `${folder}/${file}`).join(", ")}. Try it:\n` +
      `  meander plugin test${at}\n  meander plugin check${at}\n`,
  );
}

function pathOf(url: string): string {
  return decodeURIComponent(new URL("plugin.ts", url).pathname);
}
