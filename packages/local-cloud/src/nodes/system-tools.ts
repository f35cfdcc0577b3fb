import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Ordinary tools that a node's scripts may call, where the machine has them. Nothing else is on a node's PATH: a script that
 * calls a command without a stand-in (say, one that formats disks) finds nothing, and never the machine's own.
 */
export const SYSTEM_TOOLS: readonly string[] = (
  "awk base64 basename cat chmod cp cut dirname env expr false grep head id ls mkdir mktemp mv printf readlink rm rmdir " +
  "sed seq sh sort tail tee touch tr true uname uniq wc xargs"
).split(" ");

/** Where the machine has a tool; undefined when it has not. */
export function findTool(name: string, path: string): string | undefined {
  return [...path.split(delimiter), ...USUAL_FOLDERS]
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((candidate) => existsSync(candidate));
}

/** Searched after PATH, which may be short where the cloud is started. */
const USUAL_FOLDERS = ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"];
