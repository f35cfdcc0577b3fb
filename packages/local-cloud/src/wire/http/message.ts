/** One HTTP request, read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** As on the wire: still percent-encoded, without the query. */
  readonly path: string;
  /** As on the wire, without the question mark; empty when there is none. */
  readonly query: string;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly sourceIp: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
}

/** The connection ends without an answer, as it does when an answer is lost on its way. */
export const NO_ANSWER = "no-answer";
