import type { SsmDocument } from "./ssm-document.ts";
import { wekaDocuments } from "./weka/documents.ts";

export { DOCUMENT_TARGET_TYPE, type SsmDocument, type SsmDocumentContent } from "./ssm-document.ts";

/**
 * Every SSM Command document of every product. An entry of its own: it reads script files, which no Lambda function carries.
 */
export function productDocuments(): readonly SsmDocument[] {
  return wekaDocuments();
}
