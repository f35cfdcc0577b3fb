import type { NodeView } from "../../ec2/index.ts";
import { pingOf, type ManagedNode } from "../agent/node-registry.ts";
import type { SsmCore } from "../core.ts";

/** A managed node as reads show it. */
export interface SeenNode {
  readonly managed: ManagedNode;
  readonly view: NodeView;
  readonly ping: "Online" | "ConnectionLost";
  readonly platformType: "Linux" | "Windows";
  readonly platformVersion: string;
}

/** All of them. */
export function managedNodes(core: SsmCore): SeenNode[] {
  const now = core.clock.now();
  return [...core.registry.managed.values()].flatMap((managed) => {
    const view = core.nodes.get(managed.instanceId);
    if (view === undefined) return [];
    const isWindows = view.platform === "windows";
    return {
      managed,
      view,
      ping: pingOf(managed, now).status,
      platformType: isWindows ? ("Windows" as const) : ("Linux" as const),
      platformVersion: isWindows ? "10.0.20348" : "2023",
    };
  });
}
