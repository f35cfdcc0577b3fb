import manifest from "../package.json" with { type: "json" };

export const versionText = `muster ${manifest.version}\n`;
