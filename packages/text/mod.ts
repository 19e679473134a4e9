/**
 * The plugin `text`: words, their stems, and how far texts are apart.
 *
 * @module
 */
import { definePlugin } from "meander/plugin";
import { distance } from "./distance.ts";
import { stem } from "./stem.ts";
import { words } from "./words.ts";

export { distance, stem, words };

export default definePlugin({
  name: "text",
  version: "1.0.0",
  operators: [words, stem, distance],
});
