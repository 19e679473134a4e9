import type { UnaryOperator } from "../contract/definition.ts";
import { extreme } from "./extreme.ts";
import type { ValueConfig } from "./value_fold.ts";

/** The largest value of each time and key. Its state is one value for each key of each open time. */
export const max: UnaryOperator<ValueConfig> = extreme("max", "largest", -1, [3, 2]);
