import type { UnusedGrant } from "../../../packages/local-cloud/src/services/iam/usage.ts";
import type { Manifest, RoleResource, Statement } from "@muster/manifest";
import type { World } from "@muster/testing/world";

/** Everything in the stack that acts with permissions of its own, by the name that people know it by. */
export function holdersOf({ functions, machines, schedules, nodePolicy }: Manifest): ReadonlyMap<string, Holder> {
  return new Map<string, Holder>([
    ...functions.map(({ name, role }) => [name, role] as const),
    ...machines.map(({ name, role }) => [name, role] as const),
    ...schedules.map(({ name, role }) => [name, role] as const),
    ["node", nodePolicy],
  ]);
}

type Holder = Pick<RoleResource, "arn" | "statements"> & Partial<Pick<RoleResource, "serviceStatements">>;

/** Actions and resources that none of the worlds has used, each as a sentence. */
export function unusedIn(worlds: readonly World[]): string[] {
  const [first, ...others] = worlds.map(unusedOf);
  return [...(first ?? [])].filter((grant) => others.every((unused) => unused.has(grant))).toSorted();
}

function unusedOf({ muster }: World): ReadonlySet<string> {
  const owners = new Map([...holdersOf(muster.manifest)].map(([owner, { arn }]) => [arn, owner]));
  const told = ({ owner, sid, kind, pattern }: UnusedGrant) => `${owners.get(owner)} ${sid}: ${kind} ${pattern}`;
  return new Set(muster.cloud.iam.unusedGrants().map(told));
}

/** Calls that a policy refused, each as a sentence. */
export function refusedIn(worlds: readonly World[]): string[] {
  const told = worlds.flatMap(({ muster }) =>
    muster.cloud.iam
      .refusals()
      .map(({ role, action, resource }) => `${role.split("/").at(-1)}: ${action} on ${resource}`),
  );
  return [...new Set(told)].toSorted();
}

/** The stack with that made of the statements of one of its roles. */
export function withStatements(
  owner: string,
  change: (statements: readonly Statement[]) => readonly Statement[],
): (manifest: Manifest) => Manifest {
  return (manifest) => ({
    ...manifest,
    functions: manifest.functions.map((f) =>
      f.name === owner ? { ...f, role: { ...f.role, statements: change(f.role.statements) } } : f,
    ),
  });
}
