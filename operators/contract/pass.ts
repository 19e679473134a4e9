/**
 * The transform that passes everything on.
 *
 * @module
 */
import type { Data } from "../../batches/data.ts";
import type { Transform } from "./transform.ts";

/** For operators that matter for where records go and not for what becomes of them. */
export class PassTransform implements Transform {
  length = 0;
  readonly faultIndex = -1;

  apply(data: Data<unknown>, length: number): Data<unknown> {
    this.length = length;
    return data;
  }
}
