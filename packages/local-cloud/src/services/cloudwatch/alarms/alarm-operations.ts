import type {
  DeleteAlarmsCommandInput,
  DescribeAlarmsCommandInput,
  DisableAlarmActionsCommandInput,
  EnableAlarmActionsCommandInput,
  MetricAlarm,
  PutMetricAlarmCommandInput,
  SetAlarmStateCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Operation } from "../../../kernel/service.ts";
import { refuseMembers } from "../../../mechanisms/not-implemented.ts";
import { pageOf } from "../../../mechanisms/page.ts";
import { checkSize, invalidValue, missing } from "../errors.ts";
import { ALARM_NAMES_MAX } from "../limits.ts";
import { readAlarm } from "./alarm.ts";
import type { Alarm, AlarmBook } from "./alarm-book.ts";

const PAGE_SIZE_MAX = 100;
const PAGE_SIZE_DEFAULT = 50;

/** Making, finding, forcing and deleting metric alarms. */
export function alarmOperations(book: AlarmBook): Record<string, Operation> {
  const enable = (names: readonly string[] | undefined, actionsEnabled: boolean) => {
    checkSize("AlarmNames", names, ALARM_NAMES_MAX);
    for (const name of names ?? []) {
      const alarm = book.find(name);
      if (alarm !== undefined) book.enableActions(alarm, actionsEnabled);
    }
    return {};
  };
  return {
    PutMetricAlarm: (input: PutMetricAlarmCommandInput) => {
      const tags = new Map((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
      book.put(readAlarm(input), tags);
      return {};
    },
    DescribeAlarms: (input: DescribeAlarmsCommandInput) => describeAlarms(book, input),
    DeleteAlarms: (input: DeleteAlarmsCommandInput) => {
      checkSize("AlarmNames", input.AlarmNames, ALARM_NAMES_MAX);
      // Names that nobody has are passed over.
      for (const name of input.AlarmNames ?? []) book.delete(name);
      return {};
    },
    SetAlarmState: (input: SetAlarmStateCommandInput) => setAlarmState(book, input),
    EnableAlarmActions: (input: EnableAlarmActionsCommandInput) => enable(input.AlarmNames, true),
    DisableAlarmActions: (input: DisableAlarmActionsCommandInput) => enable(input.AlarmNames, false),
  };
}

function describeAlarms(book: AlarmBook, input: DescribeAlarmsCommandInput) {
  refuseMembers("DescribeAlarms", {
    ChildrenOfAlarmName: input.ChildrenOfAlarmName,
    ParentsOfAlarmName: input.ParentsOfAlarmName,
  });
  const { AlarmNames: names, AlarmNamePrefix: prefix } = input;
  checkSize("AlarmNames", names, ALARM_NAMES_MAX);
  if (names !== undefined && prefix !== undefined)
    throw new AwsError("InvalidParameterCombinationException", "AlarmNames and AlarmNamePrefix exclude each other.");
  const size = input.MaxRecords ?? PAGE_SIZE_DEFAULT;
  if (size < 1 || size > PAGE_SIZE_MAX)
    throw invalidValue(`The value ${size} for parameter MaxRecords must be from 1 to ${PAGE_SIZE_MAX}.`);
  // There are metric alarms only.
  const isMetric = input.AlarmTypes === undefined || input.AlarmTypes.includes("MetricAlarm");
  const found = book
    .all()
    .filter(
      ({ configuration, status }) =>
        isMetric &&
        (names?.includes(configuration.name) ?? true) &&
        configuration.name.startsWith(prefix ?? "") &&
        (input.StateValue ?? status.value) === status.value &&
        hasAction(Object.values(configuration.actions).flat(), input.ActionPrefix),
    );
  const page = pageOf(found, ({ configuration }) => configuration.name, {
    size,
    token: input.NextToken,
    badTokenCode: "InvalidNextToken",
  });
  return {
    MetricAlarms: page.items.map(shown),
    CompositeAlarms: [],
    ...(page.token !== undefined && { NextToken: page.token }),
  };
}

function hasAction(arns: readonly string[], prefix: string | undefined): boolean {
  return prefix === undefined || arns.some((arn) => arn.startsWith(prefix));
}

function setAlarmState(book: AlarmBook, input: SetAlarmStateCommandInput) {
  const { StateValue: value, StateReason: reason, StateReasonData: reasonData } = input;
  const alarm = book.find(input.AlarmName);
  if (alarm === undefined)
    throw new AwsError("ResourceNotFound", `Alarm ${input.AlarmName ?? ""} does not exist.`, { status: 404 });
  if (value === undefined) throw missing("StateValue");
  if (value !== "OK" && value !== "ALARM" && value !== "INSUFFICIENT_DATA")
    throw invalidValue(`The value ${String(value)} for parameter StateValue is not supported.`);
  if (reason === undefined) throw missing("StateReason");
  if (reasonData !== undefined && !isJson(reasonData))
    throw new AwsError("InvalidFormatFault", "StateReasonData is not valid JSON.");
  book.setState(alarm, { value, reason, reasonData });
  return {};
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function shown(alarm: Alarm): MetricAlarm {
  const { configuration, status } = alarm;
  const { request } = configuration;
  const isQuery = request.Metrics !== undefined && request.Metrics.length > 0;
  return {
    AlarmName: configuration.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: configuration.actionsEnabled,
    OKActions: [...configuration.actions.OK],
    AlarmActions: [...configuration.actions.ALARM],
    InsufficientDataActions: [...configuration.actions.INSUFFICIENT_DATA],
    StateValue: status.value,
    StateReason: status.reason,
    StateUpdatedTimestamp: new Date(status.at),
    StateTransitionedTimestamp: new Date(status.at),
    EvaluationPeriods: configuration.evaluationPeriods,
    Threshold: configuration.threshold,
    ComparisonOperator: configuration.comparison,
    ...(configuration.description !== undefined && { AlarmDescription: configuration.description }),
    ...(status.reasonData !== undefined && { StateReasonData: status.reasonData }),
    ...(request.DatapointsToAlarm !== undefined && { DatapointsToAlarm: request.DatapointsToAlarm }),
    ...(request.TreatMissingData !== undefined && { TreatMissingData: request.TreatMissingData }),
    ...(isQuery ? { Metrics: request.Metrics } : shownMetric(alarm)),
  };
}

function shownMetric({ configuration }: Alarm): MetricAlarm {
  const { metric, request } = configuration;
  return {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: [...metric.dimensions].map(([Name, Value]) => ({ Name, Value })),
    Period: configuration.periodMs / 1_000,
    ...(request.Statistic !== undefined && { Statistic: request.Statistic }),
    ...(request.ExtendedStatistic !== undefined && { ExtendedStatistic: request.ExtendedStatistic }),
    ...(request.Unit !== undefined && { Unit: request.Unit }),
  };
}
