/**
 * An error as AWS answers it. Plugins throw nothing else on purpose: any other error is a bug of the embedded cloud and
 * reaches the caller as InternalFailure (HTTP 500).
 */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  /** HTTP status, as AWS documents it for that code. */
  readonly status: number;
  /** Further members of a modeled exception, such as `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}
