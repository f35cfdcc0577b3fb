import { AwsError } from "../../kernel/aws-error.ts";
import type { ServiceContext } from "../../kernel/service.ts";
import type { LambdaDials } from "./dials.ts";
import type { FunctionHost } from "./function-host.ts";
import { FunctionRunner, tooManyRequests, type FunctionUsage, type RunOutcome } from "./function-runner.ts";
import { ACCOUNT_CONCURRENCY_DEFAULT, TIMEOUT_MS_MAX, UNRESERVED_CONCURRENCY_MIN } from "./limits.ts";

/** All functions of the account, and the concurrency they share. */
export class FunctionPool {
  readonly #runners: ReadonlyMap<string, FunctionRunner>;
  /** What is left to functions without a reservation. */
  readonly #unreservedMax: number;
  #unreservedRunning = 0;

  /** @throws {AwsError} InvalidParameterValueException when the hosts' settings are beyond Lambda's limits */
  constructor(options: {
    context: ServiceContext;
    hosts: readonly FunctionHost[];
    dials: LambdaDials;
    accountConcurrency: number | undefined;
  }) {
    const { context, hosts, dials, accountConcurrency = ACCOUNT_CONCURRENCY_DEFAULT } = options;
    for (const host of hosts) checkTimeout(host);
    this.#runners = new Map(hosts.map((host) => [host.name, new FunctionRunner({ host, context, dials })]));
    const reserved = hosts.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
    this.#unreservedMax = accountConcurrency - reserved;
    if (reserved > 0 && this.#unreservedMax < UNRESERVED_CONCURRENCY_MIN) {
      throw new AwsError(
        "InvalidParameterValueException",
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_CONCURRENCY_MIN}].`,
      );
    }
  }

  host(name: string): FunctionHost | undefined {
    return this.#runners.get(name)?.host;
  }

  usage(): ReadonlyMap<string, FunctionUsage> {
    return new Map([...this.#runners].map(([name, runner]) => [name, runner.usage()]));
  }

  /**
   * Runs a function that exists.
   * @throws {AwsError} TooManyRequestsException when there is no room for another run
   */
  async run(name: string, payload: string, requestId: string): Promise<RunOutcome> {
    const runner = this.#runners.get(name);
    if (runner === undefined) throw new TypeError(`the embedded Lambda has no function ${name}`);
    const reserved = runner.host.reservedConcurrency;
    if (reserved !== undefined) {
      if (runner.running >= reserved) throw refused(runner, "reserved");
      return runner.run(payload, requestId);
    }
    if (this.#unreservedRunning >= this.#unreservedMax) throw refused(runner, "account");
    this.#unreservedRunning += 1;
    try {
      return await runner.run(payload, requestId);
    } finally {
      this.#unreservedRunning -= 1;
    }
  }
}

function refused(runner: FunctionRunner, reason: "account" | "reserved"): AwsError {
  runner.countThrottle();
  return tooManyRequests(reason);
}

function checkTimeout(host: FunctionHost): void {
  if (host.timeoutMs > 0 && host.timeoutMs <= TIMEOUT_MS_MAX) return;
  throw new AwsError(
    "InvalidParameterValueException",
    `the timeout of ${host.name} must be over 0 and at most ${TIMEOUT_MS_MAX} ms`,
  );
}
