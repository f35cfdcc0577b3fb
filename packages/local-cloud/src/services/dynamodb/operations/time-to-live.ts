import type { DescribeTimeToLiveCommandInput, UpdateTimeToLiveCommandInput } from "@aws-sdk/client-dynamodb";
import { statusOf, type TableRecord } from "../catalog.ts";
import { MAX_NAME_LENGTH, TTL_CHANGE_INTERVAL_MS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { checkConstraints, lengthWithin, required } from "../requests/constraints.ts";
import { stillInUse } from "./delete-table.ts";
import { checkTableName } from "./describe-table.ts";
import type { DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
export function updateTimeToLive({ catalog }: DynamoDbState, input: UpdateTimeToLiveCommandInput): object {
  checkTableName(input);
  const { TimeToLiveSpecification: specification } = input;
  const { AttributeName: attribute, Enabled: enabled } = specification ?? {};
  checkConstraints(
    required("timeToLiveSpecification", specification),
    ...(specification === undefined
      ? []
      : [
          required("timeToLiveSpecification.enabled", enabled),
          required("timeToLiveSpecification.attributeName", attribute) ??
            lengthWithin("timeToLiveSpecification.attributeName", attribute, {
              most: MAX_NAME_LENGTH,
              shown: attribute ?? "",
            }),
        ]),
  );
  if (attribute === "") throw new Refusal("TimeToLiveSpecification.AttributeName must be non empty");
  const record = catalog.described(input.TableName ?? "");
  const now = catalog.now();
  const status = statusOf(record, now);
  if (status === "CREATING" || status === "DELETING") throw stillInUse(record.name, status);
  checkChange(record, { attribute: attribute ?? "", enabled: enabled === true }, now);
  const active = enabled === true ? attribute : undefined;
  record.timeToLive = { attribute: active, changedAt: now };
  record.table.expireBy(active, now);
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
}

/**
 * The new state shows at once, as was measured on AWS (its guide allows itself an hour of ENABLING).
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
 */
export function describeTimeToLive({ catalog }: DynamoDbState, input: DescribeTimeToLiveCommandInput): object {
  checkTableName(input);
  const record = catalog.described(input.TableName ?? "");
  const status = statusOf(record, catalog.now());
  if (status === "CREATING" || status === "DELETING") {
    throw new Refusal(`Cannot describe time to live while table is in ${status} state`);
  }
  const attribute = record.timeToLive?.attribute;
  return {
    TimeToLiveDescription:
      attribute === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: "ENABLED", AttributeName: attribute },
  };
}

/** What is already so is told first, then how often it may change. */
function checkChange(record: TableRecord, wanted: { attribute: string; enabled: boolean }, now: number): void {
  const current = record.timeToLive;
  if (current?.attribute === undefined) {
    if (!wanted.enabled) throw new Refusal("TimeToLive is already disabled");
  } else if (current.attribute !== wanted.attribute) {
    throw new Refusal(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current.attribute}`,
    );
  } else if (wanted.enabled) {
    throw new Refusal("TimeToLive is already enabled");
  }
  if (current !== undefined && now < current.changedAt + TTL_CHANGE_INTERVAL_MS) {
    throw new Refusal("Time to live has been modified multiple times within a fixed interval");
  }
}
