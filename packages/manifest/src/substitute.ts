import type { MachineResource } from "./manifest.ts";

/**
 * A definition with its placeholders (`${function:x}`, `${machine:x}`) replaced. `versions` gives each the ARN of a
 * published version: an execution keeps the definition that it was started with, and with it the code that this names,
 * whatever is deployed meanwhile.
 * @throws {Error} for a placeholder that the manifest does not give the machine, and for one without a version
 */
export function substitute(
  definition: string | undefined,
  machine: MachineResource,
  versions: Readonly<Record<string, string>>,
): string {
  if (definition === undefined) throw new Error(`machine ${machine.name} has no definition`);
  return definition.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => {
    if (!(name in machine.substitutions))
      throw new Error(`the definition of ${machine.name} names ${whole}, which the manifest does not give it`);
    const version = versions[name];
    if (version === undefined) throw new Error(`${whole} of ${machine.name} has no published version yet`);
    return version;
  });
}
