import { createHash } from "node:crypto";
import { documentNotFound, invalidDocumentVersion } from "../errors.ts";
import type { DocumentContent } from "./schema.ts";

export interface DocumentRecord {
  readonly name: string;
  /** An account, or `Amazon` for the public ones. */
  readonly owner: string;
  readonly createdAt: number;
  readonly displayName: string | undefined;
  targetType: string | undefined;
  defaultVersion: number;
  readonly versions: DocumentVersionRecord[];
  readonly tags: Map<string, string>;
}

export interface DocumentVersionRecord {
  readonly number: number;
  readonly versionName: string | undefined;
  readonly text: string;
  readonly format: "JSON" | "YAML" | "TEXT";
  readonly content: DocumentContent;
  readonly createdAt: number;
}

/** The documents of the account, by name. */
export class DocumentStore {
  readonly documents: Map<string, DocumentRecord>;

  constructor(known: readonly DocumentRecord[]) {
    this.documents = new Map(known.map((document) => [document.name, document]));
  }

  /** @throws InvalidDocument */
  get(nameOrArn: string): DocumentRecord {
    const name = nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.indexOf("/") + 1) : nameOrArn;
    const document = this.documents.get(name);
    if (document === undefined) throw documentNotFound(nameOrArn);
    return document;
  }

  /** By number, `$DEFAULT`, `$LATEST`; the default when nothing is said. @throws InvalidDocumentVersion */
  version(document: DocumentRecord, wanted: string | undefined): DocumentVersionRecord {
    const number = numberOf(document, wanted);
    const version = document.versions.find((candidate) => candidate.number === number);
    if (version === undefined) throw invalidDocumentVersion();
    return version;
  }
}

export function latestOf(document: DocumentRecord): number {
  return document.versions.at(-1)?.number ?? 0;
}

/** SHA-256 of a document's text, as DocumentHash. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function numberOf(document: DocumentRecord, wanted: string | undefined): number {
  if (wanted === undefined || wanted === "" || wanted === "$DEFAULT") return document.defaultVersion;
  return wanted === "$LATEST" ? latestOf(document) : Number(wanted);
}
