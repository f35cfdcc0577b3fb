import type * as z from "zod/mini";
import type { ClusterSpec } from "../spec/spec.ts";
import type { SpecProblem } from "../spec/problem.ts";
import type { Blueprint } from "./blueprint.ts";
import type { HookDefinition } from "./hook.ts";

/**
 * A product is a folder in `packages/products`; nothing else in the code base may know its name. Everything here is
 * pure: it decides, and never acts.
 */
export interface Product {
  readonly name: string;
  readonly deployments: readonly string[];
  /** The product's own section of a spec, as it is written. */
  readonly sectionSchema: z.ZodMiniType;
  /**
   * Checks everything that is the product's to check: its section, its tiers, its own rules. An empty list means that
   * `blueprint` will accept the spec.
   */
  readonly check: (spec: ClusterSpec) => readonly SpecProblem[];
  /** The layout that the spec means. Call it only with a spec that `check` found nothing wrong with. */
  readonly blueprint: (spec: ClusterSpec) => Blueprint;
  /**
   * The spec with what it leaves open, and what the product fixes for ever when the cluster is formed, written out. It is
   * what is kept of a cluster: a later change of size must not shift what a default once meant.
   */
  readonly pin?: (spec: ClusterSpec) => ClusterSpec;
  readonly hooks: Readonly<Record<string, HookDefinition>>;
}
