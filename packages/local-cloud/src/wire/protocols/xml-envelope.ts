import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import type { OperationSchema, SdkService } from "../../kernel/sdk.ts";
import { BOOLEAN_SCHEMA, rawMembers, schemaOf, STRING_SCHEMA, structureOf, type NormalizedSchema } from "../schema.ts";

/**
 * Writes a structure as an XML document whose root bears the structure's name. The SDK writes requests in XML too, so
 * its serialiser also writes our answers; only the envelopes around them are ours.
 */
export function writeXml(schema: NormalizedSchema, value: unknown, xmlNamespace: string | undefined): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: false,
    xmlNamespace: xmlNamespace ?? "",
    serviceNamespace: "",
  });
  serializer.write(schema, value);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${onlyXmlCharacters(String(serializer.flush()))}`;
}

/** `<OpResponse><requestId/>...members...</OpResponse>`; EC2 says `<return>true</return>` where there is no member. */
export function ec2Answer(service: SdkService, operation: OperationSchema, output: unknown, requestId: string): string {
  const own = rawMembers(schemaOf(operation.output));
  const members = own.length === 0 ? ([["return", BOOLEAN_SCHEMA]] as const) : own;
  const schema = envelope(operation, () =>
    structureOf(`${operation.name}Response`, [["requestId", STRING_SCHEMA], ...members]),
  );
  const value = own.length === 0 ? { return: true } : output;
  return writeXml(schema, { ...(value as object), requestId }, service.xmlNamespace);
}

/** `<OpResponse><OpResult>...</OpResult><ResponseMetadata/></OpResponse>`, without the result where there is none. */
export function queryAnswer(
  service: SdkService,
  operation: OperationSchema,
  output: unknown,
  requestId: string,
): string {
  const hasResult = schemaOf(operation.output).isStructSchema();
  const result = `${operation.name}Result`;
  const schema = envelope(operation, () =>
    structureOf(`${operation.name}Response`, [
      ...(hasResult ? [[result, operation.output] as const] : []),
      ["ResponseMetadata", metadataSchema.getSchema()],
    ]),
  );
  const value = { ...(hasResult && { [result]: output }), ResponseMetadata: { RequestId: requestId } };
  return writeXml(schema, value, service.xmlNamespace);
}

const DATE_TIME = 5;

const metadataSchema = structureOf("ResponseMetadata", [["RequestId", STRING_SCHEMA]]);

const envelopes = new WeakMap<OperationSchema, NormalizedSchema>();

function envelope(operation: OperationSchema, build: () => NormalizedSchema): NormalizedSchema {
  let schema = envelopes.get(operation);
  if (schema === undefined) envelopes.set(operation, (schema = build()));
  return schema;
}

/** XML 1.0 has no place for most control characters, however written; a reader would refuse the whole answer. */
function onlyXmlCharacters(text: string): string {
  return text.replace(FORBIDDEN_IN_XML, "\uFFFD");
}

/** All but what section 2.2 of XML 1.0 allows; https://www.w3.org/TR/xml/#charsets */
const FORBIDDEN_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
