import { bytesToBase64 } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import type { Failure, Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { Command } from './docker.ts';

/** Kubernetes refuses larger ConfigMaps (`ValidateConfigMap`, core/v1 `MaxSecretSize`). */
export const maxConfigMapBytes = 1 << 20;

/** `kubectl apply` keeps the whole object once more in an annotation, which may have this many bytes (`ValidateAnnotationsSize`). */
const maxAnnotationBytes = 256 << 10;

const mountPath = '/var/local/lib/wasm';

export interface ConfigMapRoute {
  /** The ConfigMap as a Kubernetes object. */
  readonly configMap: JsonObject;
  /** Pod template annotations that mount it into a sidecar. */
  readonly annotations: Readonly<Record<string, string>>;
  /** For gateways, whose injection template knows no such annotations: a patch of the Deployment's pod template. */
  readonly gatewayPatch: JsonObject;
  /** `spec.url` of the WasmPlugin. */
  readonly url: string;
  readonly commands: readonly Command[];
  /** What this way of shipping costs. */
  readonly remarks: readonly string[];
}

/**
 * Ships a module in a ConfigMap mounted into the proxies: no registry, no fetch, but a copy in etcd and a restart of the pods.
 * Fails for modules that are too large.
 */
export function configMapRoute(name: string, namespace: string, module: Uint8Array): Result<ConfigMapRoute, Failure> {
  const file = `${name}.wasm`;
  if (module.length > maxConfigMapBytes) {
    const megabytes = (module.length / (1 << 20)).toFixed(1);
    return fail(
      'plugins/config-map-too-large',
      `The module has ${megabytes} MiB; a ConfigMap holds at most 1 MiB.`,
      'Ship it as an image, or make it smaller (wasm-opt -Oz, stripping).',
    );
  }
  const volume = `wasm-${name}`;
  const base64 = bytesToBase64(module);
  const isTooLargeToApply = base64.length + 512 > maxAnnotationBytes;
  const mount = { name: volume, mountPath: `${mountPath}/${name}`, readOnly: true };
  const source = { name: volume, configMap: { name } };
  return ok({
    configMap: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, binaryData: { [file]: base64 } },
    annotations: {
      'sidecar.istio.io/userVolume': JSON.stringify([source]),
      'sidecar.istio.io/userVolumeMount': JSON.stringify([mount]),
    },
    gatewayPatch: { spec: { template: { spec: { containers: [{ name: 'istio-proxy', volumeMounts: [mount] }], volumes: [source] } } } },
    url: `file://${mountPath}/${name}/${file}`,
    commands: [
      { title: 'Create the ConfigMap from the file', command: `kubectl create configmap ${name} -n ${namespace} --from-file=${file}` },
      {
        title: 'Replace it with a new module',
        command: `kubectl create configmap ${name} -n ${namespace} --from-file=${file} --dry-run=client -o yaml | kubectl apply --server-side -f -`,
      },
      { title: 'Have the pods read it', command: `kubectl rollout restart deployment -n ${namespace}` },
    ],
    remarks: [
      'The ConfigMap must be in the namespace of each workload that mounts it.',
      'Envoy reads the file when the plugin is configured: after a change restart the pods.',
      ...(isTooLargeToApply
        ? [
            'Plain kubectl apply refuses this object, because it keeps a copy in an annotation of at most 256 KiB: use create, replace or apply --server-side.',
          ]
        : []),
    ],
  });
}
