import type { StaticOperationSchema } from "@smithy/types";

/** One call: which operation, and what goes in. */
export interface AwsCommand {
  readonly operation: StaticOperationSchema;
  readonly input: object;
}

/**
 * What `commandBuilder.js` of every SDK client makes its command classes with. A command that needs more than its
 * operation (a middleware, an endpoint of its own) is refused: at the import of the bundle, so that no test can miss it.
 */
export function makeBuilder() {
  return (
    endpointParameters: Readonly<Record<string, EndpointParameter>>,
    middleware: () => readonly unknown[],
    name: string,
    operation: StaticOperationSchema,
  ) => {
    const traits = operation[3];
    if (middleware().length > 0) throw new Error(`${name} needs a middleware of the SDK, which bundles do not have`);
    if (typeof traits === "object" && "endpoint" in traits) throw new Error(`${name} has a host name of its own`);
    const choosers = endpointChoosers(name, endpointParameters);
    return class implements AwsCommand {
      readonly operation = operation;
      readonly input: object;

      constructor(input: Readonly<Record<string, unknown>> = {}) {
        const chooser = choosers.find((member) => input[member] !== undefined);
        if (chooser !== undefined) throw new Error(`${chooser} of ${name} chooses an endpoint, which bundles cannot`);
        this.input = input;
      }
    };
  };
}

/** Their second import; nothing of it is needed. */
export const getEndpointPlugin = undefined;

interface EndpointParameter {
  readonly type: string;
  /** The member of the input, where the type is `contextParams`. */
  readonly name?: string;
}

/** Members of the input that choose where it is sent. */
function endpointChoosers(command: string, parameters: Readonly<Record<string, EndpointParameter>>): string[] {
  return Object.entries(parameters).flatMap(([parameter, { type, name }]) => {
    // An account's own endpoint of DynamoDB: only for credentials that name their account, and those of Lambda do not.
    if (parameter.startsWith("ResourceArn")) return [];
    if (type !== "contextParams" || name === undefined)
      throw new Error(`${command} chooses its endpoint by ${parameter}, which bundles cannot`);
    return [name];
  });
}
