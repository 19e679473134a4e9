/**
 * Stand-ins for the parts of vitest that are left out on purpose: each throws its advice when it
 * is called, so that nobody has to guess why `x is not a function`.
 */
export function unsupported<Name extends string>(
  owner: string,
  advice: Record<Name, string>,
): Record<Name, (...args: unknown[]) => never> {
  const standIns = {} as Record<Name, (...args: unknown[]) => never>;
  for (const name of Object.keys(advice) as Name[]) {
    standIns[name] = () => {
      throw new Error(`Cannot use ${owner}.${name} in these tests: ${advice[name]}`);
    };
  }
  return standIns;
}
