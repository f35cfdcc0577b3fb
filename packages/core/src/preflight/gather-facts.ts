import { isMusterError, MusterError } from "../errors/muster-error.ts";
import type { Account } from "../ports/account.ts";
import type { InstanceLauncher, LaunchRequest } from "../ports/compute.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { Blueprint } from "../product/blueprint.ts";
import type { ClusterSpec } from "../spec/spec.ts";
import type { Fact, LaunchTrials, PreflightFacts } from "./facts.ts";
import { quotaKey, quotasNeeded } from "./judge-account.ts";

/**
 * What becomes of a read that AWS does not answer for the moment: `tell` makes it an unknown, for whoever wants to know
 * what there is now; `throw` makes it AwsUnavailable, for who can try again and will launch.
 */
export type OnUnavailable = "tell" | "throw";

/** Reads everything that preflight judges, all at once. A read that fails is a fact of its own, not an end. */
export async function gatherFacts(
  ports: { account: Account; secrets: Secrets },
  spec: ClusterSpec,
  blueprint: Blueprint,
  onUnavailable: OnUnavailable,
): Promise<PreflightFacts> {
  const learn = learner(onUnavailable);
  const { account, secrets } = ports;
  const types = [...new Set(blueprint.tiers.flatMap((tier) => tier.shapes.map((shape) => shape.instanceType)))];
  const architectures = [...new Set(blueprint.tiers.flatMap((tier) => tier.shapes.map((shape) => shape.architecture)))];
  const { subnets: subnetIds, securityGroups, placementGroup } = spec.network;
  const { instanceProfile } = spec;
  const subnets = learn(account.subnets(subnetIds));
  const [images, quotas, known, ...rest] = await Promise.all([
    all(architectures, (a) => learn(imageOf(account, spec, a))),
    all(quotasNeeded(blueprint).map(quotaKey), (key) => learn(account.quota(...(key.split("/") as [string, string])))),
    all(
      blueprint.requiredSecrets.map((s) => s.id),
      (id) => learn(secrets.exists(id)),
    ),
    subnets,
    learn(account.securityGroups(securityGroups)),
    learn(placementGroup === undefined ? Promise.resolve(undefined) : account.placementGroup(placementGroup)),
    learn(account.instanceTypes(types)),
    subnets.then((s) =>
      "known" in s ? learn(account.offerings(types, [...new Set(s.known.map((x) => x.availabilityZone))])) : s,
    ),
    learn(account.runningInstances()),
    learn(account.networkInterfaces()),
    learn(account.gp3Storage()),
    learn(instanceProfile === undefined ? Promise.resolve(undefined) : account.instanceProfile(instanceProfile)),
    learn(instanceProfile === undefined ? account.roleRoom() : Promise.resolve(undefined)),
  ]);
  return {
    images,
    quotas,
    secrets: known,
    subnets: rest[0],
    securityGroups: rest[1],
    placementGroup: rest[2],
    instanceTypes: rest[3],
    offerings: rest[4],
    runningInstances: rest[5],
    networkInterfaces: rest[6],
    gp3StorageGiB: rest[7],
    instanceProfile: rest[8],
    roleRoom: rest[9],
  };
}

/** Asks EC2 whether it would allow the first launch of each tier. */
export async function tryLaunches(
  compute: Pick<InstanceLauncher, "tryLaunch">,
  requests: Readonly<Record<string, LaunchRequest>>,
  onUnavailable: OnUnavailable,
): Promise<LaunchTrials> {
  const learn = learner(onUnavailable);
  return all(Object.keys(requests), (tier) => learn(compute.tryLaunch(requests[tier] as LaunchRequest)));
}

async function imageOf(account: Account, spec: ClusterSpec, architecture: "x86_64" | "arm64") {
  return account.image(spec.image ?? (await account.newestImage(architecture)));
}

function learner(onUnavailable: OnUnavailable) {
  return async <T>(read: Promise<T>): Promise<Fact<T>> => {
    try {
      return { known: await read };
    } catch (error) {
      if (onUnavailable === "throw" && isMusterError(error, "AwsUnavailable")) throw error;
      if (error instanceof MusterError) return { unknown: error.why };
      return { unknown: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  };
}

async function all<K extends string, T>(keys: readonly K[], read: (key: K) => Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
}
