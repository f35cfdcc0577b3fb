import type { DocumentDescription, DocumentIdentifier, PlatformType } from "@aws-sdk/client-ssm";
import { hashOf, latestOf, type DocumentRecord, type DocumentVersionRecord } from "./document-store.ts";

/** Where aws:runShellScript can run. */
export const SHELL_PLATFORMS: readonly PlatformType[] = ["Linux", "MacOS"];

export function describe(
  document: DocumentRecord,
  version: DocumentVersionRecord,
  status: "Active" | "Creating" | "Updating",
): DocumentDescription {
  return {
    Name: document.name,
    ...(document.displayName === undefined ? {} : { DisplayName: document.displayName }),
    ...(version.versionName === undefined ? {} : { VersionName: version.versionName }),
    Owner: document.owner,
    CreatedDate: new Date(version.createdAt),
    Status: status,
    DocumentVersion: String(version.number),
    LatestVersion: String(latestOf(document)),
    DefaultVersion: String(document.defaultVersion),
    ...(version.content.description === undefined ? {} : { Description: version.content.description }),
    Parameters: [...version.content.parameters].map(([Name, definition]) => ({
      Name,
      Type: definition.type,
      ...(definition.description === undefined ? {} : { Description: definition.description }),
      ...(definition.default === undefined
        ? {}
        : {
            DefaultValue:
              typeof definition.default === "string" ? definition.default : JSON.stringify(definition.default),
          }),
    })),
    PlatformTypes: [...SHELL_PLATFORMS],
    DocumentType: "Command",
    SchemaVersion: "2.2",
    DocumentFormat: version.format,
    ...(document.targetType === undefined ? {} : { TargetType: document.targetType }),
    Hash: hashOf(version.text),
    HashType: "Sha256",
    Tags: renderTags(document.tags),
  };
}

export function identify(document: DocumentRecord): DocumentIdentifier {
  const version = document.versions.find((candidate) => candidate.number === document.defaultVersion);
  return {
    Name: document.name,
    ...(document.displayName === undefined ? {} : { DisplayName: document.displayName }),
    CreatedDate: new Date(document.createdAt),
    Owner: document.owner,
    PlatformTypes: [...SHELL_PLATFORMS],
    DocumentVersion: String(document.defaultVersion),
    DocumentType: "Command",
    SchemaVersion: "2.2",
    DocumentFormat: version?.format ?? "JSON",
    ...(document.targetType === undefined ? {} : { TargetType: document.targetType }),
    Tags: renderTags(document.tags),
  };
}

export function renderTags(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
