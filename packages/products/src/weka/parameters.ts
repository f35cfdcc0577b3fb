/**
 * Every parameter that WEKA's documents take: its meaning and the only values it may have. SSM checks the pattern with
 * Java's expressions in the API and with Go's RE2 on the node, so patterns use what both share, and are anchored.
 * Scripts see a parameter as `SSM_<name>`; `none` stands for "not there", since an empty value and a missing one look alike.
 */
export const PARAMETERS = {
  region: { pattern: "^[a-z]{2}(-[a-z]{2,10}){1,3}-[0-9]{1,2}$", description: "AWS region of the cluster." },
  version: {
    pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+(\\.[0-9]+)?(-[a-z0-9]+)?$",
    description: "WEKA release to install.",
  },
  tokenSecret: {
    pattern: "^[A-Za-z0-9/_+=.@:-]{1,512}$",
    description: "Name or ARN of the secret with the get.weka.io token.",
  },
  adminSecret: {
    pattern: "^[A-Za-z0-9/_+=.@:-]{1,512}$",
    description: "Name or ARN of the secret with the cluster's admin password.",
  },
  clusterName: { pattern: "^[a-z][a-z0-9-]{0,31}$", description: "Name of the cluster." },
  addresses: {
    pattern: "^[0-9]{1,3}(\\.[0-9]{1,3}){3}(,[0-9]{1,3}(\\.[0-9]{1,3}){3})*$",
    description: "Private addresses, separated by commas.",
  },
  driveCores: { pattern: "^[1-9][0-9]?$", description: "WEKA cores of the drives container." },
  computeCores: { pattern: "^[1-9][0-9]?$", description: "WEKA cores of the compute container." },
  frontendCores: { pattern: "^[0-9][0-9]?$", description: "WEKA cores of the frontend container; 0 for none." },
  computeMemory: { pattern: "^[0-9]{1,3}(\\.[0-9]{1,2})?GB$", description: "Memory of the compute container." },
  volumeGiB: { pattern: "^[1-9][0-9]{0,4}$", description: "Size of the volume for /opt/weka, GiB." },
  disks: { pattern: "^[1-9][0-9]?$", description: "NVMe instance-store disks of each backend." },
  data: { pattern: "^[0-9]{1,2}$", description: "Data drives of a stripe." },
  parity: { pattern: "^[0-9]$", description: "Parity drives of a stripe." },
  hotSpares: { pattern: "^[0-9]{1,3}$", description: "Servers whose room is kept free." },
  filesystem: {
    pattern: "^[A-Za-z0-9._][A-Za-z0-9._-]{0,31}$",
    description: "Filesystem to make or mount; none for none.",
  },
  filesystemBytes: { pattern: "^(all|[1-9][0-9]{0,17})$", description: "Its size in bytes, or all that is left." },
  mountPath: {
    pattern: "^(/[A-Za-z0-9_][A-Za-z0-9._-]*){1,8}$",
    description: "Where the filesystem is mounted.",
  },
  clientCores: { pattern: "^[1-9][0-9]?$", description: "WEKA cores of the client; none of them with UDP." },
  network: { pattern: "^(dpdk|udp|local)$", description: "How the mount reaches the backends; local: it is one." },
  proxy: {
    pattern: "^(none|https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/?)$",
    description: "HTTP proxy to the outside; none for none.",
  },
} as const satisfies Readonly<Record<string, ParameterDeclaration>>;

export interface ParameterDeclaration {
  /** An anchored pattern that the whole value must match. */
  readonly pattern: string;
  readonly description: string;
}

export type ParameterName = keyof typeof PARAMETERS;

/** What stands for "not there" in a parameter that may be left out. */
export const NONE = "none";

/** Which parameters each document takes: the one list that documents are built from and hooks are checked against. */
export const DOCUMENT_PARAMETERS = {
  "weka-prepare": [
    "region",
    "version",
    "tokenSecret",
    "driveCores",
    "computeCores",
    "frontendCores",
    "computeMemory",
    "volumeGiB",
    "disks",
    "proxy",
  ],
  "weka-form": [
    "region",
    "adminSecret",
    "clusterName",
    "addresses",
    "frontendCores",
    "disks",
    "data",
    "parity",
    "hotSpares",
    "filesystem",
    "filesystemBytes",
    "proxy",
  ],
  "weka-join": [
    "region",
    "adminSecret",
    "addresses",
    "driveCores",
    "computeCores",
    "frontendCores",
    "computeMemory",
    "disks",
  ],
  "weka-verify": ["region", "adminSecret", "addresses", "frontendCores", "disks", "filesystem"],
  "weka-mount": ["region", "addresses", "volumeGiB", "filesystem", "mountPath", "clientCores", "network"],
  "weka-unmount": ["mountPath"],
} as const satisfies Readonly<Record<string, readonly ParameterName[]>>;

export type DocumentName = keyof typeof DOCUMENT_PARAMETERS;

/** Exactly the parameters of one document. */
export type ParametersOf<D extends DocumentName> = Readonly<Record<(typeof DOCUMENT_PARAMETERS)[D][number], string>>;
