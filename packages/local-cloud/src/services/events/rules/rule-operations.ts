import type {
  DeleteRuleCommandInput,
  DescribeRuleCommandInput,
  DisableRuleCommandInput,
  EnableRuleCommandInput,
  ListRulesCommandInput,
  PutRuleCommandInput,
  Rule as ShownRule,
} from "@aws-sdk/client-eventbridge";
import type { Operation, ServiceContext } from "../../../kernel/service.ts";
import { parseScheduleExpression } from "../../scheduler/schedule-expression.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { invalid, limitExceeded } from "../errors.ts";
import { PAGE_SIZE_MAX, PATTERN_LENGTH_MAX, PATTERN_LENGTH_QUOTA, RULES_MAX, TAGS_MAX } from "../limits.ts";
import { notImplemented } from "../../../mechanisms/not-implemented.ts";
import { compile } from "../pattern.ts";
import { pageOf } from "../../../mechanisms/page.ts";
import type { Rule, RuleStore } from "./rule-store.ts";

/** Making, changing, finding and deleting rules. `changed` hears of every rule whose schedule may have changed. */
export function ruleOperations(
  context: ServiceContext,
  store: RuleStore,
  changed: (name: string) => void,
): Record<string, Operation> {
  const setState = (input: EnableRuleCommandInput | DisableRuleCommandInput, state: "ENABLED" | "DISABLED") => {
    const rule = store.get(input.Name, input.EventBusName);
    if (rule.state === state) return {};
    store.put({ ...rule, state });
    changed(rule.name);
    return {};
  };
  return {
    PutRule: (input: PutRuleCommandInput) => {
      const rule = putRule(store, input);
      changed(rule.name);
      return { RuleArn: rule.arn };
    },
    DeleteRule: (input: DeleteRuleCommandInput) => {
      store.checkBus(input.EventBusName);
      const rule = store.find(input.Name);
      // A rule that is not there is deleted already.
      if (rule === undefined) return {};
      if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      store.delete(rule.name);
      changed(rule.name);
      return {};
    },
    DescribeRule: (input: DescribeRuleCommandInput) => ({
      ...shown(store.get(input.Name, input.EventBusName)),
      CreatedBy: context.account,
    }),
    ListRules: (input: ListRulesCommandInput) => {
      store.checkBus(input.EventBusName);
      checkConstraints([{ at: "limit", value: input.Limit, min: 1, max: PAGE_SIZE_MAX }]);
      const rules = [...store.all()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ""));
      const page = pageOf(rules, ({ name }) => name, { size: input.Limit ?? PAGE_SIZE_MAX, token: input.NextToken });
      return { Rules: page.items.map(shown), ...(page.token !== undefined && { NextToken: page.token }) };
    },
    EnableRule: (input: EnableRuleCommandInput) => setState(input, "ENABLED"),
    DisableRule: (input: DisableRuleCommandInput) => setState(input, "DISABLED"),
  };
}

// What a request leaves out is reset, except for targets and tags, which stay.
function putRule(store: RuleStore, input: PutRuleCommandInput): Rule {
  store.checkBus(input.EventBusName);
  const { EventPattern: pattern, ScheduleExpression: schedule, State: state = "ENABLED" } = input;
  checkConstraints([
    { at: "name", value: input.Name, required: true, min: 1, max: 64, pattern: String.raw`[\.\-_A-Za-z0-9]+` },
    { at: "description", value: input.Description, max: 512 },
    { at: "scheduleExpression", value: schedule, max: 256 },
    { at: "eventPattern", value: pattern, max: PATTERN_LENGTH_MAX },
    { at: "roleArn", value: input.RoleArn, min: 1, max: 1_600 },
    {
      at: "state",
      value: state,
      oneOf: ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"],
    },
  ]);
  if (state === "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") throw notImplemented(`rules in the state ${state}`);
  if (pattern === undefined && schedule === undefined)
    throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (pattern !== undefined && pattern.length > PATTERN_LENGTH_QUOTA) throw limitExceeded();
  const name = input.Name ?? "";
  const known = store.find(name);
  if (known === undefined && store.size >= RULES_MAX) throw limitExceeded();
  const tags = new Map((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  if (tags.size > TAGS_MAX) throw limitExceeded();
  const rule: Rule = {
    name,
    arn: store.arnOf(name),
    pattern: pattern === undefined ? undefined : { text: pattern, compiled: compile(pattern) },
    schedule: schedule === undefined ? undefined : { text: schedule, expression: readSchedule(schedule) },
    state,
    description: input.Description,
    roleArn: input.RoleArn,
    tags: known?.tags ?? tags,
    targets: known?.targets ?? new Map(),
  };
  store.put(rule);
  return rule;
}

function readSchedule(text: string) {
  const expression = parseScheduleExpression(text, "rule");
  if (expression === undefined) throw invalid("Parameter ScheduleExpression is not valid.");
  return expression;
}

function shown(rule: Rule): ShownRule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    State: rule.state,
    EventBusName: "default",
    ...(rule.pattern !== undefined && { EventPattern: rule.pattern.text }),
    ...(rule.schedule !== undefined && { ScheduleExpression: rule.schedule.text }),
    ...(rule.description !== undefined && { Description: rule.description }),
    ...(rule.roleArn !== undefined && { RoleArn: rule.roleArn }),
  };
}
