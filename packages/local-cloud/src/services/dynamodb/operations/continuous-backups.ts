import type {
  DescribeContinuousBackupsCommandInput,
  UpdateContinuousBackupsCommandInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../kernel/aws-error.ts";
import { statusOf, type Catalog, type TableRecord } from "../catalog.ts";
import { DEFAULT_RECOVERY_DAYS, MIN_RECOVERY_LAG_MS } from "../limits.ts";
import { tableNameOf } from "../requests/table-name.ts";
import { atLeast, atMost, checkConstraints, required } from "../requests/constraints.ts";
import { checkTableName } from "./describe-table.ts";
import type { DynamoDbState } from "./state.ts";

/**
 * Keeps the setting and tells of it; nothing can be restored.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
 */
export function updateContinuousBackups(
  { catalog }: DynamoDbState,
  input: UpdateContinuousBackupsCommandInput,
): object {
  checkTableName(input);
  const { PointInTimeRecoverySpecification: wanted } = input;
  const at = "pointInTimeRecoverySpecification";
  checkConstraints(
    required(at, wanted),
    wanted === undefined ? undefined : required(`${at}.pointInTimeRecoveryEnabled`, wanted.PointInTimeRecoveryEnabled),
    atLeast(`${at}.recoveryPeriodInDays`, wanted?.RecoveryPeriodInDays, 1),
    atMost(`${at}.recoveryPeriodInDays`, wanted?.RecoveryPeriodInDays, DEFAULT_RECOVERY_DAYS),
  );
  const record = findTable(catalog, input.TableName ?? "");
  if (statusOf(record, catalog.now()) === "CREATING") {
    throw new AwsError(
      "ContinuousBackupsUnavailableException",
      `Backups are being enabled for the table: ${record.name}. Please retry later`,
    );
  }
  const current = record.pointInTimeRecovery;
  record.pointInTimeRecovery =
    wanted?.PointInTimeRecoveryEnabled === true
      ? {
          since: current?.since ?? catalog.now(),
          days: wanted.RecoveryPeriodInDays ?? current?.days ?? DEFAULT_RECOVERY_DAYS,
        }
      : undefined;
  return { ContinuousBackupsDescription: describeBackups(catalog, record) };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html */
export function describeContinuousBackups(
  { catalog }: DynamoDbState,
  input: DescribeContinuousBackupsCommandInput,
): object {
  checkTableName(input);
  return { ContinuousBackupsDescription: describeBackups(catalog, findTable(catalog, input.TableName ?? "")) };
}

const DAY_MS = 86_400_000;

function describeBackups(catalog: Catalog, record: TableRecord): object {
  const recovery = record.pointInTimeRecovery;
  if (recovery === undefined) {
    return {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    };
  }
  const now = catalog.now();
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: recovery.days,
      EarliestRestorableDateTime: new Date(Math.max(recovery.since, now - recovery.days * DAY_MS)),
      LatestRestorableDateTime: new Date(Math.max(recovery.since, now - MIN_RECOVERY_LAG_MS)),
    },
  };
}

function findTable(catalog: Catalog, nameOrArn: string): TableRecord {
  const record = catalog.find(nameOrArn);
  if (record !== undefined && record.goneAt === undefined) return record;
  throw new AwsError("TableNotFoundException", `Table not found: ${tableNameOf(catalog.home, nameOrArn)}`);
}
