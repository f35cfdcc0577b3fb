import type { ServiceFacts } from "./service.ts";

export interface ServiceEndpoint {
  readonly url: URL;
  readonly signingRegion: string;
}

/**
 * Where a service is. The variables are those of every AWS SDK; what would lead to another kind of endpoint is refused
 * rather than ignored. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOf(
  { serviceId, endpoints }: ServiceFacts,
  region: string,
  environment: Readonly<Record<string, string | undefined>>,
): ServiceEndpoint {
  for (const variable of ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"]) {
    if (environment[variable] === "true")
      throw new Error(`${variable} is set, and Muster's functions know no such one`);
  }
  const rule = endpoints.find(({ regions }) => region.startsWith(regions));
  if (rule === undefined) throw new Error(`${serviceId} has no endpoint in ${region}`);
  const own = environment[`AWS_ENDPOINT_URL_${serviceId.replaceAll(/[ -]/g, "_").toUpperCase()}`];
  const given = own ?? environment["AWS_ENDPOINT_URL"];
  if (given !== undefined) return { url: new URL(given), signingRegion: region };
  const url = new URL(`https://${rule.host.replace("{region}", region)}`);
  return { url, signingRegion: rule.signingRegion ?? region };
}
