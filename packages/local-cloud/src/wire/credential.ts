import type { HttpRequest } from "./http/message.ts";

/** What a signature says about who signed, and for which service. */
export interface Credential {
  readonly accessKeyId: string;
  /** The signing name of the service, such as `monitoring`. */
  readonly service: string;
}

/**
 * Reads the credential scope of a SigV4 (or SigV4a) request, from its header or from a presigned URL. The signature
 * itself is not verified: this is a local tool that knows no secret keys, and its caller already owns the machine.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function credentialOf(request: HttpRequest): Credential | "missing" | "malformed" {
  const header = request.headers["authorization"];
  // Any other scheme is to AWS as good as none.
  if (header !== undefined && header.startsWith("AWS4-")) {
    const scope = /\bCredential=([^,\s]+)/.exec(header)?.[1];
    return scope === undefined ? "malformed" : parseScope(scope);
  }
  const presigned = new URLSearchParams(request.query).get("X-Amz-Credential");
  return presigned === null ? "missing" : parseScope(presigned);
}

function parseScope(scope: string): Credential | "malformed" {
  const parts = scope.split("/");
  // key/date/region/service/aws4_request; SigV4a has no region, and a key may not contain a slash.
  const [accessKeyId, service, terminator] = [parts[0], parts.at(-2), parts.at(-1)];
  if (parts.length < 4 || parts.length > 5 || terminator !== "aws4_request") return "malformed";
  return accessKeyId === undefined || accessKeyId === "" || service === undefined
    ? "malformed"
    : { accessKeyId, service };
}
