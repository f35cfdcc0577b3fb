import { createHash, createHmac } from "node:crypto";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as AWS's query and JSON protocols make them: a POST with a body of text, and no query. */
export interface UnsignedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case, `host` among them. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Scope {
  readonly region: string;
  readonly service: string;
  readonly credentials: Credentials;
  /** Epoch ms. AWS refuses what is more than five minutes off. */
  readonly at: number;
}

/**
 * The headers of the request with its signature, version 4. A test holds it against the SDK's signer, which is several
 * times as large for what these requests do not have. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedHeaders(request: UnsignedRequest, scope: Scope): Record<string, string> {
  const { credentials, region, service, at } = scope;
  const time = new Date(at).toISOString().replaceAll(/[:-]|\.\d+/g, "");
  const bodyHash = hash(request.body);
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-date": time,
    "x-amz-content-sha256": bodyHash,
    ...(credentials.sessionToken === undefined ? {} : { "x-amz-security-token": credentials.sessionToken }),
  };
  const names = Object.keys(headers).toSorted();
  const lines = names.map((name) => `${name}:${headers[name]?.trim().replaceAll(/\s+/g, " ")}\n`);
  const canonical = [request.method, request.path, "", lines.join(""), names.join(";"), bodyHash].join("\n");
  const parts = [time.slice(0, 8), region, service, "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", time, parts.join("/"), hash(canonical)].join("\n");
  const key = parts.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  const credential = `${credentials.accessKeyId}/${parts.join("/")}`;
  const signature = hmac(key, toSign).toString("hex");
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
