import type { ClusterSpec, SpecProblem } from "@muster/core";
import {
  BACKENDS_MIN,
  HOT_SPARES_AT_MINIMUM,
  PARITY_DEFAULT,
  PARITY_LEVELS,
  STRIPE_WIDTH_MAX,
  STRIPE_WIDTH_MIN,
} from "./limits.ts";
import { completeProtection, widestStripe } from "./protection.ts";
import { askedProtection, dataTier, type WekaSection } from "./spec-section.ts";

/** Checks data, parity and spares, each by itself and against the number of backends. */
export function checkProtection(spec: ClusterSpec, section: WekaSection | undefined): readonly SpecProblem[] {
  if (section === undefined) return [];
  const asked = askedProtection(section);
  const problems: SpecProblem[] = [];
  if (asked.parity !== undefined && !isParity(asked.parity)) {
    problems.push({
      path: "weka.protection.parity",
      found: String(asked.parity),
      rule: `WEKA protects a stripe with ${PARITY_LEVELS.join(" or ")} parity drives.`,
      remedy: `Write ${asked.parity > 3 ? 4 : 2}.`,
    });
  }
  if (asked.data !== undefined && (asked.data < STRIPE_WIDTH_MIN || asked.data > STRIPE_WIDTH_MAX)) {
    problems.push({
      path: "weka.protection.data",
      found: String(asked.data),
      rule: `A stripe has ${STRIPE_WIDTH_MIN} to ${STRIPE_WIDTH_MAX} data drives.`,
      remedy: `Write ${asked.data < STRIPE_WIDTH_MIN ? STRIPE_WIDTH_MIN : STRIPE_WIDTH_MAX}.`,
    });
  }
  if (asked.hotSpares !== undefined && asked.hotSpares < HOT_SPARES_AT_MINIMUM) {
    problems.push({
      path: "weka.protection.hotSpares",
      found: String(asked.hotSpares),
      rule: "At least one server's room is kept free, so that a lost server can be rebuilt.",
      remedy: `Write ${HOT_SPARES_AT_MINIMUM} or more.`,
    });
  }
  return problems.length > 0 ? problems : fitProblems(spec, asked);
}

function fitProblems(spec: ClusterSpec, asked: ReturnType<typeof askedProtection>): SpecProblem[] {
  const tier = dataTier(spec.deployment);
  const backends = spec.tiers[tier]?.count ?? 0;
  if (backends < BACKENDS_MIN) return [];
  const { data, parity, hotSpares } = completeProtection(backends, asked);
  const needed = Math.max(STRIPE_WIDTH_MIN, data) + parity + hotSpares;
  if (needed <= backends) return [];
  const widest = widestStripe(backends, parity, hotSpares);
  const rule = `Data, parity and spares lie on different servers: ${Math.max(STRIPE_WIDTH_MIN, data)} + ${parity} + ${hotSpares} need ${needed} of them.`;
  if (asked.data !== undefined && widest >= STRIPE_WIDTH_MIN) {
    return [
      {
        path: "weka.protection.data",
        found: `${asked.data} with ${backends} backends`,
        rule,
        remedy: `Write ${widest}, or set tiers.${tier}.count to ${needed}.`,
      },
    ];
  }
  const path = asked.parity !== undefined && asked.parity > PARITY_DEFAULT ? "parity" : "hotSpares";
  const fewer = Math.max(HOT_SPARES_AT_MINIMUM, backends - parity - STRIPE_WIDTH_MIN);
  return [
    {
      path: `weka.protection.${path}`,
      found: `${path === "parity" ? parity : hotSpares} with ${backends} backends`,
      rule,
      remedy: `Write ${path === "parity" ? PARITY_DEFAULT : fewer}, or set tiers.${tier}.count to ${needed}.`,
    },
  ];
}

function isParity(parity: number): boolean {
  return PARITY_LEVELS.some((level) => level === parity);
}
