import type {
  GetAWSDefaultServiceQuotaCommandInput,
  GetServiceQuotaCommandInput,
  ListRequestedServiceQuotaChangeHistoryByQuotaCommandInput,
  ListServiceQuotasCommandInput,
  RequestedServiceQuotaChange,
  RequestServiceQuotaIncreaseCommandInput,
  ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import { AwsError } from "../../kernel/aws-error.ts";
import type { AccessRequest, Call, ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";
import { refuseMembers } from "../../mechanisms/not-implemented.ts";
import { pageOf } from "../../mechanisms/page.ts";
import { denialMessage } from "../iam/denial.ts";
import { calmQuotas, type QuotaDials } from "./dials.ts";
import { QuotaBook, type IncreaseRequest } from "./quota-book.ts";
import { serviceNames, type AppliedQuota, type QuotaDefinition } from "./quota-table.ts";

export interface ServiceQuotasOptions {
  /** What the account has instead of AWS's defaults; see `generousQuotas`. */
  readonly applied?: readonly AppliedQuota[];
  readonly dials?: QuotaDials;
}

/** The embedded Service Quotas, which other services ask what binds them. */
export interface ServiceQuotas extends ServicePlugin {
  /** The value that holds now; undefined when the service has no quota of that code. */
  readonly quotaValue: (serviceCode: string, quotaCode: string) => number | undefined;
  /** Gives the account a value of its own, as if AWS had granted it. */
  readonly setApplied: (quota: AppliedQuota) => void;
}

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/ */
export function createServiceQuotas(context: ServiceContext, options: ServiceQuotasOptions = {}): ServiceQuotas {
  const { applied = [], dials = calmQuotas } = options;
  const book = new QuotaBook({ context, dials, applied });
  return {
    service: "servicequotas",
    operations: {
      GetServiceQuota: (input: GetServiceQuotaCommandInput) => {
        refuseMembers("GetServiceQuota", { ContextId: input.ContextId });
        return { Quota: shown(context, book.own(input.ServiceCode, input.QuotaCode), context.account) };
      },
      GetAWSDefaultServiceQuota: (input: GetAWSDefaultServiceQuotaCommandInput) => ({
        Quota: shown(context, book.definition(input.ServiceCode, input.QuotaCode), ""),
      }),
      ListServiceQuotas: (input: ListServiceQuotasCommandInput) => listQuotas(context, book, input),
      RequestServiceQuotaIncrease: (input: RequestServiceQuotaIncreaseCommandInput, call: Call) => {
        refuseMembers("RequestServiceQuotaIncrease", { ContextId: input.ContextId });
        const definition = book.definition(input.ServiceCode, input.QuotaCode);
        const request = book.request(definition, input.DesiredValue ?? Number.NaN, call.caller.arn);
        return { RequestedQuota: shownRequest(context, request) };
      },
      ListRequestedServiceQuotaChangeHistoryByQuota: (
        input: ListRequestedServiceQuotaChangeHistoryByQuotaCommandInput,
      ) => listRequests(context, book, input),
    },
    access: (operation, input) => access(context, operation, input),
    throttled: () => new AwsError("TooManyRequestsException", "Rate exceeded", { status: 429 }),
    denied: (request, call) => new AwsError("AccessDeniedException", denialMessage(request, call)),
    quotaValue: (serviceCode, quotaCode) => book.value(serviceCode, quotaCode),
    setApplied: (quota) => book.apply(quota),
  };
}

const PAGE_SIZE_MAX = 100;

function listQuotas(context: ServiceContext, book: QuotaBook, input: ListServiceQuotasCommandInput) {
  checkConstraints([{ at: "maxResults", value: input.MaxResults, min: 1, max: PAGE_SIZE_MAX }]);
  const isAccountLevel = input.QuotaAppliedAtLevel === undefined || input.QuotaAppliedAtLevel === "ACCOUNT";
  refuseMembers("ListServiceQuotas", { QuotaAppliedAtLevel: isAccountLevel ? undefined : input.QuotaAppliedAtLevel });
  const found = book
    .ofService(input.ServiceCode)
    .filter(({ quotaCode }) => (input.QuotaCode ?? quotaCode) === quotaCode)
    .map(({ serviceCode, quotaCode }) => shown(context, book.own(serviceCode, quotaCode), context.account));
  const options = {
    size: input.MaxResults ?? PAGE_SIZE_MAX,
    token: input.NextToken,
    badTokenCode: "InvalidPaginationTokenException",
  };
  const page = pageOf(found, ({ QuotaCode = "" }) => QuotaCode, options);
  return { Quotas: page.items, ...(page.token !== undefined && { NextToken: page.token }) };
}

function listRequests(
  context: ServiceContext,
  book: QuotaBook,
  input: ListRequestedServiceQuotaChangeHistoryByQuotaCommandInput,
) {
  checkConstraints([{ at: "maxResults", value: input.MaxResults, min: 1, max: PAGE_SIZE_MAX }]);
  const isAccountLevel = input.QuotaRequestedAtLevel === undefined || input.QuotaRequestedAtLevel === "ACCOUNT";
  refuseMembers("ListRequestedServiceQuotaChangeHistoryByQuota", {
    QuotaRequestedAtLevel: isAccountLevel ? undefined : input.QuotaRequestedAtLevel,
  });
  const found = book
    .requestsFor(book.definition(input.ServiceCode, input.QuotaCode))
    .filter(({ status }) => (input.Status ?? status) === status);
  const from = Number(input.NextToken ?? "0");
  if (!Number.isInteger(from)) throw new AwsError("InvalidPaginationTokenException", "The next token is not valid.");
  const end = from + (input.MaxResults ?? PAGE_SIZE_MAX);
  return {
    RequestedQuotas: found.slice(from, end).map((request) => shownRequest(context, request)),
    ...(end < found.length && { NextToken: `${end}` }),
  };
}

function shown(context: ServiceContext, quota: QuotaDefinition, account: string): ServiceQuota {
  return {
    ...identity(context, quota, account),
    Value: quota.value,
    Adjustable: quota.adjustable,
    ...(quota.usageClass !== undefined && {
      UsageMetric: {
        MetricNamespace: "AWS/Usage",
        MetricName: "ResourceCount",
        MetricDimensions: { Class: quota.usageClass, Resource: "vCPU", Service: "EC2", Type: "Resource" },
        MetricStatisticRecommendation: "Maximum",
      },
    }),
  };
}

function shownRequest(context: ServiceContext, request: IncreaseRequest): RequestedServiceQuotaChange {
  return {
    ...identity(context, request.definition, context.account),
    Id: request.id,
    DesiredValue: request.desired,
    Status: request.status,
    Created: new Date(request.createdAt),
    LastUpdated: new Date(request.updatedAt),
    Requester: JSON.stringify({ accountId: context.account, callerArn: request.requester }),
  };
}

// AWS's own defaults have ARNs without an account.
function identity(context: ServiceContext, { serviceCode, quotaCode, name }: QuotaDefinition, account: string) {
  return {
    ServiceCode: serviceCode,
    ServiceName: serviceNames[serviceCode] ?? serviceCode,
    QuotaCode: quotaCode,
    QuotaName: name,
    QuotaArn: `arn:aws:servicequotas:${context.region}:${account}:${serviceCode}/${quotaCode}`,
    Unit: "None",
    GlobalQuota: false,
  };
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html
function access(context: ServiceContext, operation: string, input: unknown): AccessRequest[] {
  const action = `servicequotas:${operation}`;
  if (operation !== "RequestServiceQuotaIncrease") return [{ action, resource: "*" }];
  const { ServiceCode = "*", QuotaCode = "*" } = input as Partial<RequestServiceQuotaIncreaseCommandInput>;
  const resource = `arn:aws:servicequotas:${context.region}:${context.account}:${ServiceCode}/${QuotaCode}`;
  return [{ action, resource, context: { "servicequotas:service": ServiceCode } }];
}
