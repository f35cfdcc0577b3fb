import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { CliError } from "../errors/cli-error.ts";

/** The headers that a request is to be sent with. */
export type Sign = (request: {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}) => Promise<Record<string, string>>;

/**
 * How requests to an API are signed: with the caller's own AWS credentials for an API Gateway, whose routes ask for IAM;
 * undefined for any other address, such as the embedded cloud's.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export function signatureFor(baseUrl: string): Sign | undefined {
  const [, region] = GATEWAY.exec(new URL(baseUrl).hostname) ?? [];
  return region === undefined ? undefined : (request) => signed(request, region);
}

/** https://docs.aws.amazon.com/general/latest/gr/apigateway.html, data plane. */
const GATEWAY = /^[a-z0-9]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

async function signed(request: Parameters<Sign>[0], region: string): Promise<Record<string, string>> {
  // Loaded only for those who need them: most commands go to the embedded cloud, and help is asked for often.
  const [{ SignatureV4 }, { defaultProvider }] = await Promise.all([
    import("@smithy/signature-v4"),
    import("@aws-sdk/credential-provider-node"),
  ]);
  const { method, url, headers, body } = request;
  const signer = new SignatureV4({
    service: "execute-api",
    region,
    credentials: await ownCredentials(),
    sha256: Sha256,
  });
  const { headers: signedHeaders } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
    ...(body === undefined ? {} : { body }),
  });
  return signedHeaders;

  async function ownCredentials() {
    try {
      return await defaultProvider()();
    } catch (error) {
      throw new CliError("CredentialsMissing", {
        what: "The request was not sent: it has to be signed with AWS credentials, and there are none.",
        why: error instanceof Error ? error.message : String(error),
        remedy: "Sign in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        cause: error,
      });
    }
  }
}

/** SHA-256, with a key HMAC, as the signer wants to be given it. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
