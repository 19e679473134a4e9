/**
 * What a plugin's process begins with: it reads its program from standard input and runs it. So it needs no file, and
 * the program is read as a script, which takes half the time and a third of the memory of a module.
 *
 * @module
 */

/** The length as u32, then so many bytes of a script. */
const BOOT = `
  const read = (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const count = Deno.stdin.readSync(bytes.subarray(at));
      if (count === null) Deno.exit(0);
      at += count;
    }
    return bytes;
  };
  const length = new DataView(read(4).buffer).getUint32(0, true);
  (0, eval)(new TextDecoder().decode(read(length)));
`;

/** The module that a process is started with. */
export const BOOT_URL: string = `data:application/javascript,${encodeURIComponent(BOOT)}`;

/** The program as its first bytes of standard input. */
export function bootBytes(program: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + program.length);
  new DataView(bytes.buffer).setUint32(0, program.length, true);
  bytes.set(program, 4);
  return bytes;
}
