type Members = Readonly<Record<string, unknown>>;

/** Versions and aliases of state machines, which moto does not have. */
export interface MachineVersions {
  /** The answer to an operation on them; undefined for any other. */
  readonly answer: (operation: string, input: Members) => Members | undefined;
  /** To be told of what moto has done. */
  readonly heard: (operation: string, input: Members, answer: unknown) => void;
}

export function machineVersions(): MachineVersions {
  /** By the machine's ARN, the newest first, as AWS lists them. */
  const versions = new Map<string, readonly string[]>();
  const aliases = new Map<string, Members>();
  const answers: Readonly<Record<string, (input: Members) => Members>> = {
    ValidateStateMachineDefinition: () => ({ result: "OK", diagnostics: [], truncated: false }),
    ListStateMachineVersions: ({ stateMachineArn }) => ({
      stateMachineVersions: (versions.get(String(stateMachineArn)) ?? []).map((stateMachineVersionArn) => ({
        stateMachineVersionArn,
        creationDate: 0,
      })),
    }),
    CreateStateMachineAlias: (input) => {
      const [route] = input["routingConfiguration"] as readonly { readonly stateMachineVersionArn: string }[];
      const machine = route?.stateMachineVersionArn.split(":").slice(0, -1).join(":");
      const stateMachineAliasArn = `${machine}:${String(input["name"])}`;
      aliases.set(stateMachineAliasArn, { ...input, stateMachineAliasArn, creationDate: 0, updateDate: 0 });
      return { stateMachineAliasArn, creationDate: 0 };
    },
    DescribeStateMachineAlias: ({ stateMachineAliasArn: arn }) => aliases.get(String(arn)) ?? {},
    UpdateStateMachineAlias: (input) => {
      const arn = String(input["stateMachineAliasArn"]);
      aliases.set(arn, { ...aliases.get(arn), ...input });
      return { updateDate: 0 };
    },
    DeleteStateMachineAlias: ({ stateMachineAliasArn: arn }) => {
      aliases.delete(String(arn));
      return {};
    },
  };
  return {
    answer: (operation, input) => answers[operation]?.(input),
    heard: (operation, input, answer) => {
      if (operation !== "CreateStateMachine" && operation !== "UpdateStateMachine") return;
      if (input["publish"] !== true) return;
      const arn = String(input["stateMachineArn"] ?? (answer as Members)["stateMachineArn"]);
      const known = versions.get(arn) ?? [];
      versions.set(arn, [`${arn}:${known.length + 1}`, ...known]);
    },
  };
}
