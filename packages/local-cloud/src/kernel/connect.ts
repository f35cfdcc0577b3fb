import { AwsError } from "./aws-error.ts";
import type { Kernel } from "./kernel.ts";
import { serviceOfClient, type SdkService } from "./sdk.ts";
import type { Caller } from "./service.ts";

/** An AWS SDK v3 client, as far as this needs to know it. */
export interface SdkClient {
  readonly middlewareStack: { add: (middleware: never, options: never) => void };
}

/**
 * Points a real SDK client at the embedded cloud without a wire: its calls end at the first middleware step, with
 * nothing serialised or signed. Thousands of times a second instead of hundreds, and no real I/O, which virtual time
 * needs. Modeled exceptions keep their class. The client's own retries are bypassed, as ours are set to one attempt.
 */
export function connect<C extends SdkClient>(client: C, kernel: Kernel, caller: () => Caller): C {
  const middleware = (_next: unknown, context: { clientName: string; commandName: string }) => {
    const service = serviceOfClient(context.clientName);
    const operation = context.commandName.replace(/Command$/, "");
    return async (args: { input: unknown }) => {
      try {
        const output = await kernel.call(service.service, operation, args.input, caller());
        return {
          output: { ...(output as object), $metadata: { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 } },
          response: {},
        };
      } catch (error) {
        throw error instanceof AwsError ? toSdkException(service, error) : error;
      }
    };
  };
  client.middlewareStack.add(
    middleware as never,
    { step: "initialize", priority: "high", name: "embeddedCloud" } as never,
  );
  return client;
}

/** The exception that the SDK would have made of the answer. */
export function toSdkException(service: SdkService, error: AwsError): Error {
  const Exception = service.exceptions.get(error.code) ?? service.baseException;
  const fault = error.status >= 500 ? "server" : "client";
  const exception = new Exception({
    name: error.code,
    $fault: fault,
    message: error.message,
    $metadata: { httpStatusCode: error.status, attempts: 1, totalRetryDelay: 0 },
    ...error.members,
  });
  // Modeled classes fix their own name; all others carry the wire code as their name, as the SDK does.
  exception.name = error.code;
  return exception;
}
