import type { DocumentResource } from "@muster/manifest";
import { logicalName } from "./names.ts";

/** The hooks. A changed document becomes the default version at once: scripts run twice or in two versions do no harm. */
export function createDocuments(documents: readonly DocumentResource[]): void {
  for (const { name, content } of documents) {
    new aws.ssm.Document(`Document${logicalName(name.replace(`muster-${$app.stage}-`, ""))}`, {
      name,
      documentType: "Command",
      documentFormat: "JSON",
      targetType: "/AWS::EC2::Instance",
      content: JSON.stringify(content),
    });
  }
}
