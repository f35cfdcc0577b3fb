import type {
  ListTargetsByRuleCommandInput,
  PutTargetsCommandInput,
  RemoveTargetsCommandInput,
  Target,
} from "@aws-sdk/client-eventbridge";
import type { Operation } from "../../../kernel/service.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { parseArn, targetKind } from "../delivery/target-call.ts";
import { placeholdersOf, reservedVariables } from "../delivery/target-input.ts";
import { invalid, limitExceeded } from "../errors.ts";
import {
  PAGE_SIZE_MAX,
  TARGET_ENTRIES_MAX,
  TARGET_INPUT_LENGTH_MAX,
  TARGETS_PER_RULE_MAX,
  TRANSFORMER_PATHS_MAX,
} from "../limits.ts";
import { notImplemented, refuseMembers } from "../../../mechanisms/not-implemented.ts";
import { pageOf } from "../../../mechanisms/page.ts";
import type { RuleStore } from "./rule-store.ts";

/** Putting, removing and listing the targets of rules. */
export function targetOperations(store: RuleStore): Record<string, Operation> {
  return {
    PutTargets: (input: PutTargetsCommandInput) => putTargets(store, input),
    RemoveTargets: (input: RemoveTargetsCommandInput) => removeTargets(store, input),
    ListTargetsByRule: (input: ListTargetsByRuleCommandInput) => {
      const { targets } = store.get(input.Rule, input.EventBusName);
      checkConstraints([{ at: "limit", value: input.Limit, min: 1, max: PAGE_SIZE_MAX }]);
      const options = { size: input.Limit ?? PAGE_SIZE_MAX, token: input.NextToken };
      const page = pageOf([...targets.values()], ({ Id = "" }) => Id, options);
      return { Targets: page.items, ...(page.token !== undefined && { NextToken: page.token }) };
    },
  };
}

function putTargets(store: RuleStore, input: PutTargetsCommandInput) {
  const targets = input.Targets ?? [];
  checkConstraints([{ at: "targets", value: targets, required: true, min: 1, max: TARGET_ENTRIES_MAX }]);
  for (const [index, target] of targets.entries()) checkTarget(target, `targets.${index + 1}.member`);
  const rule = store.get(input.Rule, input.EventBusName);
  const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id = "" }) => Id)]);
  if (ids.size > TARGETS_PER_RULE_MAX) throw limitExceeded();
  for (const target of targets) rule.targets.set(target.Id ?? "", target);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function removeTargets(store: RuleStore, input: RemoveTargetsCommandInput) {
  checkConstraints([{ at: "ids", value: input.Ids, required: true, min: 1, max: TARGET_ENTRIES_MAX }]);
  const rule = store.get(input.Rule, input.EventBusName);
  // An id that is not there is removed already.
  for (const id of input.Ids ?? []) rule.targets.delete(id);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function checkTarget(target: Target, at: string): void {
  const { Id: id = "", Arn: arn = "" } = target;
  checkConstraints([
    { at: `${at}.id`, value: target.Id, required: true, min: 1, max: 64, pattern: String.raw`[\.\-_A-Za-z0-9]+` },
    { at: `${at}.arn`, value: target.Arn, required: true, min: 1, max: 1_600 },
    { at: `${at}.roleArn`, value: target.RoleArn, min: 1, max: 1_600 },
    { at: `${at}.input`, value: target.Input, max: TARGET_INPUT_LENGTH_MAX },
    { at: `${at}.inputPath`, value: target.InputPath, max: 256 },
    { at: `${at}.retryPolicy.maximumRetryAttempts`, value: target.RetryPolicy?.MaximumRetryAttempts, min: 0, max: 185 },
    {
      at: `${at}.retryPolicy.maximumEventAgeInSeconds`,
      value: target.RetryPolicy?.MaximumEventAgeInSeconds,
      min: 60,
      max: 86_400,
    },
  ]);
  refuseMembers("PutTargets", {
    AppSyncParameters: target.AppSyncParameters,
    BatchParameters: target.BatchParameters,
    EcsParameters: target.EcsParameters,
    HttpParameters: target.HttpParameters,
    KinesisParameters: target.KinesisParameters,
    RedshiftDataParameters: target.RedshiftDataParameters,
    RunCommandParameters: target.RunCommandParameters,
    SageMakerPipelineParameters: target.SageMakerPipelineParameters,
    SqsParameters: target.SqsParameters,
  });
  checkTargetArn(arn);
  if (targetKind(arn) === "states" && target.RoleArn === undefined)
    throw invalid(`RoleArn is required for target ${arn}.`);
  checkDeadLetterQueue(target.DeadLetterConfig?.Arn);
  checkInputs(target, id, at);
}

function checkTargetArn(arn: string): void {
  const parsed = parseArn(arn);
  if (parsed === undefined)
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (targetKind(arn) === undefined) throw notImplemented(`rule targets of the service ${parsed.service} (${arn})`);
  if (parsed.service === "sqs" && arn.endsWith(".fifo")) throw notImplemented("FIFO queues");
}

function checkDeadLetterQueue(arn: string | undefined): void {
  if (arn === undefined) return;
  if (parseArn(arn)?.service !== "sqs")
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (arn.endsWith(".fifo")) throw notImplemented("FIFO queues");
}

function checkInputs(target: Target, id: string, at: string): void {
  const { Input: input, InputPath: path, InputTransformer: transformer } = target;
  if ([input, path, transformer].filter((one) => one !== undefined).length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  if (input !== undefined && !isJson(input)) throw invalid(`JSON syntax error in input for target ${id}.`);
  if (transformer === undefined) return;
  const { InputTemplate: template, InputPathsMap: paths = {} } = transformer;
  checkConstraints([
    {
      at: `${at}.inputTransformer.inputTemplate`,
      value: template,
      required: true,
      min: 1,
      max: TARGET_INPUT_LENGTH_MAX,
    },
    { at: `${at}.inputTransformer.inputPathsMap`, value: Object.keys(paths), max: TRANSFORMER_PATHS_MAX },
  ]);
  const reserved = Object.keys(paths).find((name) => name.startsWith("AWS.") || reservedVariables.has(name));
  if (reserved !== undefined) throw invalid(`InputPathsMap for target ${id} contains reserved key ${reserved}.`);
  const unknown = placeholdersOf(template ?? "").find(
    (name) => !Object.hasOwn(paths, name) && !reservedVariables.has(name),
  );
  if (unknown !== undefined) throw invalid(`InputTemplate for target ${id} contains invalid placeholder ${unknown}.`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
