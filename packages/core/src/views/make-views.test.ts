import { aCluster, aLaunch, aNode, aSnapshot, nodes, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import type { Operation } from "../operation/operation.ts";
import { summarise, viewCluster, viewNode, viewOperation, viewTimelineEntry } from "./make-views.ts";
import { clusterSummaryView, clusterView, nodeView, operationView, timelineView } from "./views.ts";

const operation: Operation = {
  id: "demo.op",
  cluster: "demo",
  kind: "deploy",
  status: "failed",
  executionArn: "arn:execution",
  step: "Failed",
  cancelRequested: false,
  findings: [],
  failure: { code: "NodesLost", what: "a", why: "b", remedy: "c" },
  requestedAt: NOW,
  endedAt: NOW + 1_000,
};
const snapshot = aSnapshot({
  cluster: aCluster({ placement: { subnetId: "subnet-1", availabilityZone: "us-east-1a" } }),
  nodes: [...nodes(3, { state: "active" }), aNode({ index: 3, state: "lost" }), aNode({ tier: "client", index: 0 })],
  launches: [aLaunch({ state: "failed", instanceType: "i3en.3xlarge" }), aLaunch({ launchId: "L2" })],
});
const entry = {
  cluster: "demo",
  id: "01A",
  at: NOW,
  operationId: "demo.op",
  event: "nodes.lost",
  text: "One is lost.",
};

describe("what the API shows", () => {
  it.each([
    { of: "a cluster", schema: clusterView, view: viewCluster(snapshot) },
    { of: "a cluster of which little is known", schema: clusterView, view: viewCluster(aSnapshot()) },
    { of: "a cluster in a list", schema: clusterSummaryView, view: summarise(aCluster()) },
    { of: "a node", schema: nodeView, view: viewNode(aNode({ note: "late" })) },
    {
      of: "a place that nobody has yet",
      schema: nodeView,
      view: viewNode(aNode({ instanceId: undefined, privateIp: undefined })),
    },
    { of: "an operation", schema: operationView, view: viewOperation(operation) },
    {
      of: "an operation that runs",
      schema: operationView,
      view: viewOperation({ ...operation, failure: undefined, endedAt: undefined, executionArn: undefined }),
    },
    { of: "a line of the timeline", schema: timelineView, view: viewTimelineEntry({ ...entry, facts: { nodes: 1 } }) },
  ])("of $of is what its schema says, and JSON all through", ({ schema, view }) => {
    expect(z.safeParse(schema as z.ZodMiniType, view).error?.issues ?? []).toEqual([]);
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });

  it("of a cluster counts its nodes by state, tier by tier, with the type that was really launched", () => {
    expect(viewCluster(snapshot)).toMatchObject({
      name: "demo",
      availabilityZone: "us-east-1a",
      tiers: [{ name: "backend", desired: 6, states: { active: 3, lost: 1 }, instanceType: "i3en.2xlarge" }],
    });
    expect(viewCluster(aSnapshot()).tiers[0]).not.toHaveProperty("instanceType");
  });

  it("of times is text that sorts", () => {
    expect(viewOperation(operation)).toMatchObject({
      requestedAt: "2026-01-01T00:00:00.000Z",
      endedAt: "2026-01-01T00:00:01.000Z",
    });
  });

  it("of a cluster holds neither its lease nor its spec", () => {
    const text = JSON.stringify([viewCluster(snapshot), summarise(snapshot.cluster)]);
    expect(text).not.toMatch(/arn:execution|securityGroups|fence/);
  });
});
