import { gunzipSync } from "node:zlib";
import { AwsError } from "../kernel/aws-error.ts";
import { serializationError } from "./document.ts";
import { requestTooLarge } from "./errors.ts";
import type { HttpRequest } from "./http/message.ts";

/**
 * The largest request: DynamoDB's BatchWriteItem may have 16 MB, more than any other service here takes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** The request with its body as it was before the SDK compressed it, as CloudWatch's clients do from 10 KiB on. */
export function inflated(request: HttpRequest): HttpRequest {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity" || encoding === "") return request;
  if (encoding !== "gzip") {
    throw new AwsError("UnsupportedMediaType", `the wire does not have the content encoding ${encoding}`, {
      status: 415,
    });
  }
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: MAX_REQUEST_BYTES }) };
  } catch (error) {
    const tooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw tooLarge ? requestTooLarge(MAX_REQUEST_BYTES) : serializationError("the body is not gzip");
  }
}
