import type { CreateFleetResult, RequestLaunchTemplateData } from "@aws-sdk/client-ec2";

export interface LaunchTemplateRecord {
  readonly templateId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly defaultVersion: number;
  readonly versions: LaunchTemplateVersionRecord[];
}

export interface LaunchTemplateVersionRecord {
  readonly number: number;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly data: RequestLaunchTemplateData;
}

export interface FleetRecord {
  readonly fleetId: string;
  readonly createdAt: number;
  readonly instanceIds: readonly string[];
}

/** What a client token stands for. */
export interface TokenRecord {
  /** The arguments of the first request, in a canonical text. */
  readonly fingerprint: string;
  readonly instanceIds: readonly string[];
  /** What the first request was answered, when it was a fleet. */
  readonly fleet: CreateFleetResult | undefined;
}
