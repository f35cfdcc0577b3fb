/** WEKA needs this many backends on a cloud. docs.weka.io, AWS deployment types; 6.0 prerequisites. */
export const BACKENDS_MIN = 6;
/**
 * Muster's own: the addresses of all backends travel in one SSM command, of which content and parameters may have 64 KiB
 * together (SendCommand, API reference); 1,000 addresses take at most 16,000 bytes of it.
 */
export const BACKENDS_MAX = 1_000;

/** Data drives of a stripe. docs.weka.io, "Stripe width": 3 to 16, fixed when the cluster is formed. */
export const STRIPE_WIDTH_MIN = 3;
export const STRIPE_WIDTH_MAX = 16;
/** Protection levels that WEKA has, fixed when the cluster is formed. docs.weka.io, "Data protection". */
export const PARITY_LEVELS = [2, 4] as const;
export const PARITY_DEFAULT = 2;
/** Hot spares that WEKA sets by itself: one at the smallest size, two above it. docs.weka.io, `weka cluster hot-spare`. */
export const HOT_SPARES_AT_MINIMUM = 1;
export const HOT_SPARES_ABOVE_MINIMUM = 2;
/** Share of the protected capacity that is left after WEKA's own metadata. docs.weka.io, "SSD net storage capacity". */
export const NET_CAPACITY_SHARE = 0.9;
/** Members of the raft council without being told: enough for two failures. go-cloud-lib c594a17 sets 2P+1 above it. */
export const BUCKET_RAFT_DEFAULT = 5;

/** WEKA cores in one container, and on one server. docs.weka.io, "Prerequisites and compatibility". */
export const CONTAINER_CORES_MAX = 19;
export const SERVER_CORES_MAX = 64;
/** Memory of the compute container, in decimal GB. terraform-aws-weka 2cb7344 validates it. */
export const COMPUTE_MEMORY_GB_MAX = 384;

/** The volume at /opt/weka: a base, and traces for every core. terraform-aws-weka 2cb7344, variables.tf. */
export const WEKA_VOLUME_BASE_GIB = 48;
export const WEKA_VOLUME_GIB_PER_CORE = 10;
export const WEKA_VOLUME_DEVICE = "/dev/sdp";

/** A client of one core needs about this much memory. docs.weka.io, "Mount filesystems", client resources. */
export const CLIENT_MEMORY_GIB_MIN = 5;

/** The smallest filesystem. docs.weka.io, `weka fs create`: 1 GiB. */
export const FILESYSTEM_BYTES_MIN = 1_073_741_824;
/**
 * Filesystem names: letters, digits, `.`, `-` and `_`, 32 at most. docs.weka.io, "Manage filesystems using the CLI". No dash
 * first: a command line would take the name for an option.
 */
export const FILESYSTEM_NAME = /^[A-Za-z0-9._][A-Za-z0-9._-]{0,31}$/;
/** Where protocols keep their configuration; WEKA's own module makes it in every cluster. terraform-aws-weka 2cb7344. */
export const CONFIG_FILESYSTEM = ".config_fs";
export const CONFIG_FILESYSTEM_BYTES = 22_000_000_000;

/** Backends that a client, or a joiner, is told of: any of them lets it in. */
export const ENTRY_ADDRESSES_MAX = 10;

/** Ports of each container: 100 from its base port. docs.weka.io, "Required ports". */
export const CONTAINER_PORTS = 100;
export const DRIVES_PORT = 14_000;
export const COMPUTE_PORT = 15_000;
export const FRONTEND_PORT = 16_000;
