import type { HttpRequest, HttpResponse, OperationSchema } from "@smithy/types";

/** What a client has to know of its service. The bundler asks the SDK's own client for it. */
export interface ServiceFacts {
  /** The SDK's name of the service, such as `DynamoDB`. */
  readonly serviceId: string;
  /** The name that requests are signed for. */
  readonly signingName: string;
  /** By region; the first that fits counts, and the last fits all. */
  readonly endpoints: readonly EndpointRule[];
  /** The SDK's names of errors that the service calls otherwise: `NoSuchEntity` -> `NoSuchEntityException`. */
  readonly errorNames?: Readonly<Record<string, string>>;
}

export interface EndpointRule {
  /** How the names of its regions begin. */
  readonly regions: string;
  /** `{region}` stands for the region. */
  readonly host: string;
  /** Where the service signs for one region in all of them. */
  readonly signingRegion?: string;
}

/** How a service is spoken to: the SDK's own protocol classes have this shape, and so has ours for JSON. */
export interface WireProtocol {
  serializeRequest(operation: OperationSchema, input: object, context: WireContext): Promise<HttpRequest>;
  /** The body has been read: it is bytes. Rejects with the exception that an error answer stands for. */
  deserializeResponse(operation: OperationSchema, context: WireContext, response: HttpResponse): Promise<object>;
}

export interface WireContext {
  readonly endpoint: () => Promise<WireEndpoint>;
}

export interface WireEndpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
}
