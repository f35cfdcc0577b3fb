import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Announcements } from "@muster/core";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Source of Muster's own events. */
export const MUSTER_EVENT_SOURCE = "muster";

/** Muster's events on the account's default bus. `report` hears of those that could not be sent. */
export function announcements(
  runtime: AwsRuntime,
  report: (problem: { type: string; error: unknown }) => void,
): Announcements {
  const client = runtime.client(EventBridgeClient);
  return {
    announce: async ({ type, detail }) => {
      try {
        const answer = await call(runtime, "events:PutEvents", () =>
          client.send(
            new PutEventsCommand({
              Entries: [{ Source: MUSTER_EVENT_SOURCE, DetailType: type, Detail: JSON.stringify(detail) }],
            }),
          ),
        );
        const failed = answer.Entries?.find((entry) => entry.ErrorCode !== undefined);
        if (failed !== undefined) report({ type, error: new Error(`${failed.ErrorCode}: ${failed.ErrorMessage}`) });
      } catch (error) {
        // The operation has done what it says; that nobody heard of it is worth a log line, not a failure.
        report({ type, error });
      }
    },
  };
}
