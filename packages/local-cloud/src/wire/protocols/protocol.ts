import type { AwsError } from "../../kernel/aws-error.ts";
import type { OperationSchema, SdkService } from "../../kernel/sdk.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";

/** Which operation a request asks for. */
export interface Route {
  readonly service: SdkService;
  readonly operation: OperationSchema;
  /** What the path names, decoded; REST only. */
  readonly labels: ReadonlyMap<string, string>;
}

/** One of AWS's protocols, as a server speaks it. */
export interface WireProtocol {
  /** How the errors that come before any service are called in this protocol. */
  readonly family: "query" | "json" | "rest";
  /** @throws {AwsError} when the request does not fit the operation's shape */
  readonly decode: (route: Route, request: HttpRequest) => unknown;
  readonly encode: (route: Route, output: unknown, requestId: string) => HttpResponse;
  /** `service` is undefined when the request names none that is known. */
  readonly refuse: (error: AwsError, service: SdkService | undefined, requestId: string) => HttpResponse;
}
