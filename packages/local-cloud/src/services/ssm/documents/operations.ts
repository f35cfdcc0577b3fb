import type {
  CreateDocumentRequest,
  CreateDocumentResult,
  DeleteDocumentRequest,
  DescribeDocumentRequest,
  DescribeDocumentResult,
  GetDocumentRequest,
  GetDocumentResult,
  UpdateDocumentDefaultVersionRequest,
  UpdateDocumentDefaultVersionResult,
  UpdateDocumentRequest,
  UpdateDocumentResult,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../../kernel/aws-error.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import type { SsmCore } from "../core.ts";
import { invalidDocumentVersion, maxDocumentSizeExceeded } from "../errors.ts";
import { invalidRequest, notImplemented, refuseOthers, required } from "../input.ts";
import { latestOf, type DocumentRecord, type DocumentVersionRecord } from "./document-store.ts";
import { describe } from "./render.ts";
import { parseDocument } from "./schema.ts";

// "Systems Manager quotas", https://docs.aws.amazon.com/general/latest/gr/ssm.html
/** Bytes of a document, and of a document with the parameters of a command. */
export const DOCUMENT_BYTES_MAX = 65_536;
const DOCUMENTS_MAX = 500;
const VERSIONS_MAX = 1_000;

const NAME = "[a-zA-Z0-9_\\-.]{3,128}";
const TARGET_TYPE = "/[\\w.\\-:/]*";
/** Prefixes that AWS keeps for its own documents. */
const RESERVED_NAME = /^(aws|amazon|amzn)/i;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html */
export function createDocument(core: SsmCore, input: CreateDocumentRequest): CreateDocumentResult {
  refuseOthers("CreateDocument", input, [
    "Content",
    "Name",
    "DisplayName",
    "VersionName",
    "DocumentType",
    "DocumentFormat",
    "TargetType",
    "Tags",
  ]);
  const name = required(input.Name, "name");
  checkConstraints([
    { at: "name", value: name, pattern: NAME },
    { at: "targetType", value: input.TargetType, pattern: TARGET_TYPE },
  ]);
  if (RESERVED_NAME.test(name)) throw invalidRequest(`The document name ${name} starts with a reserved prefix.`);
  if (input.DocumentType !== undefined && input.DocumentType !== "Command") {
    throw notImplemented(`CreateDocument DocumentType ${input.DocumentType}`);
  }
  const { documents } = core.documents;
  if (documents.has(name)) {
    throw new AwsError("DocumentAlreadyExists", `Document with same name ${name} already exists`);
  }
  const version = parseVersion(core, input, 1);
  const own = [...documents.values()].filter((document) => document.owner === core.context.account).length;
  if (own >= DOCUMENTS_MAX) {
    throw new AwsError("DocumentLimitExceeded", `The account has reached its limit of ${DOCUMENTS_MAX} documents.`);
  }
  const document: DocumentRecord = {
    name,
    owner: core.context.account,
    createdAt: core.clock.now(),
    displayName: input.DisplayName,
    targetType: input.TargetType,
    defaultVersion: 1,
    versions: [version],
    tags: new Map((input.Tags ?? []).map(({ Key: key = "", Value: value = "" }) => [key, value])),
  };
  documents.set(name, document);
  return { DocumentDescription: describe(document, version, "Creating") };
}

/** Makes a new version of the latest one. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocument.html */
export function updateDocument(core: SsmCore, input: UpdateDocumentRequest): UpdateDocumentResult {
  refuseOthers("UpdateDocument", input, [
    "Content",
    "Name",
    "VersionName",
    "DocumentVersion",
    "DocumentFormat",
    "TargetType",
  ]);
  const document = ownDocument(core, required(input.Name, "name"));
  checkConstraints([{ at: "targetType", value: input.TargetType, pattern: TARGET_TYPE }]);
  const latest = latestOf(document);
  const base = input.DocumentVersion ?? "$LATEST";
  if (base !== "$LATEST" && base !== String(latest)) throw invalidDocumentVersion();
  const version = parseVersion(core, input, latest + 1);
  if (document.versions.some((other) => other.text === version.text)) {
    throw new AwsError(
      "DuplicateDocumentContent",
      "The content of the association document matches another document. Change the content of the document and try again.",
    );
  }
  if (document.versions.length >= VERSIONS_MAX) {
    throw new AwsError(
      "DocumentVersionLimitExceeded",
      `The document has reached its limit of ${VERSIONS_MAX} versions.`,
    );
  }
  document.versions.push(version);
  if (input.TargetType !== undefined) document.targetType = input.TargetType;
  return { DocumentDescription: describe(document, version, "Updating") };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocumentDefaultVersion.html */
export function updateDocumentDefaultVersion(
  core: SsmCore,
  input: UpdateDocumentDefaultVersionRequest,
): UpdateDocumentDefaultVersionResult {
  const document = ownDocument(core, required(input.Name, "name"));
  const wanted = required(input.DocumentVersion, "documentVersion");
  checkConstraints([{ at: "documentVersion", value: wanted, pattern: "[1-9][0-9]*" }]);
  const version = core.documents.version(document, wanted);
  document.defaultVersion = version.number;
  return {
    Description: {
      Name: document.name,
      DefaultVersion: String(version.number),
      ...(version.versionName === undefined ? {} : { DefaultVersionName: version.versionName }),
    },
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocument.html */
export function describeDocument(core: SsmCore, input: DescribeDocumentRequest): DescribeDocumentResult {
  const { document, version } = findVersion(core, input);
  return { Document: describe(document, version, "Active") };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html */
export function getDocument(core: SsmCore, input: GetDocumentRequest): GetDocumentResult {
  const { document, version } = findVersion(core, input);
  const format = input.DocumentFormat ?? version.format;
  if (format !== version.format)
    throw notImplemented(`GetDocument DocumentFormat ${format} of a ${version.format} document`);
  return {
    Name: document.name,
    ...(document.displayName === undefined ? {} : { DisplayName: document.displayName }),
    ...(version.versionName === undefined ? {} : { VersionName: version.versionName }),
    CreatedDate: new Date(version.createdAt),
    DocumentVersion: String(version.number),
    Status: "Active",
    Content: version.text,
    DocumentType: "Command",
    DocumentFormat: version.format,
  };
}

/** The whole document, or one of its versions. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteDocument.html */
export function deleteDocument(core: SsmCore, input: DeleteDocumentRequest): object {
  refuseOthers("DeleteDocument", input, ["Name", "DocumentVersion"]);
  const document = ownDocument(core, required(input.Name, "name"));
  if (input.DocumentVersion === undefined) {
    core.documents.documents.delete(document.name);
    return {};
  }
  const version = core.documents.version(document, input.DocumentVersion);
  if (version.number === document.defaultVersion) {
    throw new AwsError("InvalidDocumentOperation", "The default version of a document can't be deleted.");
  }
  document.versions.splice(document.versions.indexOf(version), 1);
  return {};
}

function findVersion(
  core: SsmCore,
  input: DescribeDocumentRequest | GetDocumentRequest,
): { document: DocumentRecord; version: DocumentVersionRecord } {
  const document = core.documents.get(required(input.Name, "name"));
  const { VersionName: versionName } = input;
  if (versionName === undefined) return { document, version: core.documents.version(document, input.DocumentVersion) };
  const version = document.versions.find((candidate) => candidate.versionName === versionName);
  if (version === undefined) throw invalidDocumentVersion();
  return { document, version };
}

/** Documents of Amazon can be used, and not changed. */
function ownDocument(core: SsmCore, name: string): DocumentRecord {
  const document = core.documents.get(name);
  if (document.owner !== core.context.account) throw invalidRequest(`The document ${name} is owned by Amazon.`);
  return document;
}

function parseVersion(
  core: SsmCore,
  input: CreateDocumentRequest | UpdateDocumentRequest,
  number: number,
): DocumentVersionRecord {
  const text = required(input.Content, "content");
  const format = input.DocumentFormat ?? "JSON";
  checkConstraints([
    { at: "content", value: text, min: 1 },
    { at: "documentFormat", value: format, oneOf: ["YAML", "TEXT", "JSON"] },
  ]);
  if (Buffer.byteLength(text) > DOCUMENT_BYTES_MAX) throw maxDocumentSizeExceeded();
  return {
    number,
    versionName: input.VersionName,
    text,
    format,
    content: parseDocument(text, format),
    createdAt: core.clock.now(),
  };
}
