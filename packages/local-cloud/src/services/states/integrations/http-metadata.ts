import type { JsonObject } from "@muster/asl";

/** What optimized integrations add to their result: the answer's headers, as far as the embedded cloud has them. */
export function withHttpMetadata(
  result: JsonObject,
  answer: { requestId: string; at: number; contentType: string },
): JsonObject {
  const { requestId, at, contentType } = answer;
  const headers = {
    Connection: "keep-alive",
    "Content-Length": String(Buffer.byteLength(JSON.stringify(result))),
    "Content-Type": contentType,
    Date: new Date(at).toUTCString(),
    "x-amzn-RequestId": requestId,
  };
  const all: JsonObject = {
    ...result,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
