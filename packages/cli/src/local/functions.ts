import type { MusterFunction } from "@muster/lambda";
import { activateNodes } from "../../../../functions/activate-nodes/handler.ts";
import { admitOperation } from "../../../../functions/admit-operation/handler.ts";
import { changeCluster } from "../../../../functions/change-cluster/handler.ts";
import { checkNodes } from "../../../../functions/check-nodes/handler.ts";
import { createCredentials } from "../../../../functions/create-credentials/handler.ts";
import { finishOperation } from "../../../../functions/finish-operation/handler.ts";
import { launchNodes } from "../../../../functions/launch-nodes/handler.ts";
import { planCluster } from "../../../../functions/plan-cluster/handler.ts";
import { readCluster } from "../../../../functions/read-cluster/handler.ts";
import { reconcileClusters } from "../../../../functions/reconcile-clusters/handler.ts";
import { runPreflight } from "../../../../functions/run-preflight/handler.ts";
import { sendHook } from "../../../../functions/send-hook/handler.ts";
import { terminateNodes } from "../../../../functions/terminate-nodes/handler.ts";
import { watchProgress } from "../../../../functions/watch-progress/handler.ts";

/** Every function of Muster, as its own folder exports it. */
export const functions: readonly MusterFunction[] = [
  activateNodes,
  admitOperation,
  changeCluster,
  checkNodes,
  createCredentials,
  finishOperation,
  launchNodes,
  planCluster,
  readCluster,
  reconcileClusters,
  runPreflight,
  sendHook,
  terminateNodes,
  watchProgress,
];
