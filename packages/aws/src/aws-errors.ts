/** The only file that knows AWS's error codes. */

/** Too many calls: the same call later. */
const THROTTLED = new Set([
  // IAM: another change of the same role is under way.
  "ConcurrentModification",
  "ConcurrentModificationException",
  "EC2ThrottledException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** AWS or the way to it failed: the same call again. A timeout may have worked: only repeat what is safe to repeat. */
const TRANSIENT = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  // Clocks apart, or credentials that ran out on the way: the next call is signed anew.
  "ExpiredToken",
  "ExpiredTokenException",
  "InternalError",
  "InternalFailure",
  "InternalServerError",
  "InternalServiceError",
  "NetworkingError",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "RequestTimeout",
  "RequestTimeoutException",
  "ServiceException",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "TimeoutError",
  "Unavailable",
]);

const DENIED = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"]);

/** EC2: this candidate cannot be had, another may. Sources: EC2 API reference; the set that Karpenter falls back on. */
const NO_CAPACITY = new Set([
  "InsufficientCapacityOnHost",
  "InsufficientFreeAddressesInSubnet",
  "InsufficientHostCapacity",
  "InsufficientInstanceCapacity",
  "InsufficientReservedInstanceCapacity",
  "InstanceLimitExceeded",
  "MaxSpotInstanceCountExceeded",
  "ReservationCapacityExceeded",
  "SpotMaxPriceTooLow",
  "UnfulfillableCapacity",
  "Unsupported",
  "VcpuLimitExceeded",
]);

const NOT_FOUND = new Set([
  "InvalidAMIID.NotFound",
  "InvalidGroup.NotFound",
  "InvalidInstanceID.NotFound",
  "InvalidNetworkInterfaceID.NotFound",
  "InvalidPlacementGroup.Unknown",
  "InvalidSubnetID.NotFound",
  "InvalidVolume.NotFound",
  // IAM's code, and the name that the SDK gives the exception.
  "NoSuchEntity",
  "NoSuchEntityException",
  "NoSuchResourceException",
  "ResourceNotFoundException",
]);

export type AwsErrorKind = "throttled" | "transient" | "denied" | "no-capacity" | "not-found" | "other";

export interface AwsErrorFacts {
  readonly kind: AwsErrorKind;
  readonly code: string;
  readonly message: string;
}

/** What an error of an SDK client means to Muster. By code, never by HTTP status alone: no capacity is a 500 too. */
export function classify(error: unknown): AwsErrorFacts {
  const { name, message, code: nodeCode, status } = read(error);
  const code = nodeCode !== undefined && TRANSIENT.has(nodeCode) ? nodeCode : name;
  const facts = { code, message };
  if (NO_CAPACITY.has(code)) return { kind: "no-capacity", ...facts };
  if (THROTTLED.has(code)) return { kind: "throttled", ...facts };
  if (DENIED.has(code)) return { kind: "denied", ...facts };
  if (NOT_FOUND.has(code)) return { kind: "not-found", ...facts };
  // An answer that cannot be read came of a call that AWS took: like one that was lost on its way.
  const isUnreadable = status !== undefined && status < 300;
  if (TRANSIENT.has(code) || isUnreadable || (status !== undefined && status >= 500))
    return { kind: "transient", ...facts };
  return { kind: "other", ...facts };
}

/** EC2's "yes" to a dry run is an error. */
export const DRY_RUN_ALLOWED = "DryRunOperation";
/** EC2: protected, or stop protection. */
export const NOT_PERMITTED = "OperationNotPermitted";
/** EC2: the token's instance has been terminated; whatever was launched with it is gone. */
export const TOKEN_OF_TERMINATED = "IdempotentInstanceTerminated";
/** EC2: it does not know the instance profile, or not its role yet. It has no code of its own for that. */
export function isProfileUnknown({ code, message }: AwsErrorFacts): boolean {
  return code === "InvalidParameterValue" && /Invalid IAM Instance Profile|has no associated IAM Roles/.test(message);
}
/** SSM: at least one of the ids is not a registered node. */
export const INVALID_INSTANCE_ID = "InvalidInstanceId";

function read(error: unknown): { name: string; message: string; code: string | undefined; status: number | undefined } {
  if (!(error instanceof Error)) return { name: "Unknown", message: String(error), code: undefined, status: undefined };
  const { code, $metadata, $response } = error as {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
    /** The SDK's own clients leave it on an answer that they could not read. */
    $response?: { statusCode?: number };
  };
  return {
    name: error.name,
    message: error.message,
    code: typeof code === "string" ? code : undefined,
    status: $metadata?.httpStatusCode ?? $response?.statusCode,
  };
}
