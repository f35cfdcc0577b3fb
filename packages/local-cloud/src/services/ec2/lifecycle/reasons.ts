import { toIso } from "@muster/core";

/** Why an instance changes its state: StateReason and StateTransitionReason of the EC2 API. */
export interface Why {
  readonly code: string;
  readonly message: string;
  /** Said in StateTransitionReason, with the time where AWS adds it. */
  readonly transition: (now: number) => string;
}

// Codes and texts as in the EC2 API reference, type StateReason:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
export const whys = {
  user: {
    code: "Client.UserInitiatedShutdown",
    message: "Client.UserInitiatedShutdown: User initiated shutdown",
    transition: (now) => `User initiated (${gmt(now)})`,
  },
  guest: {
    code: "Client.InstanceInitiatedShutdown",
    message: "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
    transition: () => "",
  },
  spotTermination: {
    code: "Server.SpotInstanceTermination",
    message: "Server.SpotInstanceTermination: Spot instance termination",
    transition: (now) => `Server.SpotInstanceTermination (${gmt(now)})`,
  },
  hardwareStop: {
    code: "Server.ScheduledStop",
    message: "Server.ScheduledStop: Stopped due to scheduled retirement",
    transition: (now) => `Server.ScheduledStop (${gmt(now)})`,
  },
  hardwareTermination: {
    code: "Server.InternalError",
    message: "Server.InternalError: An internal error caused the instance to terminate",
    transition: () => "Server.InternalError",
  },
} as const satisfies Record<string, Why>;

/** Launch failures that show only after RunInstances has answered; texts from the EC2 user guide, "Instance terminates immediately". */
export const lateFailures = {
  volumeLimit: { code: "Server.InternalError", message: "Client.VolumeLimitExceeded: Volume limit exceeded" },
  kmsKey: { code: "Client.InternalError", message: "Client.InternalError: Client error on launch" },
} as const;

export type LateFailure = (typeof lateFailures)[keyof typeof lateFailures];

function gmt(epochMs: number): string {
  return `${toIso(epochMs).slice(0, 19).replace("T", " ")} GMT`;
}
