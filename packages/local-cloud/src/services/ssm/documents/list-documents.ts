import type { ListDocumentsRequest, ListDocumentsResult } from "@aws-sdk/client-ssm";
import type { SsmCore } from "../core.ts";

import { notImplemented, refuseOthers, takePage } from "../input.ts";
import type { DocumentRecord } from "./document-store.ts";
import { identify, SHELL_PLATFORMS } from "./render.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListDocuments.html */
const PAGE = { min: 1, max: 50, size: 50 } as const;

export function listDocuments(core: SsmCore, input: ListDocumentsRequest): ListDocumentsResult {
  refuseOthers("ListDocuments", input, ["Filters", "DocumentFilterList", "MaxResults", "NextToken"]);
  const filters = [
    ...(input.Filters ?? []).map((filter) => ({ key: filter.Key ?? "", values: filter.Values ?? [] })),
    ...(input.DocumentFilterList ?? []).map((filter) => ({ key: filter.key ?? "", values: [filter.value ?? ""] })),
  ];
  const tests = filters.map(({ key, values }) => compile(core, key, values));
  const found = [...core.documents.documents.values()].filter((document) => tests.every((test) => test(document)));
  const { page, ...token } = takePage(found, input, { key: (document) => document.name, range: PAGE });
  return { ...token, DocumentIdentifiers: page.map(identify) };
}

function compile(core: SsmCore, key: string, values: readonly string[]): (document: DocumentRecord) => boolean {
  if (key.startsWith("tag:")) {
    const name = key.slice("tag:".length);
    return (document) => values.includes(document.tags.get(name) ?? "");
  }
  switch (key) {
    case "Owner":
      return (document) => values.some((value) => isOwner(core, document, value));
    case "Name":
      return (document) => values.some((value) => document.name.startsWith(value));
    case "DocumentType":
      return () => values.includes("Command");
    case "PlatformTypes":
      return () => SHELL_PLATFORMS.some((platform) => values.includes(platform));
    case "TargetType":
      return (document) => values.includes(document.targetType ?? "");
    default:
      throw notImplemented(`ListDocuments filter ${key}`);
  }
}

function isOwner(core: SsmCore, document: DocumentRecord, value: string): boolean {
  const own = document.owner === core.context.account;
  if (value === "Self" || value === "Private") return own;
  if (value === "Amazon") return document.owner === "Amazon";
  return value === "All" || value === "Public" ? value === "All" || !own : false;
}
