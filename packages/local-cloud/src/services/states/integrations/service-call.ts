import { MachineFaultError, type Json, type JsonObject } from "@muster/asl";
import { AwsError } from "../../../kernel/aws-error.ts";
import { AnswerLostError, type Kernel } from "../../../kernel/kernel.ts";
import type { OperationSchema, SdkService } from "../../../kernel/sdk.ts";
import type { Caller, ServiceContext } from "../../../kernel/service.ts";
import { randomUuid } from "../../../mechanisms/uuid.ts";
import { withHttpMetadata } from "./http-metadata.ts";
import { ArgumentsError, toRequest, toResult, type JsonStyle } from "./sdk-json.ts";
import { serviceFailure, unansweredFailure, type FailureStyle } from "./service-failure.ts";

/** One operation of one service, as a Task calls it. */
export interface ServiceOperation {
  readonly sdk: SdkService;
  readonly operation: OperationSchema;
  readonly json: JsonStyle;
  readonly failures: FailureStyle;
}

/** How Tasks reach the rest of the embedded cloud: as the machine's role, through the same door as everyone. */
export class ServiceCaller {
  readonly #call: Kernel["call"];
  readonly #context: ServiceContext;
  readonly #caller: Caller;

  constructor(call: Kernel["call"], context: ServiceContext, roleArn: string) {
    this.#call = call;
    this.#context = context;
    this.#caller = { arn: roleArn, isAccountUser: false };
  }

  /**
   * Calls with the Arguments of a Task, and answers its result.
   * @throws {TaskFailedError} the service's error, under its name in Step Functions
   * @throws {MachineFaultError} when the Arguments do not fit, or the embedded cloud does not have the operation
   */
  async result(target: ServiceOperation, args: Json): Promise<JsonObject> {
    const answer = await this.answer(target, args);
    return toResult(target.operation.output, answer, target.json) as JsonObject;
  }

  /** As `result`, with the answer as the SDK has it. */
  async answer(target: ServiceOperation, args: Json): Promise<Readonly<Record<string, unknown>>> {
    const { sdk, operation, failures } = target;
    const request = this.#request(target, args);
    try {
      return (await this.#call(sdk.service, operation.name, request, this.#caller)) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof AnswerLostError) throw unansweredFailure(failures);
      if (!(error instanceof AwsError)) throw error;
      if (UNAVAILABLE.has(error.code)) throw new MachineFaultError(error.message);
      throw serviceFailure(failures, sdk, error, randomUuid(this.#context.random));
    }
  }

  /** Adds what optimized integrations tell of the answer. */
  withMetadata(result: JsonObject, contentType = "application/x-amz-json-1.0"): JsonObject {
    const { clock, random } = this.#context;
    return withHttpMetadata(result, { requestId: randomUuid(random), at: clock.now(), contentType });
  }

  #request({ operation, json }: ServiceOperation, args: Json): unknown {
    try {
      return toRequest(operation.input, args, json);
    } catch (error) {
      if (!(error instanceof ArgumentsError)) throw error;
      throw new MachineFaultError(
        `The Arguments '${JSON.stringify(args)}' could not be used to start the Task: [${error.message}]`,
      );
    }
  }
}

/** What the kernel and plugins answer for what they do not have; it is loud, and not for machines to handle. */
const UNAVAILABLE: ReadonlySet<string> = new Set(["NotImplemented", "UnknownOperationException"]);
