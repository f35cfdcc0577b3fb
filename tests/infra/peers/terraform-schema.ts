/** `terraform providers schema -json`, as far as it is needed. */
export interface ProviderSchema {
  readonly version: string;
  readonly resources: Readonly<Record<string, { readonly block: Block }>>;
}

export interface Block {
  readonly attributes?: Readonly<Record<string, { readonly type?: unknown; readonly computed?: boolean }>>;
  readonly block_types?: Readonly<Record<string, { readonly block: Block }>>;
}

export function readSchema(json: string, version: string): ProviderSchema {
  const { provider_schemas: providers } = JSON.parse(json) as {
    provider_schemas: Record<string, { resource_schemas: ProviderSchema["resources"] }>;
  };
  const [aws] = Object.values(providers);
  if (aws === undefined) throw new Error("terraform knows no provider");
  return { version, resources: aws.resource_schemas };
}
