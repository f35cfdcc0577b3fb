import { toIso } from "@muster/core";
import { hostFunctions } from "../expression/functions.ts";
import type { Json, JsonObject, Payload } from "../json.ts";
import { History } from "./history.ts";
import type { Host } from "./host.ts";

/** What all parts of one execution share. */
export class Run {
  readonly host: Host;
  readonly history = new History();
  /** `$now`, `$millis`, `$random` and `$uuid` of this execution. */
  readonly functions: Readonly<Record<string, unknown>>;
  /** `$states.context.Execution`. */
  readonly executionContext: JsonObject;
  /** `$states.context.StateMachine`. */
  readonly machineContext: JsonObject;
  /** States entered so far: what AWS bills. */
  transitions = 0;
  /** The largest input, output or task payload so far, bytes. */
  largestPayloadBytes = 0;
  #iso = { at: Number.NaN, text: "" };

  constructor(host: Host, input: Json) {
    const { identity } = host;
    this.host = host;
    this.functions = hostFunctions(host.clock, host.random);
    this.executionContext = {
      Id: identity.executionArn,
      Input: input,
      Name: identity.executionName,
      RoleArn: identity.roleArn,
      StartTime: this.isoNow(),
      RedriveCount: 0,
    };
    this.machineContext = { Id: identity.stateMachineArn, Name: identity.stateMachineName };
  }

  now(): number {
    return this.host.clock.now();
  }

  /** Now, as AWS writes it; many states are entered in one instant of virtual time. */
  isoNow(): string {
    const at = this.now();
    if (at !== this.#iso.at) this.#iso = { at, text: toIso(at) };
    return this.#iso.text;
  }

  measure(payload: Payload): void {
    if (payload.bytes > this.largestPayloadBytes) this.largestPayloadBytes = payload.bytes;
  }
}
