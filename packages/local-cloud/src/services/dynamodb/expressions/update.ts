import type { AttributeValue } from "../values/attribute-value.ts";
import type { DocumentPath } from "./document-path.ts";

/** One action of an update that is ready to be applied: placeholders replaced, operands checked. */
export type Action =
  | { readonly kind: "SET"; readonly path: DocumentPath; readonly value: NewValue }
  | { readonly kind: "REMOVE"; readonly path: DocumentPath }
  | { readonly kind: "ADD" | "DELETE"; readonly path: DocumentPath; readonly value: AttributeValue };

/** What SET assigns. */
export type NewValue =
  | { readonly kind: "path"; readonly path: DocumentPath }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "if_not_exists"; readonly path: DocumentPath; readonly otherwise: NewValue }
  | { readonly kind: "list_append"; readonly left: NewValue; readonly right: NewValue }
  | { readonly kind: "sum"; readonly sign: 1 | -1; readonly left: NewValue; readonly right: NewValue };
