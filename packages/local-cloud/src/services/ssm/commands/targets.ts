import type { SendCommandRequest, Target } from "@aws-sdk/client-ssm";
import { AwsError } from "../../../kernel/aws-error.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import type { SsmCore } from "../core.ts";
import { invalidInstanceId } from "../errors.ts";
import { invalidRequest, notImplemented, required } from "../input.ts";

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html and API_Target.html
const INSTANCE_IDS_MAX = 50;
const TARGETS_MAX = 5;
const TARGET_KEY_MAX = 163;
const TARGET_VALUES_MAX = 50;
const INSTANCE_ID = "i-(\\w{8}|\\w{17})|mi-\\w{17}";

/**
 * The nodes that a command goes to. Nodes named one by one must all be valid; what a tag finds is whatever of it is managed.
 * @throws ValidationException, DuplicateInstanceId, InvalidInstanceId
 */
export function resolveTargets(core: SsmCore, input: SendCommandRequest): readonly string[] {
  const ids = input.InstanceIds ?? [];
  const targets = input.Targets ?? [];
  if (ids.length > 0 && targets.length > 0)
    throw invalidRequest("InstanceIds and Targets can't be specified together.");
  if (ids.length > 0) return explicitNodes(core, ids);
  if (targets.length === 0) throw invalidRequest("Either InstanceIds or Targets must be specified.");
  checkConstraints([{ at: "targets", value: targets, max: TARGETS_MAX }]);
  return matchTargets(core, targets);
}

/** Managed nodes that fit every one of the targets. */
export function matchTargets(core: SsmCore, targets: readonly Target[]): readonly string[] {
  const [first = [], ...others] = targets.map((target) => nodesOf(core, target));
  const sets = others.map((ids) => new Set(ids));
  return [...new Set(first)].filter((id) => sets.every((set) => set.has(id)) && core.registry.isValidTarget(id));
}

function explicitNodes(core: SsmCore, ids: readonly string[]): readonly string[] {
  checkConstraints([
    { at: "instanceIds", value: ids, max: INSTANCE_IDS_MAX },
    ...ids.map((id, index) => ({ at: `instanceIds.${index + 1}.member`, value: id, pattern: INSTANCE_ID })),
  ]);
  if (new Set(ids).size < ids.length) throw new AwsError("DuplicateInstanceId", "");
  const invalid = ids.filter((id) => !core.registry.isValidTarget(id));
  if (invalid.length > 0) throw invalidInstanceId(invalid, core.context.account);
  return ids;
}

function nodesOf(core: SsmCore, target: Target): readonly string[] {
  const key = required(target.Key, "targets.1.member.key");
  const values = target.Values ?? [];
  checkConstraints([
    { at: "targets.1.member.key", value: key, max: TARGET_KEY_MAX },
    { at: "targets.1.member.values", value: values, max: TARGET_VALUES_MAX },
  ]);
  if (key === "InstanceIds") return values;
  if (key === "tag-key") return values.flatMap((name) => core.nodes.withTag(name));
  if (key.startsWith("tag:")) return core.nodes.withTag(key.slice("tag:".length), values);
  throw notImplemented(`SendCommand Targets ${key}`);
}
