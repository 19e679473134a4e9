/**
 * What is wrong with an expression, and where.
 *
 * @module
 */

/** One mistake in the text of an expression. */
export interface ExpressionProblem {
  /** What is wrong, as a sentence without a final period. */
  readonly message: string;
  /** What to write instead, as an imperative without a final period. */
  readonly hint?: string;
  /** Where it begins, in UTF-16 units of the text. */
  readonly offset: number;
  /** How many UTF-16 units it spans. */
  readonly length: number;
}
