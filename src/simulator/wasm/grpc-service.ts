import { bytesToByteString } from '#base/bytes.ts';
import { readFields } from './proto-reader.ts';

const ENVOY_GRPC = 1;
const CLUSTER_NAME = 1;

/** The cluster a guest names for gRPC: a serialised `config.core.v3.GrpcService`, or the bare name (envoy `Context::grpcCall`). */
export function grpcCluster(service: Uint8Array): string {
  const message = readFields(service)?.find(({ field }) => field === ENVOY_GRPC)?.bytes;
  const name = message === undefined ? undefined : readFields(message)?.find(({ field }) => field === CLUSTER_NAME)?.bytes;
  return bytesToByteString(name ?? service);
}
