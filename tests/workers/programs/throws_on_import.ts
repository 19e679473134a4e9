/**
 * A module that cannot be imported.
 *
 * @module
 */
throw new RangeError("not to be imported");
