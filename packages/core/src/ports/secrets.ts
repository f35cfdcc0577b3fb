/** Secrets Manager. Values are never read by Muster's functions: nodes read them with their own role. */
export interface Secrets {
  /** Whether it is there and not scheduled for deletion. */
  exists(id: string): Promise<boolean>;
  /** Makes a secret with a random password, unless it is there already. */
  generate(secret: {
    name: string;
    length: number;
    tags: Readonly<Record<string, string>>;
    description: string;
  }): Promise<void>;
  /** Deletes it for good; one that is gone already is fine. */
  destroy(name: string): Promise<void>;
}
