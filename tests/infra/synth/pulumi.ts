import { createRequire } from "node:module";
import { join } from "node:path";
import type { StandInProvider } from "./stand-in-provider.ts";

/** What is used of @pulumi/pulumi, in the version that SST brings: it is there only after `sst install`. */
export interface Pulumi {
  readonly runtime: {
    readonly setMocks: (
      mocks: { newResource: StandInProvider["newResource"]; call: StandInProvider["call"] },
      project: string,
      stack: string,
      isPreview: boolean,
      organization: string,
    ) => Promise<void>;
    readonly getMonitor: () => Monitor;
    readonly runInPulumiStack: (program: () => Promise<unknown>) => Promise<Record<string, unknown> | undefined>;
    readonly disconnect: () => Promise<void>;
  };
}

/** Pulumi's stand-in for its engine. It forgets most of what it is told, so that its requests are listened to. */
export interface Monitor {
  newUrn: (parent: string | undefined, type: string, name: string) => string;
  registerResource: Register;
  readResource: Register;
  registerResourceOutputs: (request: OutputsRequest, callback: (error: unknown, answer: unknown) => void) => void;
  readonly resources: ReadonlyMap<string, { readonly id: string | null; readonly state: unknown }>;
}

export type Register = (request: RegisterRequest, callback: RegisterCallback) => Promise<void>;
export type RegisterCallback = (error: unknown, answer: { readonly getUrn: () => string } | undefined) => void;

/** RegisterResourceRequest, or ReadResourceRequest, which has fewer members. */
export interface RegisterRequest {
  readonly getType: () => string;
  readonly getName: () => string;
  readonly getDependenciesList: () => readonly string[];
  readonly getObject?: () => Struct | undefined;
  readonly getProperties?: () => Struct | undefined;
  readonly getCustom?: () => boolean;
  readonly getRetainondelete?: () => boolean;
}

interface OutputsRequest {
  readonly getUrn: () => string;
  readonly getOutputs: () => Struct | undefined;
}

interface Struct {
  readonly toJavaScript: () => unknown;
}

export function loadPulumi(root: string): Pulumi {
  const load = createRequire(join(root, ".sst/platform/package.json"));
  return load("@pulumi/pulumi") as Pulumi;
}
