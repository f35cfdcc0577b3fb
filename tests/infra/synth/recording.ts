/** In the work folder of a synthesis. */
export const RECORDING_FILE = "recording.json";

/** What an app would create, in one stage: every registration that its program made, with all values known. */
export interface Recording {
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  readonly app: App;
  readonly resources: readonly RecordedResource[];
  /** What `sst deploy` prints at its end. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What functions could link to, by component: the contents of sst-env.d.ts. */
  readonly links: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Folder with the code of each function, by component. */
  readonly bundles: Readonly<Record<string, string>>;
}

/** The answer of `app()`, as far as it matters here. */
export interface App {
  readonly name: string;
  readonly home: string;
  readonly removal: string;
  readonly protect: boolean;
  readonly providers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface RecordedResource {
  readonly urn: string;
  /** `aws:dynamodb/table:Table` */
  readonly type: string;
  /** Logical name within the app. */
  readonly name: string;
  /** Of a provider; otherwise a component, which is a folder of others. */
  readonly isCustom: boolean;
  /** It is there already, and only looked up. */
  readonly isRead: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id: string;
  /** Inputs and what AWS would add, such as an ARN. */
  readonly state: Readonly<Record<string, unknown>>;
  /** URNs. */
  readonly dependsOn: readonly string[];
  readonly isRetained: boolean;
}

/** Of a provider's resources, those that a deployment makes. */
export function madeResources({ resources }: Recording): readonly RecordedResource[] {
  return resources.filter((resource) => resource.isCustom && !resource.isRead);
}

export function ofType(recording: Recording, type: string): readonly RecordedResource[] {
  return madeResources(recording).filter((resource) => resource.type === type);
}
