import type { Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import { gatewayApiGroup } from './classes.ts';

/** The newest release of the Gateway API that we know; what a completed cluster is taken to have. */
export const newestGatewayApi = '1.6.0';

interface Kind {
  /** The release from which on istiod reads it (istio/istio `pkg/config/schema/gatewayapi/minimumversions.go`). */
  readonly release?: readonly [number, number];
  /** The minor of istiod from which on no switch has to be set. */
  readonly stable?: number;
  /** The API version istiod asks for, before and since it is stable. */
  readonly versions: readonly [string, string];
}

const usual: Kind = { versions: ['v1', 'v1'] };
const kinds: Readonly<Record<string, Kind | undefined>> = {
  GRPCRoute: { release: [1, 1], versions: ['v1', 'v1'] },
  TLSRoute: { release: [1, 5], stable: 30, versions: ['v1alpha2', 'v1'] },
  TCPRoute: { release: [1, 6], stable: 31, versions: ['v1alpha2', 'v1'] },
  ListenerSet: { stable: 30, versions: ['', 'v1'] },
  ReferenceGrant: { versions: ['v1beta1', 'v1beta1'] },
};

/** Objects of the Gateway API that istiod reads, oldest first. The API server hands out every version; in a given cluster each object has one. */
export function gatewayApiObjects(snapshot: Snapshot, kind: string): readonly Resource[] {
  const known = kinds[kind] ?? usual;
  const isStable = snapshot.minor.minor >= (known.stable ?? 0);
  if (!snapshot.features.on('PILOT_ENABLE_GATEWAY_API')) return [];
  if (!isStable && !snapshot.features.on('PILOT_ENABLE_ALPHA_GATEWAY_API')) return [];
  if (isStable && known.release !== undefined && !isRelease(snapshot.gatewayApi, known.release)) return [];
  const all = snapshot.list(gatewayApiGroup, kind);
  const wanted = `${gatewayApiGroup}/${known.versions[isStable ? 1 : 0]}`;
  return snapshot.cluster === 'completed' ? all : all.filter((resource) => resource.apiVersion === wanted);
}

function isRelease(given: string | undefined, [wantedMajor, wantedMinor]: readonly [number, number]): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(given ?? '') ?? [];
  if (major === undefined) return false;
  return Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
}
