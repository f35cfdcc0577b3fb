import { expect, it } from "vitest";
import { credentialOf } from "./credential.ts";

const aws4 = "AWS4-HMAC-SHA256";
const rest = "SignedHeaders=host, Signature=0";

it.each<[title: string, authorization: string | undefined, query: string, expected: unknown]>([
  [
    "a header",
    `${aws4} Credential=AKID/20260101/eu-west-1/dynamodb/aws4_request, ${rest}`,
    "",
    { accessKeyId: "AKID", service: "dynamodb" },
  ],
  [
    "a header without spaces",
    `${aws4} Credential=AKID/20260101/eu-west-1/ec2/aws4_request,${rest}`,
    "",
    { accessKeyId: "AKID", service: "ec2" },
  ],
  [
    "SigV4a, which has no region",
    `AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/events/aws4_request, ${rest}`,
    "",
    { accessKeyId: "AKID", service: "events" },
  ],
  [
    "a presigned URL",
    undefined,
    "X-Amz-Credential=AKID%2F20260101%2Feu-west-1%2Fsts%2Faws4_request",
    { accessKeyId: "AKID", service: "sts" },
  ],
  ["nothing", undefined, "", "missing"],
  ["another scheme", "Bearer x", "", "missing"],
  ["basic authentication", "Basic QUtJRDp4", "", "missing"],
  ["a header without a credential", `${aws4} ${rest}`, "", "malformed"],
  ["a scope without a key", `${aws4} Credential=/20260101/eu-west-1/ec2/aws4_request`, "", "malformed"],
  ["a scope that is too short", `${aws4} Credential=AKID/ec2/aws4_request`, "", "malformed"],
  ["a scope that is too long", `${aws4} Credential=AKID/a/b/c/ec2/aws4_request`, "", "malformed"],
  ["another terminator", `${aws4} Credential=AKID/20260101/eu-west-1/ec2/aws5`, "", "malformed"],
  ["a broken presigned URL", undefined, "X-Amz-Credential=AKID", "malformed"],
])("who signed is read from %s", (_title, authorization, query, expected) => {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const request = { method: "GET", path: "/", query, headers, body: new Uint8Array(), sourceIp: "127.0.0.1" };
  expect(credentialOf(request)).toEqual(expected);
});
