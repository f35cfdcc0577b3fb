import { aNode, anInstance, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { isOlder, observeNodes } from "./observe-nodes.ts";
import type { Instance } from "../ports/compute.ts";
import type { Agent } from "../ports/commands.ts";

const MINUTE = 60_000;
const booting = aNode({ state: "booting" });
const agent: Agent = { instanceId: booting.instanceId ?? "", isOnline: true, lastSeenAt: 0, version: "3.3.3000.0" };

function look(seen: {
  instance?: Partial<Instance> | undefined;
  agent?: Agent;
  after?: number;
  node?: typeof booting;
}) {
  const node = seen.node ?? booting;
  return observeNodes([node], {
    instances: seen.instance === undefined ? [] : [anInstance(node, seen.instance)],
    agents: seen.agent === undefined ? [] : [seen.agent],
    now: NOW + (seen.after ?? MINUTE),
  });
}

describe("what a look says of a node", () => {
  it("is online when it runs and its agent answers", () => {
    expect(look({ instance: {}, agent }).changed).toEqual([{ ...booting, state: "online" }]);
  });

  it.each([
    { why: "EC2 does not show it yet", seen: { instance: undefined, after: 4 * MINUTE } },
    { why: "it is pending", seen: { instance: { state: "pending" } as const } },
    { why: "it runs, and its agent has not registered", seen: { instance: {} } },
    { why: "its agent is known and silent", seen: { instance: {}, agent: { ...agent, isOnline: false } } },
  ])("waits while $why", ({ seen }) => {
    expect(look(seen)).toMatchObject({ waiting: [{ state: "booting" }], lost: [] });
  });

  it.each([
    {
      why: "EC2 does not show it after five minutes",
      seen: { instance: undefined, after: 5 * MINUTE + 1 },
      note: "does not show",
    },
    {
      why: "it ended while starting",
      seen: {
        instance: { state: "terminated", stateReason: "Client.VolumeLimitExceeded: Volume limit exceeded" } as const,
      },
      note: "VolumeLimitExceeded",
    },
    { why: "someone stopped it", seen: { instance: { state: "stopping" } as const }, note: "stopping" },
    {
      why: "its agent never came",
      seen: { instance: {}, after: 20 * MINUTE + 1 },
      note: "did not answer within 20 minutes",
    },
  ])("is lost when $why", ({ seen, note }) => {
    const { lost } = look(seen);
    expect(lost).toHaveLength(1);
    expect(lost[0]?.note).toContain(note);
  });

  it("loses a node that was online and has ended since", () => {
    expect(look({ node: aNode({ state: "online" }), instance: { state: "shutting-down" } }).lost).toHaveLength(1);
  });

  it("does not lose an online node because its agent misses a beat", () => {
    const online = aNode({ state: "online" });
    expect(look({ node: online, instance: {}, after: 60 * MINUTE })).toEqual({
      changed: [],
      waiting: [],
      lost: [],
      outdated: [],
    });
  });

  it("learns the address from EC2", () => {
    const { privateIp: _, ...without } = booting;
    expect(look({ node: without, instance: { privateIp: "10.0.0.77", state: "pending" } }).changed[0]?.privateIp).toBe(
      "10.0.0.77",
    );
  });

  it("names an agent that pastes parameters into scripts", () => {
    expect(look({ instance: {}, agent: { ...agent, version: "3.3.2299.0" } }).outdated).toEqual([
      { node: { ...booting, state: "online" }, version: "3.3.2299.0" },
    ]);
  });
});

describe("versions", () => {
  it.each([
    ["3.3.2746.0", "3.3.2746.0", false],
    ["3.3.299.0", "3.3.2746.0", true],
    ["3.4.0.0", "3.3.2746.0", false],
    ["3.3", "3.3.0.1", true],
    ["10.0.0.0", "9.9.9.9", false],
  ])("%s older than %s: %s", (a, b, expected) => {
    expect(isOlder(a, b)).toBe(expected);
  });
});
