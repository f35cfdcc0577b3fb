import { awsError, exampleSpec } from "@muster/testing/world";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { embedded, type Embedded } from "../testing/embedded.ts";
import { commands } from "./commands.ts";

/** A cluster that is ready, with everything that SSM knows of it. */
let cloud: Embedded;
let ssm: ReturnType<typeof commands>;
let ids: readonly string[];

beforeAll(async () => {
  cloud = await embedded();
  await cloud.world.deploy(exampleSpec());
  ids = cloud.world
    .rows()
    .nodes.filter((node) => node.tier === "client")
    .flatMap((node) => node.instanceId ?? []);
});
beforeEach(() => {
  ssm = commands(cloud.runtime);
});

const unknown = "i-0ffffffffffffffff";
const unmount = (comment: string, to: Parameters<typeof ssm.send>[0]["to"], inTurn = false) => ({
  document: "muster-local-weka-unmount",
  parameters: { mountPath: "/mnt/weka" },
  comment,
  to,
  inTurn,
  deliverySeconds: 600,
});
const sent = (comment: string) =>
  cloud.world.muster.cloud.ssm.admin.commands().filter((command) => command.comment === comment);
const settle = () => cloud.world.clock.advance(5 * 60_000);

describe("agents", () => {
  it("are those that have registered, with their version; others are simply not in the answer", async () => {
    const found = await cloud.run(ssm.agents([...ids, unknown]));
    expect(found.map(({ instanceId }) => instanceId).toSorted()).toEqual([...ids].toSorted());
    expect(found[0]).toMatchObject({ isOnline: true, version: expect.stringMatching(/^\d+\.\d+/) });
    const heardOf = cloud.world.clock.now() - (found[0]?.lastSeenAt ?? 0);
    expect(heardOf).toBeGreaterThanOrEqual(0);
    expect(heardOf).toBeLessThanOrEqual(5 * 60_000);
  });

  it("are asked for a hundred at a time, and nobody is asked for nobody", async () => {
    const before = cloud.calls("DescribeInstanceInformation");
    expect(await cloud.run(ssm.agents([]))).toEqual([]);
    expect(cloud.calls("DescribeInstanceInformation")).toBe(before);
    const many = Array.from({ length: 101 }, (_, i) => `i-${String(i).padStart(17, "0")}`);
    expect(await cloud.run(ssm.agents(many))).toEqual([]);
    expect(cloud.calls("DescribeInstanceInformation")).toBe(before + 2);
  });
});

describe("sending", () => {
  it("by tags is one command, however many there are", async () => {
    const tags = { "muster:stage": "local", "muster:cluster": "demo", "muster:tier": "client" };
    const { commandIds, unreachable } = await cloud.run(ssm.send(unmount("by tags", { tags })));
    expect([commandIds.length, unreachable]).toEqual([1, []]);
    await settle();
    expect(Object.keys(sent("by tags")[0]?.invocations ?? {}).toSorted()).toEqual([...ids].toSorted());
  });

  it("by ids leaves out whom SSM does not know, and says so", async () => {
    const answer = await cloud.run(ssm.send(unmount("by ids", { instanceIds: [unknown, ...ids] })));
    expect(answer).toEqual({ commandIds: [expect.any(String)], unreachable: [unknown] });
    expect(await cloud.run(ssm.send(unmount("nobody", { instanceIds: [unknown] })))).toEqual({
      commandIds: [],
      unreachable: [unknown],
    });
    expect(sent("nobody")).toEqual([]);
  });

  it("to someone whom SSM forgot in between is told, not thrown", async () => {
    cloud.strike("SendCommand", awsError("InvalidInstanceId", "Instances not in a valid state for account"));
    expect(await cloud.run(ssm.send(unmount("gone", { instanceIds: ids })))).toEqual({
      commandIds: [],
      unreachable: ids,
    });
  });

  it("is not done again when the answer was lost: SSM knows no token, and whoever sent it looks for it", async () => {
    cloud.strike("SendCommand", "lose-answer");
    await expect(cloud.run(ssm.send(unmount("lost", { instanceIds: ids })))).rejects.toMatchObject({
      code: "AwsUnavailable",
    });
    expect(sent("lost")).toHaveLength(1);
    const since = cloud.world.clock.now();
    await settle();
    const found = await cloud.run(ssm.find({ document: "muster-local-weka-unmount", comment: "lost", since }));
    expect(found).toEqual([sent("lost")[0]?.commandId]);
  });

  it("is done again while SSM throttles: it did nothing", async () => {
    cloud.strike("SendCommand", "throttle", 3);
    expect((await cloud.run(ssm.send(unmount("throttled", { instanceIds: ids })))).commandIds).toHaveLength(1);
    expect(sent("throttled")).toHaveLength(1);
  });
});

describe("finding a command by its comment", () => {
  const find = (comment: string, since: number) =>
    cloud.run(ssm.find({ document: "muster-local-weka-unmount", comment, since }));

  it("finds that one and no other, also when the clocks differ by half a minute", async () => {
    const since = cloud.world.clock.now();
    const [first] = (await cloud.run(ssm.send(unmount("first", { instanceIds: ids })))).commandIds;
    await cloud.run(ssm.send(unmount("second", { instanceIds: ids })));
    await settle();
    expect(await find("first", since)).toEqual([first]);
    expect(await find("first", since + 30_000)).toEqual([first]);
    expect(await find("third", since)).toEqual([]);
  });

  it("does not find what was sent long before", async () => {
    await cloud.run(ssm.send(unmount("old", { instanceIds: ids })));
    await settle();
    expect(await find("old", cloud.world.clock.now())).toEqual([]);
  });
});

describe("progress", () => {
  it("says that a command has ended when it has everywhere, with what each printed", async () => {
    const [id = ""] = (await cloud.run(ssm.send(unmount("watched", { instanceIds: ids })))).commandIds;
    const early = await cloud.run(ssm.progress(id));
    expect(early.invocations.every(({ status }) => status === "running")).toBe(true);
    await settle();
    const late = await cloud.run(ssm.progress(id));
    expect(late.hasEnded).toBe(true);
    expect(late.invocations.map(({ instanceId }) => instanceId).toSorted()).toEqual([...ids].toSorted());
    for (const { status, output } of late.invocations) {
      expect(status).toBe("success");
      expect(() => JSON.parse(output) as unknown).not.toThrow();
    }
    const { stdout } = await cloud.run(ssm.output(id, ids[0] ?? ""));
    expect(stdout).toBe(late.invocations.find(({ instanceId }) => instanceId === ids[0])?.output);
  });
});
