import type { Command } from "../command.ts";
import { clusterDeploy } from "./cluster/deploy.ts";
import { clusterDestroy } from "./cluster/destroy.ts";
import { clusterGet } from "./cluster/get.ts";
import { clusterList } from "./cluster/list.ts";
import { clusterPlan } from "./cluster/plan.ts";
import { clusterWatch } from "./cluster/watch.ts";
import { localStart } from "./local/start.ts";
import { operationCancel } from "./operation/cancel.ts";
import { operationGet } from "./operation/get.ts";
import { specSchema } from "./spec/schema.ts";

/** Every command, in the order of the help text. */
export const commands: readonly Command[] = [
  clusterPlan,
  clusterDeploy,
  clusterList,
  clusterGet,
  clusterWatch,
  clusterDestroy,
  operationGet,
  operationCancel,
  specSchema,
  localStart,
];
