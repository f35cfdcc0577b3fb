import { awsError } from "@muster/testing/world";
import { beforeEach, describe, expect, it } from "vitest";
import { embedded, type Embedded } from "../testing/embedded.ts";
import { announcements } from "./announcements.ts";

let cloud: Embedded;
let problems: { type: string; error: unknown }[];
const event = { type: "Muster Operation Succeeded", detail: { cluster: "demo" } };

beforeEach(async () => {
  cloud = await embedded();
  problems = [];
});

const announce = () =>
  cloud.run(announcements(cloud.runtime, (problem) => void problems.push(problem)).announce(event));

describe("an announcement", () => {
  it("is put on the bus, and nobody is told that it could not be", async () => {
    await announce();
    expect([cloud.calls("PutEvents"), problems]).toEqual([1, []]);
  });

  it.each([
    { why: "is refused", fault: awsError("AccessDeniedException", "not you"), code: "AwsAccessDenied" },
    { why: "is throttled for ever", fault: "throttle" as const, code: "AwsUnavailable" },
  ])("that $why fails nothing, and is reported", async ({ fault, code }) => {
    cloud.strike("PutEvents", fault, 99);
    await announce();
    expect(problems).toEqual([{ type: event.type, error: expect.objectContaining({ code }) }]);
  });
});
