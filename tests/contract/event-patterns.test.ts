import { existsSync, readFileSync } from "node:fs";
import { EventBridgeClient, TestEventPatternCommand } from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { createEvents } from "../../packages/local-cloud/src/services/events/create-events.ts";
import { clientSettings, testCloud } from "../../packages/local-cloud/src/testing/test-cloud.ts";

/**
 * Event patterns with what AWS itself answered to them. The recordings stand beside the project, not in it; without
 * them there is nothing to compare with.
 */
const recordings = new URL("../../../shared/conformance/event-patterns.json", import.meta.url);

/** Recorded answers that the embedded EventBridge does not give, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {};

interface Case {
  readonly id: string;
  readonly event?: unknown;
  readonly pattern?: unknown;
  /** Instead of the two above, where JSON values cannot carry the case. */
  readonly eventText?: string;
  readonly patternText?: string;
  readonly expected: boolean | "error";
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

function readCases(): readonly Case[] {
  const file: unknown = JSON.parse(readFileSync(recordings, "utf8"));
  return (file as { cases: Case[] }).cases;
}

const cases = existsSync(recordings) ? readCases() : [];

async function answerTo({ event, pattern, eventText, patternText }: Case): Promise<unknown> {
  const cloud = testCloud();
  cloud.register(createEvents(cloud.context, { call: cloud.kernel.call.bind(cloud.kernel) }));
  const client = cloud.connect(new EventBridgeClient(clientSettings));
  const request = new TestEventPatternCommand({
    Event: eventText ?? JSON.stringify(event),
    EventPattern: patternText ?? JSON.stringify(pattern),
  });
  try {
    return (await cloud.run(client.send(request))).Result;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: error.name, message: error.message.split("\n")[0] };
  }
}

describe("event patterns", () => {
  it.skipIf(cases.length === 0)(
    "are compared with what was recorded on AWS (shared/conformance, beside the project)",
    () => {
      const unknown = Object.keys(exceptions).filter((id) => !cases.some((recorded) => recorded.id === id));
      expect(unknown).toEqual([]);
    },
  );

  it.each(cases.filter(({ id }) => exceptions[id] === undefined))("answer as AWS does: $id", async (recorded) => {
    const { expected, errorCode, errorMessage } = recorded;
    const answer = expected === "error" ? { code: errorCode, message: errorMessage } : expected;
    expect(await answerTo(recorded)).toEqual(answer);
  });
});
