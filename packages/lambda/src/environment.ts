/**
 * The variables that a function needs, all of them, by name. The manifest declares the same names; one that is missing is
 * a mistake of the deployment, found at the first call.
 */
export function readEnvironment<Name extends string>(
  functionName: string,
  names: readonly Name[],
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => values[name] === undefined || values[name] === "");
  if (missing.length > 0)
    throw new Error(`function ${functionName} needs the environment variables ${missing.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, values[name] as string])) as Record<Name, string>;
}
