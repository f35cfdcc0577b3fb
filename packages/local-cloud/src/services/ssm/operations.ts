import type { Operation } from "../../kernel/service.ts";
import { TokenBucket } from "../../mechanisms/token-bucket.ts";
import { cancelCommand, getCommandInvocation, listCommandInvocations, listCommands } from "./commands/read-commands.ts";
import { sendCommand } from "./commands/send-command.ts";
import type { SsmCore } from "./core.ts";
import { listDocuments } from "./documents/list-documents.ts";
import {
  createDocument,
  deleteDocument,
  describeDocument,
  getDocument,
  updateDocument,
  updateDocumentDefaultVersion,
} from "./documents/operations.ts";
import { throttled } from "./errors.ts";
import { describeInstanceInformation } from "./nodes/instance-information.ts";
import { describeInstanceProperties } from "./nodes/instance-properties.ts";
import { getParameter, getParameters, putParameter } from "./parameters/operations.ts";
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from "./tags.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- each operation has the input of its own; the kernel has checked its shape
type SsmOperation = (core: SsmCore, input: any) => unknown;

const operations: Readonly<Record<string, SsmOperation>> = {
  AddTagsToResource: addTagsToResource,
  CancelCommand: cancelCommand,
  CreateDocument: createDocument,
  DeleteDocument: deleteDocument,
  DescribeDocument: describeDocument,
  DescribeInstanceInformation: describeInstanceInformation,
  DescribeInstanceProperties: describeInstanceProperties,
  GetCommandInvocation: getCommandInvocation,
  GetDocument: getDocument,
  GetParameter: getParameter,
  GetParameters: getParameters,
  ListCommandInvocations: listCommandInvocations,
  ListCommands: listCommands,
  ListDocuments: listDocuments,
  ListTagsForResource: listTagsForResource,
  PutParameter: putParameter,
  RemoveTagsFromResource: removeTagsFromResource,
  SendCommand: sendCommand,
  UpdateDocument: updateDocument,
  UpdateDocumentDefaultVersion: updateDocumentDefaultVersion,
};

export function ssmOperations(core: SsmCore): Readonly<Record<string, Operation>> {
  const bound = Object.fromEntries(
    Object.entries(operations).map(([name, operation]): [string, Operation] => [
      name,
      (input) => operation(core, input),
    ]),
  );
  const admit = sendCommandThrottle(core);
  return {
    ...bound,
    SendCommand: (input, call) => {
      if (core.dials.throttling && !admit()) throw throttled();
      return bound["SendCommand"]?.(input, call);
    },
  };
}

/** Lets calls through as the bucket of the dials allows; another size starts a new bucket. */
function sendCommandThrottle(core: SsmCore): () => boolean {
  let size = core.dials.sendCommandBucket;
  let bucket = new TokenBucket(size, core.clock.now());
  return () => {
    if (size !== core.dials.sendCommandBucket) {
      size = core.dials.sendCommandBucket;
      bucket = new TokenBucket(size, core.clock.now());
    }
    return bucket.take(1, core.clock.now());
  };
}
