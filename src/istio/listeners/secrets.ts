import { asNumber, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, unlessDefault } from '../proto-json.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { lookUpProviderService } from '../registry/service-registry.ts';
import type { Snapshot } from '../snapshot.ts';

/** Where Envoy fetches certificates from (istio/istio `pilot/pkg/security/model/authentication.go`, `pkg/model/authentication.go`). */

function secret(name: string, clusterName: string, fields: { readonly authority?: string; readonly waits?: boolean } = {}): JsonObject {
  return {
    name,
    sdsConfig: message({
      apiConfigSource: {
        apiType: 'GRPC',
        grpcServices: [{ envoyGrpc: message({ clusterName, authority: unlessDefault(fields.authority) }) }],
        setNodeOnFirstMessageOnly: true,
        transportApiVersion: 'V3',
      },
      initialFetchTimeout: fields.waits === true ? '0s' : undefined,
      resourceApiVersion: 'V3',
    }),
  };
}

/** The agent in the pod serves the workload's own certificate (`default`) and root (`ROOTCA`) over a local connection. */
function agentSecret(name: 'default' | 'ROOTCA'): JsonObject {
  return secret(name, 'sds-grpc', { waits: true });
}

/** Files in the pod, which the agent, or a server beside it, reads again when they change. */
function fileSecret(proxy: ProxyView, name: string): JsonObject {
  return secret(name, proxy.metadata['file-credential'] === 'true' ? 'sds-files-grpc' : 'sds-grpc');
}

/** A certificate in files; without both paths that of the workload. */
export function certificateSecret(proxy: ProxyView, certificate: string, key: string): JsonObject {
  return certificate !== '' && key !== '' ? fileSecret(proxy, `file-cert:${certificate}~${key}`) : agentSecret('default');
}

/** Roots in a file; without a path those of the mesh. */
export function rootSecret(proxy: ProxyView, path: string): JsonObject {
  return path === '' ? agentSecret('ROOTCA') : fileSecret(proxy, `file-root:${path}`);
}

/** What the proxy shows to its peers: files it reports, else what the agent has. */
export function workloadCertificate(proxy: ProxyView): JsonObject {
  const { metadata } = proxy;
  return certificateSecret(proxy, asString(metadata['TLS_SERVER_CERT_CHAIN']) ?? '', asString(metadata['TLS_SERVER_KEY']) ?? '');
}

/** What the proxy checks its peers with. */
export function workloadRoot(proxy: ProxyView): JsonObject {
  return rootSecret(proxy, asString(proxy.metadata['TLS_SERVER_ROOT_CERT']) ?? '');
}

/** A credential by name; `builtin://` is the workload's own certificate, `sds://` an external server (`ConstructSdsSecretConfigForCredential`). */
export function credentialSecret(name: string, proxy: ProxyView, snapshot: Snapshot): JsonObject {
  if (name === 'builtin://') return agentSecret('default');
  if (name === 'builtin://-cacert') return agentSecret('ROOTCA');
  let plain = name;
  if (name.startsWith('sds://')) {
    if (proxy.metadata['credential'] === 'true') return secret(name, 'sds-external');
    plain = name.slice('sds://'.length);
    const provider = snapshot.mesh.extensionProviders.map((entry) => entry['sds']).find(isObject);
    const service = asString(provider?.['service']);
    const host = service === undefined ? undefined : lookUpProviderService(snapshot, service);
    if (host !== undefined) return secret(plain, `outbound|${asNumber(provider?.['port']) ?? 0}||${host}`, { authority: host });
  }
  const resource = /^(?:kubernetes|kubernetes-gateway|invalid|configmap|builtin):\/\//.test(plain) ? plain : `kubernetes://${plain}`;
  return { name: resource, sdsConfig: { ads: {}, resourceApiVersion: 'V3' } };
}
