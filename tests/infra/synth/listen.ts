import type { Monitor, Register, RegisterRequest } from "./pulumi.ts";
import type { RecordedResource } from "./recording.ts";
import { unwrapSecrets } from "./unwrap-secrets.ts";

/** What was heard so far; grows while the program runs. */
export interface Heard {
  readonly resources: RecordedResource[];
  readonly links: Record<string, Readonly<Record<string, unknown>>>;
}

/** Records every registration that Pulumi's stand-in engine is asked for. */
export function listen(monitor: Monitor, { app, stage }: { app: string; stage: string }): Heard {
  const heard: Heard = { resources: [], links: {} };
  // As the real engine forms it: the stack's own type is no part of a URN.
  monitor.newUrn = (parent, type, name) => {
    const above = parent?.split("::")[2];
    const chain = above === undefined || above === STACK ? type : `${above}$${type}`;
    return `urn:pulumi:${stage}::${app}::${chain}::${name}`;
  };
  monitor.registerResource = recorder(monitor, monitor.registerResource.bind(monitor), heard, false);
  monitor.readResource = recorder(monitor, monitor.readResource.bind(monitor), heard, true);
  const complete = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    if (request.getUrn().includes("::sst:sst:LinkRef::")) {
      const link = objectOf(request.getOutputs()?.toJavaScript());
      heard.links[String(link["target"])] = objectOf(link["properties"]);
    }
    complete(request, callback);
  };
  return heard;
}

const STACK = "pulumi:pulumi:Stack";

function recorder(monitor: Monitor, register: Register, heard: Heard, isRead: boolean): Register {
  return (request, callback) =>
    register(request, (error, answer) => {
      if (answer !== undefined && request.getType() !== STACK)
        heard.resources.push(recorded(request, answer.getUrn(), monitor, isRead));
      callback(error, answer);
    });
}

function recorded(request: RegisterRequest, urn: string, monitor: Monitor, isRead: boolean): RecordedResource {
  const known = monitor.resources.get(urn);
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    isCustom: isRead || request.getCustom?.() === true,
    isRead,
    inputs: objectOf((request.getObject?.() ?? request.getProperties?.())?.toJavaScript()),
    id: known?.id ?? "",
    state: objectOf(known?.state),
    dependsOn: request.getDependenciesList(),
    isRetained: request.getRetainondelete?.() ?? false,
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  const plain = unwrapSecrets(value);
  return typeof plain === "object" && plain !== null ? { ...plain } : {};
}
