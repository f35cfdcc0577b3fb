import type { ClusterSpec } from "../spec/spec.ts";
import type { Blueprint, NodeShape, TierBlueprint } from "./blueprint.ts";

/**
 * One thing run on nodes over SSM. One mechanism serves prepare, form, join, verify, drain, drained and leave: a document,
 * whom it runs on, parameters, a timeout and the shape of its result.
 */
export interface HookDefinition {
  readonly name: string;
  /** The SSM document's name without the stack's prefix, such as `weka-prepare`. */
  readonly document: string;
  readonly targets: HookTargets;
  /** How long one run may take on a node, seconds; the agent enforces it. */
  readonly timeoutSeconds: number;
  /** How long it takes as a rule on so many nodes, from its sending to the last one's end, seconds: for forecasts. */
  readonly typicalSeconds: (nodes: number) => number;
  /** How often a node may fail it before the operation fails. */
  readonly attempts: number;
  /**
   * Nodes that went through it are members of the product's cluster: form (the whole tier, by the one node that ran it)
   * and join. Members are not sent the hooks that make members again.
   */
  readonly admits?: boolean;
  /** Parameters of the document: plain text, never a secret (give its name instead). Keys match `[a-z][a-zA-Z0-9]*`. */
  readonly parameters: (context: HookContext) => Readonly<Record<string, string>>;
  /**
   * Reads what the script printed: exactly one JSON object on standard output. An unknown shape is a HookResultError,
   * never a guess.
   */
  readonly parse: (stdout: string, context: HookContext) => HookResult;
}

/** `all`: every node of the tier that still needs it. `one`: any one node, another if it dies. `each-in-turn`: all, one at a time. */
export type HookTargets = "all" | "one" | "each-in-turn";

export interface HookContext {
  readonly cluster: string;
  readonly spec: ClusterSpec;
  readonly blueprint: Blueprint;
  readonly tier: TierBlueprint;
  /** The shape that the tier's nodes were launched with. */
  readonly shape: NodeShape;
  /** Members of the tier that this run is about, and of the tiers before it, in a stable order. */
  readonly members: readonly HookMember[];
  readonly region: string;
  /** Full names in Secrets Manager of the blueprint's generated secrets, by their short name. */
  readonly secretNames: Readonly<Record<string, string>>;
}

export interface HookMember {
  readonly tier: string;
  readonly instanceId: string;
  readonly privateIp: string;
  /** It has been through its join hooks before this operation. */
  readonly isMember: boolean;
}

/** What a hook's run says, decided from its output alone. */
export interface HookResult {
  /** False: it ran, and what it was to reach is not reached yet (or not at all, when `blockers` say so). */
  readonly ok: boolean;
  /** What is in the way, each a sentence that names the thing; shown to the user and kept in the timeline. */
  readonly blockers: readonly string[];
  /** Small facts worth keeping in the timeline and showing, such as release, capacity, drives. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** A hook printed what its parser does not know. The operation fails rather than guess what the product meant. */
export class HookResultError extends Error {
  override readonly name = "HookResultError";
}
