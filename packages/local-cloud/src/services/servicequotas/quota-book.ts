import type { RequestStatus } from "@aws-sdk/client-service-quotas";
import { randomHex } from "@muster/core";
import { AwsError } from "../../kernel/aws-error.ts";
import type { ServiceContext } from "../../kernel/service.ts";
import type { QuotaDials } from "./dials.ts";
import { quotaTable, serviceNames, type AppliedQuota, type QuotaDefinition } from "./quota-table.ts";

/** A request for more. */
export interface IncreaseRequest {
  readonly id: string;
  readonly definition: QuotaDefinition;
  readonly desired: number;
  readonly requester: string;
  readonly createdAt: number;
  status: RequestStatus;
  updatedAt: number;
}

/** The account's quotas: what AWS gives, what was applied, and what was asked for. */
export class QuotaBook {
  readonly #context: ServiceContext;
  readonly #dials: QuotaDials;
  readonly #applied = new Map<string, number>();
  readonly #requests: IncreaseRequest[] = [];

  constructor(options: { context: ServiceContext; dials: QuotaDials; applied: readonly AppliedQuota[] }) {
    this.#context = options.context;
    this.#dials = options.dials;
    for (const quota of options.applied) this.apply(quota);
  }

  /** Sets the account's own value, as AWS does when it grants one. */
  apply({ serviceCode, quotaCode, value }: AppliedQuota): void {
    const definition = definitions.get(keyOf(serviceCode, quotaCode));
    if (definition === undefined) throw new RangeError(`there is no quota ${serviceCode}/${quotaCode}`);
    this.#applied.set(keyOf(serviceCode, quotaCode), value);
  }

  /** What holds for the account; undefined when the service has no such quota. */
  value(serviceCode: string, quotaCode: string): number | undefined {
    this.#settle();
    const key = keyOf(serviceCode, quotaCode);
    return this.#applied.get(key) ?? definitions.get(key)?.value;
  }

  /** @throws {AwsError} NoSuchResourceException for an unknown service, or a quota that belongs to another one */
  definition(serviceCode = "", quotaCode = ""): QuotaDefinition {
    checkService(serviceCode);
    const definition = definitions.get(keyOf(serviceCode, quotaCode));
    if (definition === undefined) throw noSuchQuota(serviceCode, quotaCode);
    return definition;
  }

  /**
   * The account's own quota.
   * @throws {AwsError} NoSuchResourceException also when there is only AWS's default
   */
  own(serviceCode?: string, quotaCode?: string): QuotaDefinition & { value: number } {
    const definition = this.definition(serviceCode, quotaCode);
    const value = this.value(definition.serviceCode, definition.quotaCode) ?? definition.value;
    if (this.#isDefaultOnly(definition)) throw noSuchQuota(definition.serviceCode, definition.quotaCode);
    return { ...definition, value };
  }

  /** @throws {AwsError} NoSuchResourceException for an unknown service */
  ofService(serviceCode = ""): QuotaDefinition[] {
    checkService(serviceCode);
    return quotaTable.filter((one) => one.serviceCode === serviceCode && !this.#isDefaultOnly(one));
  }

  /** @throws {AwsError} IllegalArgumentException, ResourceAlreadyExistsException */
  request(definition: QuotaDefinition, desired: number, requester: string): IncreaseRequest {
    const { serviceCode, quotaCode } = definition;
    const current = this.value(serviceCode, quotaCode) ?? definition.value;
    if (!(desired > current)) {
      // The wording is not confirmed on AWS; go by the code.
      throw new AwsError(
        "IllegalArgumentException",
        `You must provide a quota value greater than the current quota value of ${current.toFixed(1)}.`,
      );
    }
    if (this.requestsFor(definition).some(({ status }) => openStatuses.has(status))) {
      throw new AwsError(
        "ResourceAlreadyExistsException",
        "Only one open service quota increase request is allowed per quota.",
      );
    }
    const now = this.#context.clock.now();
    const request: IncreaseRequest = {
      id: randomHex(this.#context.random, 32),
      definition,
      desired,
      requester,
      createdAt: now,
      status: "PENDING",
      updatedAt: now,
    };
    this.#requests.push(request);
    return request;
  }

  /** Newest first. */
  requestsFor(definition: QuotaDefinition): IncreaseRequest[] {
    this.#settle();
    return this.#requests.filter((request) => request.definition === definition).toReversed();
  }

  #isDefaultOnly({ serviceCode, quotaCode }: QuotaDefinition): boolean {
    return !this.#applied.has(keyOf(serviceCode, quotaCode)) && this.#dials.isDefaultOnly(serviceCode, quotaCode);
  }

  // Support has no timers of its own: what must have happened by now is worked out when somebody looks.
  #settle(): void {
    const now = this.#context.clock.now();
    for (const request of this.#requests) {
      if (!openStatuses.has(request.status)) continue;
      const { serviceCode, quotaCode } = request.definition;
      const decision = this.#dials.decide({ serviceCode, quotaCode, value: request.desired });
      if (decision !== undefined && now >= request.createdAt + decision.afterMs) {
        request.status = decision.status;
        request.updatedAt = request.createdAt + decision.afterMs;
        if (decision.status === "APPROVED") this.apply({ serviceCode, quotaCode, value: request.desired });
      } else if (request.status === "PENDING" && now >= request.createdAt + this.#dials.caseOpenedAfterMs) {
        request.status = "CASE_OPENED";
        request.updatedAt = request.createdAt + this.#dials.caseOpenedAfterMs;
      }
    }
  }
}

const openStatuses: ReadonlySet<RequestStatus> = new Set<RequestStatus>(["PENDING", "CASE_OPENED"]);

const definitions: ReadonlyMap<string, QuotaDefinition> = new Map(
  quotaTable.map((definition) => [keyOf(definition.serviceCode, definition.quotaCode), definition]),
);

function keyOf(serviceCode: string, quotaCode: string): string {
  return `${serviceCode}/${quotaCode}`;
}

function checkService(serviceCode: string): void {
  if (Object.hasOwn(serviceNames, serviceCode)) return;
  throw new AwsError(
    "NoSuchResourceException",
    "This service is not available in the current Region. Choose a different Region or a different service.",
  );
}

// The wording is not confirmed on AWS; go by the code.
function noSuchQuota(serviceCode: string, quotaCode: string): AwsError {
  return new AwsError(
    "NoSuchResourceException",
    `The request failed because the specified quota ${quotaCode} does not exist for service ${serviceCode}.`,
  );
}
