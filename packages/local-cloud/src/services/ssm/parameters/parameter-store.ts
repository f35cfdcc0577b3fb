/** A parameter with all its versions, the newest last. */
export interface ParameterRecord {
  readonly name: string;
  readonly versions: ParameterVersion[];
  /** `aws:ec2:image` for the public ones that hold an image. */
  readonly dataType: string;
  readonly isPublic: boolean;
}

interface ParameterVersion {
  readonly value: string;
  readonly type: "String" | "StringList";
  readonly modifiedAt: number;
}

/** The account's own parameters, and AWS's public ones, which can only be read. */
export class ParameterStore {
  readonly parameters = new Map<string, ParameterRecord>();

  constructor(publicParameters: Readonly<Record<string, string>>, now: number) {
    for (const [name, value] of Object.entries(publicParameters)) {
      this.parameters.set(name, {
        name,
        versions: [{ value, type: "String", modifiedAt: now }],
        dataType: "aws:ec2:image",
        isPublic: true,
      });
    }
  }

  /** A name, or `name:version`; undefined when there is no such thing. */
  find(reference: string): { parameter: ParameterRecord; version: number; selector: string | undefined } | undefined {
    const colon = reference.lastIndexOf(":");
    const name = colon < 0 ? reference : reference.slice(0, colon);
    const parameter = this.parameters.get(name);
    if (parameter === undefined) return undefined;
    const selector = colon < 0 ? undefined : reference.slice(colon);
    const version = selector === undefined ? parameter.versions.length : Number(selector.slice(1));
    return parameter.versions[version - 1] === undefined ? undefined : { parameter, version, selector };
  }
}
