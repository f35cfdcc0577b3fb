import { describe, expect, it } from "vitest";
import { classify, type AwsErrorKind } from "./aws-errors.ts";

/** An error as an SDK client throws it. */
function aws(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error("said AWS"), { name, $metadata: { httpStatusCode } });
}

/** An error as Node's sockets and resolver throw it. */
const socket = (code: string): Error => Object.assign(new Error("said Node"), { code });

const known: Readonly<Record<AwsErrorKind, readonly Error[]>> = {
  throttled: [
    aws("Throttling"),
    aws("ThrottlingException"),
    aws("RequestLimitExceeded", 503),
    aws("EC2ThrottledException"),
    aws("TooManyRequestsException", 429),
    aws("ProvisionedThroughputExceededException"),
    aws("TransactionConflictException"),
    aws("TransactionInProgressException"),
  ],
  transient: [
    aws("InternalError", 500),
    aws("ServiceUnavailable", 503),
    aws("InternalServerError", 500),
    aws("NeverHeardOfIt", 502),
    aws("TimeoutError"),
    socket("ECONNRESET"),
    socket("ETIMEDOUT"),
    socket("ENOTFOUND"),
    socket("EAI_AGAIN"),
    socket("EHOSTUNREACH"),
  ],
  denied: [aws("UnauthorizedOperation", 403), aws("AccessDeniedException"), aws("AccessDenied", 403)],
  "no-capacity": [
    // A 500 of EC2's that repeating would not change.
    aws("InsufficientInstanceCapacity", 500),
    aws("InsufficientFreeAddressesInSubnet"),
    aws("VcpuLimitExceeded"),
    aws("MaxSpotInstanceCountExceeded"),
    aws("Unsupported"),
  ],
  "not-found": [
    aws("InvalidInstanceID.NotFound"),
    aws("InvalidVolume.NotFound"),
    aws("NoSuchEntity", 404),
    aws("NoSuchEntityException", 404),
    aws("ResourceNotFoundException"),
  ],
  other: [
    aws("IdempotentParameterMismatch"),
    aws("InvalidParameterValue"),
    aws("OperationNotPermitted"),
    new TypeError("x"),
  ],
};

describe("what an error of AWS means", () => {
  it.each(
    Object.entries(known).flatMap(([kind, errors]) => errors.map((error) => ({ kind, error, name: codeOf(error) }))),
  )("$name: $kind", ({ kind, error }) => {
    expect(classify(error).kind).toBe(kind);
  });

  it("keeps the code and the text, for whom it is shown to", () => {
    expect(classify(aws("VcpuLimitExceeded"))).toEqual({
      kind: "no-capacity",
      code: "VcpuLimitExceeded",
      message: "said AWS",
    });
    expect(classify(socket("ECONNRESET"))).toMatchObject({ code: "ECONNRESET", message: "said Node" });
  });

  it.each([
    {
      of: "our clients",
      error: Object.assign(new SyntaxError("Unexpected end"), { $metadata: { httpStatusCode: 200 } }),
    },
    { of: "the SDK's", error: Object.assign(new Error("unclosed tag"), { $response: { statusCode: 200 } }) },
  ])("an answer that cannot be read was of a call that AWS took, as $of tell it: it may have worked", ({ error }) => {
    expect(classify(error).kind).toBe("transient");
  });

  it("is nothing when something else than an error was thrown", () => {
    expect(classify("no")).toEqual({ kind: "other", code: "Unknown", message: "no" });
  });
});

function codeOf(error: Error & { readonly code?: string }): string {
  return error.code ?? error.name;
}
