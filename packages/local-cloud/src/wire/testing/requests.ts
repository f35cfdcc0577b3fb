import type { sendHttp } from "./http-client.ts";
import { signedFor } from "./wire-cloud.ts";

/** A request as a test sends it. */
export type Sent = NonNullable<Parameters<typeof sendHttp>[1]>;

export const json = (service: string, target: string, body: string | Uint8Array = "{}", version = "1.0"): Sent => ({
  method: "POST",
  headers: { ...signedFor(service), "x-amz-target": target, "content-type": `application/x-amz-json-${version}` },
  body,
});
export const form = (service: string, body: string): Sent => ({
  method: "POST",
  headers: { ...signedFor(service), "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  body,
});
export const cbor = (service: string, path: string, body = Uint8Array.of(0xa0)): Sent => ({
  method: "POST",
  path,
  headers: { ...signedFor(service), "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
  body,
});
export const rest = (service: string, method: string, path: string, body?: string): Sent => ({
  method,
  path,
  headers: signedFor(service),
  ...(body !== undefined && { body }),
});
export const getItem = "DynamoDB_20120810.GetItem";
