import type { ClusterView, ForecastView, NodeView, OperationView } from "@muster/core";

export function anOperationView(change: Partial<OperationView> = {}): OperationView {
  return {
    id: "demo.01K0000000000000000000000A",
    cluster: "demo",
    kind: "deploy",
    status: "running",
    step: "prepare: 3 of 6 backend nodes done",
    requestedAt: "2026-03-01T12:00:00.000Z",
    findings: [],
    ...change,
  };
}

export function aClusterView(change: Partial<ClusterView> = {}): ClusterView {
  return {
    name: "demo",
    product: "weka",
    deployment: "client-backend",
    status: "deploying",
    tiers: [
      { name: "backend", desired: 6, active: 0, states: { online: 4, booting: 2 }, instanceType: "i3en.2xlarge" },
      { name: "client", desired: 2, active: 0, states: {} },
    ],
    availabilityZone: "us-east-1a",
    operationId: "demo.01K0000000000000000000000A",
    createdAt: "2026-03-01T12:00:00.000Z",
    updatedAt: "2026-03-01T12:04:00.000Z",
    ...change,
  };
}

/** Nodes of the tier backend, one for each state. */
export function nodeViews(states: readonly NodeView["state"][]): NodeView[] {
  return states.map((state, index) => ({
    name: `backend-${String(index).padStart(5, "0")}`,
    tier: "backend",
    state,
    availabilityZone: "us-east-1a",
    hooksDone: [],
  }));
}

export function aForecastView(change: Partial<ForecastView> = {}): ForecastView {
  return {
    cluster: "demo",
    product: "weka",
    deployment: "client-backend",
    canDeploy: true,
    summary: ["WEKA 5.1.31 on 6 x i3en.2xlarge: 30.0 TB raw, 13.5 TB net."],
    tiers: [
      {
        name: "backend",
        count: 6,
        instanceType: "i3en.2xlarge",
        purchase: "on-demand",
        vCpus: 48,
        addresses: 24,
        storageGiB: 516,
        dollarsPerHour: 5.48,
      },
    ],
    steps: [
      { name: "Check limits", minutes: 0.1 },
      { name: "Launch 6 backend nodes, until online", minutes: 2.64 },
    ],
    minutes: 2.74,
    findings: [
      {
        id: "addresses.subnet-1",
        verdict: "ok",
        subject: "Free addresses in subnet-1 (us-east-1a)",
        measured: "4091",
        needed: "24",
        remedy: "",
      },
    ],
    dollarsPerHour: 5.48,
    controlPlaneDollars: 0.00242,
    calls: 267,
    ...change,
  };
}
