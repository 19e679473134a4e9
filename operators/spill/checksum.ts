/**
 * Checksums of blocks.
 *
 * @module
 */

/**
 * A checksum of bytes that begin at a multiple of 4 and whose number is one. Every step is invertible, in
 * the sum as in the word, so that no change of a single word goes unnoticed, and of others one in 2³².
 */
export function checksumOf(bytes: Uint8Array): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  let sum = bytes.length;
  for (let i = 0; i < words.length; i++) {
    sum = Math.imul(sum ^ words[i], 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  return sum;
}
