import type { Machine, State } from "@muster/asl";
import { notImplemented } from "../../../mechanisms/not-implemented.ts";
import { isSupported } from "./perform-task.ts";

type TaskState = Extract<State, { type: "Task" }>;

/**
 * Refuses, before anything runs, a machine with Tasks that the embedded cloud could not perform.
 * @throws {AwsError} NotImplemented
 */
export function refuseUnsupportedTasks(machine: Machine): void {
  for (const { name, resource, credentialsRole } of tasksOf(machine.block)) {
    if (!isSupported(resource)) throw notImplemented(`the integration ${resource.arn}, which the Task '${name}' uses`);
    if (credentialsRole !== undefined) throw notImplemented(`Credentials, which the Task '${name}' has`);
  }
}

/** Whether some Task waits for a job that it starts. */
export function hasJobs(machine: Machine): boolean {
  return tasksOf(machine.block).some(
    ({ resource }) => resource.kind === "service" && (resource.pattern === "sync" || resource.pattern === "sync:2"),
  );
}

function tasksOf(block: Machine["block"]): TaskState[] {
  return [...block.states.values()].flatMap((state) => {
    switch (state.type) {
      case "Task":
        return [state];
      case "Parallel":
        return state.branches.flatMap(tasksOf);
      case "Map":
        return tasksOf(state.processor);
      default:
        return [];
    }
  });
}
