import type { Finding } from "../preflight/finding.ts";
import { storageGiB } from "../preflight/judge-account.ts";
import type { Preflight } from "../preflight/judge-preflight.ts";
import { verificationsAtEnd, type Blueprint, type TierBlueprint } from "../product/blueprint.ts";
import type { HookDefinition } from "../product/hook.ts";
import type { ClusterSpec } from "../spec/spec.ts";
import type { ForecastView } from "../views/views.ts";
import { launchMinutes, operationCost } from "./operation-cost.ts";
import { GP3_GB_MONTH, HOURS_PER_MONTH, type PriceList } from "./prices.ts";

/** What a deployment would do. No side effect: it is computed from the blueprint and from what preflight read. */
export function forecastDeployment(plan: {
  readonly spec: ClusterSpec;
  readonly blueprint: Blueprint;
  readonly preflight: Preflight;
  readonly findings: readonly Finding[];
  readonly hooks: Readonly<Record<string, HookDefinition>>;
  readonly prices: PriceList;
}): ForecastView {
  const { spec, blueprint, preflight, findings, hooks, prices } = plan;
  const tiers = blueprint.tiers.map((tier) => forecastTier(tier, preflight, prices));
  const steps = stepsOf(blueprint, hooks);
  const perHour = tiers.filter((tier) => tier.count > 0).map((tier) => tier.dollarsPerHour);
  const isPriced = perHour.every((price) => price !== undefined);
  const cost = operationCost(blueprint);
  return {
    cluster: spec.name,
    product: blueprint.product,
    deployment: blueprint.deployment,
    canDeploy: !findings.some((finding) => finding.verdict === "block"),
    summary: [...blueprint.summary],
    tiers,
    steps,
    minutes: round(steps.reduce((sum, step) => sum + step.minutes, 0)),
    findings: findings.map((finding) => ({ ...finding })),
    ...(isPriced ? { dollarsPerHour: round(perHour.reduce((sum: number, price) => sum + (price ?? 0), 0)) } : {}),
    controlPlaneDollars: cost.dollars,
    calls: cost.calls,
  };
}

function forecastTier(tier: TierBlueprint, preflight: Preflight, prices: PriceList): ForecastView["tiers"][number] {
  const shape = preflight.firstShapes.get(tier.name) ?? tier.shapes[0];
  if (shape === undefined) throw new Error(`tier ${tier.name} has no shape`);
  const instance = prices.instanceHour[shape.instanceType];
  const storage = (storageGiB(shape) * GP3_GB_MONTH) / HOURS_PER_MONTH;
  return {
    name: tier.name,
    count: tier.count,
    instanceType: shape.instanceType,
    purchase: tier.purchase,
    vCpus: tier.count * shape.vCpus,
    addresses: tier.count * shape.interfaces,
    storageGiB: tier.count * storageGiB(shape),
    ...(instance === undefined ? {} : { dollarsPerHour: round(tier.count * (instance + storage)) }),
  };
}

function stepsOf(
  blueprint: Blueprint,
  hooks: Readonly<Record<string, HookDefinition>>,
): { name: string; minutes: number }[] {
  const hookNamed = (name: string): HookDefinition => {
    const hook = hooks[name];
    if (hook === undefined) throw new Error(`${blueprint.product} has no hook ${name}`);
    return hook;
  };
  const steps = [{ name: "Check limits", minutes: 0.1 }];
  for (const tier of blueprint.tiers) {
    if (tier.count === 0) continue;
    steps.push({
      name: `Launch ${tier.count} ${tier.name} nodes, until online`,
      minutes: round(launchMinutes(tier.count)),
    });
    let areMembers = false;
    for (const name of tier.formHooks) {
      const hook = hookNamed(name);
      // Forming admits the whole tier: nobody is left to join.
      if (hook.admits === true && areMembers) continue;
      areMembers ||= hook.admits === true;
      steps.push(hookStep(hook, tier));
    }
  }
  for (const verification of verificationsAtEnd(blueprint)) {
    const tier = blueprint.tiers.find((grown) => grown.name === verification.tier);
    if (tier === undefined) continue;
    const step = hookStep(hookNamed(verification.hook), tier);
    steps.push({ ...step, name: `${step.name}, once more` });
  }
  return steps;
}

function hookStep(hook: HookDefinition, tier: TierBlueprint): { name: string; minutes: number } {
  return {
    name: `${hook.name} on ${hook.targets === "one" ? "one node" : `${tier.count} ${tier.name} nodes`}`,
    minutes: round(hook.typicalSeconds(tier.count) / 60),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
