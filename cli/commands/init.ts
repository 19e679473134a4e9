/**
 * `meander init`: a small spec to begin with.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { UsageError } from "../exit.ts";

const TEXT = `# A spec: what is read, what is done with it, and what is written.
meander: 1
name: word-count

# Each line of the file is a record. Try it with a pipe:
#   printf 'to be or\\nnot to be\\n' | meander run FILE --input lines=-
inputs:
  lines: { format: lines, file: text.txt }

# Each node uses an operator (see \`meander operators\`) and reads inputs or other nodes.
# Texts under "with" are expressions: CEL, checked before anything runs.
nodes:
  words:
    use: core/flatMap
    from: lines
    with: { f: "record.lower().words()" }
  counts:
    use: core/aggregate # emits when its time is complete: here, at the end of the file
    from: words
    with:
      key: record
      initial: "0"
      fold: accumulated + 1
      emit: "{'word': key, 'count': accumulated}"

outputs:
  counts: { from: counts, format: ndjson }

# \`meander test FILE\` runs these.
tests:
  - name: counts words of all lines
    inputs: { lines: ["to be or", "not to be"] }
    outputs:
      counts:
        - { word: to, count: 2 }
        - { word: be, count: 2 }
        - { word: or, count: 1 }
        - { word: not, count: 1 }
`;

/** Writes it, unless there is a file of that name. */
export async function initCommand(
  this: Context,
  _flags: object,
  path = "spec.yaml",
): Promise<void> {
  const { world, process } = this;
  if (!await world.writeNew(path, TEXT.replaceAll("FILE", path))) {
    throw new UsageError(`Cannot write ${path}: there is a file of that name. Name another one`);
  }
  process.stdout.write(
    `Wrote ${path}. Try it:\n  meander test ${path}\n` +
      `  printf 'to be or\\nnot to be\\n' | meander run ${path} --input lines=-\n`,
  );
}
