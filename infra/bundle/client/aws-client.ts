import { HttpRequest } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { HttpRequest as IHttpRequest, HttpResponse, OperationSchema } from "@smithy/types";
import type { AwsCommand } from "./command.ts";
import { endpointOf, type ServiceEndpoint } from "./endpoint.ts";
import type { ServiceFacts, WireContext, WireEndpoint, WireProtocol } from "./service.ts";
import { signedHeaders, type Credentials } from "./sign.ts";

export interface AwsClientConfig {
  readonly region: string;
  /** Repeating is for those who know their clock: see `retry.ts` in packages/aws. */
  readonly maxAttempts: 1;
  /** Elsewhere than where AWS is. */
  readonly endpoint?: string;
  /** By default those of the function's role, which Lambda puts into the environment. */
  readonly credentials?: Credentials;
}

/**
 * What stands for the SDK's client classes in a function's bundle. It takes the SDK's commands, writes and reads them by
 * the SDK's schemas, sends them with its HTTP handler, and fails with its exceptions. What the SDK has besides is not
 * here, as Lambda has no use for it: profiles, SSO and metadata services as sources of credentials and settings, retries
 * (ours are elsewhere), middleware, logging, event streams.
 */
export class AwsClient {
  readonly #config: AwsClientConfig;
  readonly #facts: ServiceFacts;
  readonly #protocol: WireProtocol;

  constructor(config: AwsClientConfig, facts: ServiceFacts, protocol: WireProtocol) {
    if (config.maxAttempts !== 1) throw new Error("maxAttempts must be 1: a bundle's clients repeat nothing");
    this.#config = config;
    this.#facts = facts;
    this.#protocol = protocol;
  }

  /** @throws {ServiceException} what the service answered; otherwise errors of the connection, by Node's codes */
  async send(command: AwsCommand): Promise<object> {
    const [, namespace, name, traits, input, output] = command.operation;
    const operation = { namespace, name, traits, input, output };
    const endpoint = this.#endpoint();
    const context = { endpoint: async () => locationOf(endpoint.url) };
    const request = await this.#protocol.serializeRequest(operation, command.input, context);
    const { response } = await http.handle(this.#signed(request, endpoint));
    const { statusCode, headers } = response;
    const body = await bytesOf(response.body as AsyncIterable<Uint8Array>);
    return this.#read(operation, context, { statusCode, headers, body });
  }

  #endpoint(): ServiceEndpoint {
    const { region, endpoint } = this.#config;
    return endpointOf(this.#facts, region, endpoint === undefined ? process.env : { AWS_ENDPOINT_URL: endpoint });
  }

  #signed(request: IHttpRequest, { url, signingRegion }: ServiceEndpoint): HttpRequest {
    const { method, path } = request;
    const body = request.body as string;
    const length = String(Buffer.byteLength(body));
    const headers = signedHeaders(
      { method, path, body, headers: { ...request.headers, host: url.host, "content-length": length } },
      {
        credentials: this.#config.credentials ?? credentialsOf(process.env),
        region: signingRegion,
        service: this.#facts.signingName,
        at: Date.now(),
      },
    );
    return new HttpRequest({ ...request, headers: { ...headers, ...unsignedHeaders(process.env) } });
  }

  async #read(operation: OperationSchema, context: WireContext, response: HttpResponse): Promise<object> {
    try {
      return await this.#protocol.deserializeResponse(operation, context, response);
    } catch (error) {
      // An exception that the code does not name is not in the bundle; its name is what others know it by.
      if (error instanceof Error) error.name = this.#facts.errorNames?.[error.name] ?? error.name;
      // An answer that is none of the service's (a proxy's page, say) still has a status to be judged by.
      if (error instanceof Error && !("$metadata" in error))
        Object.assign(error, { $metadata: { httpStatusCode: response.statusCode } });
      throw error;
    }
  }
}

/** AWS SDKs' own in their defaults mode `standard`: https://docs.aws.amazon.com/sdkref/latest/guide/feature-smart-config-defaults.html */
const CONNECTION_TIMEOUT_MS = 3_100;
/**
 * A connection that has been silent for so long is dead, such as one that was open while Lambda had the process frozen.
 * The SDK gives it 300 s and more, which is most of a function's life, and an API's function has 29; here a call can be
 * repeated instead.
 */
const SOCKET_TIMEOUT_MS = 20_000;

// One pool of connections for all clients of the process; they outlive an invocation.
const http = new NodeHttpHandler({ connectionTimeout: CONNECTION_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS });

function locationOf({ protocol, hostname, port, pathname }: URL): WireEndpoint {
  return { protocol, hostname, path: pathname, ...(port === "" ? {} : { port: Number(port) }) };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What ties AWS's traces together, and lets Lambda see a function that calls itself without end. */
function unsignedHeaders(environment: Environment): Record<string, string> {
  const trace = environment["_X_AMZN_TRACE_ID"];
  return { "user-agent": "muster", ...(trace === undefined ? {} : { "x-amzn-trace-id": trace }) };
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function credentialsOf(environment: Environment): Credentials {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and there are no other credentials here");
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
