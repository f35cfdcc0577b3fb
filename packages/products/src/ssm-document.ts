/** One document, to be created with TargetType {@link DOCUMENT_TARGET_TYPE}. */
export interface SsmDocument {
  /** Without the stack's prefix, such as `weka-prepare`. */
  readonly name: string;
  readonly content: SsmDocumentContent;
}

/** Without it a document runs on nothing. SSM API reference, CreateDocument. */
export const DOCUMENT_TARGET_TYPE = "/AWS::EC2::Instance";

/** SSM Command document, schema 2.2. */
export interface SsmDocumentContent {
  readonly schemaVersion: "2.2";
  readonly description: string;
  readonly parameters: Readonly<
    Record<
      string,
      {
        readonly type: "String";
        readonly description: string;
        readonly allowedPattern: string;
        /** The value becomes the variable `SSM_<name>`; needs SSM agent 3.3.2746.0. */
        readonly interpolationType: "ENV_VAR";
      }
    >
  >;
  readonly mainSteps: readonly {
    readonly action: "aws:runShellScript";
    readonly name: string;
    readonly precondition: { readonly StringEquals: readonly [string, string] };
    readonly inputs: { readonly timeoutSeconds: string; readonly runCommand: readonly string[] };
  }[];
}
