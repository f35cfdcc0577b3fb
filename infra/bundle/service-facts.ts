import type { EndpointRule, ServiceFacts } from "./client/service.ts";

/** What a bundle has to know of a service, in place of the code that finds it out at run time. */
export interface SdkFacts extends ServiceFacts {
  readonly protocol: "awsJson1_0" | "awsJson1_1" | "awsQuery" | "ec2Query";
  readonly settings: ProtocolSettings;
}

export interface ProtocolSettings {
  readonly defaultNamespace: string;
  readonly serviceTarget: string;
  readonly xmlNamespace: string;
  readonly version: string;
}

/**
 * Asks an SDK client what it would do: its protocol, and where AWS's own endpoint rules send it.
 * @throws {Error} for a client that bundles cannot stand for
 */
export async function factsOf(packageName: string, clientName: string): Promise<SdkFacts> {
  const sdk = (await import(packageName)) as Readonly<Record<string, unknown>>;
  const Client = sdk[clientName] as ClientClass | undefined;
  if (Client === undefined) throw new Error(`${packageName} has no ${clientName}`);
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  const { config } = new Client({ region: COMMERCIAL, credentials });
  const protocol = config.protocol.getShapeId().replace("aws.protocols#", "");
  if (!isKnown(protocol)) throw new Error(`${packageName} speaks ${protocol}, which bundles do not`);
  const { awsQueryCompatible, defaultNamespace, serviceTarget, xmlNamespace, version } = config.protocolSettings;
  if (awsQueryCompatible === true)
    throw new Error(`${packageName} tells its errors in two ways, and bundles know only one`);
  const errorNames = errorNamesOf(sdk);
  return {
    ...(Object.keys(errorNames).length === 0 ? {} : { errorNames }),
    serviceId: config.serviceId,
    signingName: config.defaultSigningName,
    endpoints: endpointRules(config.endpointProvider),
    protocol,
    settings: { defaultNamespace, serviceTarget, xmlNamespace, version },
  };
}

/** The query protocol's codes for errors, by the schemas of the SDK's exceptions. */
function errorNamesOf(sdk: Readonly<Record<string, unknown>>): Record<string, string> {
  const renamed = Object.values(sdk).flatMap((schema) => {
    if (!Array.isArray(schema) || schema[0] !== ERROR_SCHEMA) return [];
    const [, , name, traits] = schema as unknown as readonly [number, string, string, ErrorTraits];
    const [code = name] = traits.awsQueryError ?? [];
    return code === name ? [] : [[code, name] as const];
  });
  return Object.fromEntries(renamed);
}

/** Smithy's static schemas begin with a number for what they are; this is an error's. */
const ERROR_SCHEMA = -3;

interface ErrorTraits {
  /** Code and HTTP status. */
  readonly awsQueryError?: readonly [string, number];
}

type ClientClass = new (config: object) => { readonly config: ClientConfig };

/** What a client has resolved, as far as this reads it. */
interface ClientConfig {
  readonly serviceId: string;
  readonly defaultSigningName: string;
  readonly protocol: { readonly getShapeId: () => string };
  readonly protocolSettings: ProtocolSettings & { readonly awsQueryCompatible?: boolean };
  readonly endpointProvider: EndpointProvider;
}

type EndpointProvider = (parameters: object) => {
  readonly url: URL;
  readonly properties?: { readonly authSchemes?: readonly { readonly signingRegion?: string }[] };
};

const PROTOCOLS: readonly string[] = [
  "awsJson1_0",
  "awsJson1_1",
  "awsQuery",
  "ec2Query",
] satisfies SdkFacts["protocol"][];

function isKnown(protocol: string): protocol is SdkFacts["protocol"] {
  return PROTOCOLS.includes(protocol);
}

const COMMERCIAL = "us-east-1";

/**
 * A region of every partition of AWS, by how the names of its regions begin. The others of a partition follow the same
 * rule; a test asks for every region that the SDK knows. https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
const SAMPLES: Readonly<Record<string, string>> = {
  "cn-": "cn-north-1",
  "us-gov-": "us-gov-west-1",
  "us-isob-": "us-isob-east-1",
  "us-isof-": "us-isof-south-1",
  "us-iso-": "us-iso-east-1",
  "eu-isoe-": "eu-isoe-west-1",
  "eusc-": "eusc-de-east-1",
};

function endpointRules(provider: EndpointProvider): EndpointRule[] {
  const common = ruleOf(provider, "", COMMERCIAL);
  const others = Object.entries(SAMPLES).map(([regions, sample]) => ruleOf(provider, regions, sample));
  return [...others.filter((rule) => rule.host !== common.host), common];
}

function ruleOf(provider: EndpointProvider, regions: string, sample: string): EndpointRule {
  const { url, properties } = provider({ Region: sample, UseFIPS: false, UseDualStack: false });
  const signingRegion = properties?.authSchemes?.[0]?.signingRegion;
  // A service that signs for one region of the partition is at one place in it.
  if (signingRegion !== undefined) return { regions, host: url.host, signingRegion };
  return { regions, host: url.host.replace(sample, "{region}") };
}
