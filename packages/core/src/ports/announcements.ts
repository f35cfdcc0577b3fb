/** Muster's own events on the account's bus, for users' rules: source `muster`. Best effort; never fails an operation. */
export interface Announcements {
  announce(event: { type: string; detail: Readonly<Record<string, unknown>> }): Promise<void>;
}
