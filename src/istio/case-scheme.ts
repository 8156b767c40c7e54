import type { Resource } from './resource.ts';

/** Kinds by `group/version` that the Kubernetes client of istiod can hold (k8s.io/client-go `kubernetes/scheme`, and the CRDs istiod reads). */
const kinds: Readonly<Record<string, string | undefined>> = {
  v1:
    'Binding ComponentStatus ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume PersistentVolumeClaim Pod ' +
    'PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'batch/v1': 'CronJob Job',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'policy/v1': 'Eviction PodDisruptionBudget',
  'networking.k8s.io/v1': 'IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'multicluster.x-k8s.io/v1alpha1': 'ServiceExport ServiceImport',
};

/** Kinds of the Gateway API with the minor from which on istiod's client has them. */
const gatewayApi: Readonly<Record<string, Readonly<Record<string, number>> | undefined>> = {
  'gateway.networking.k8s.io/v1': {
    BackendTLSPolicy: 28,
    GRPCRoute: 22,
    Gateway: 20,
    GatewayClass: 20,
    HTTPRoute: 20,
    ListenerSet: 30,
    ReferenceGrant: 30,
    TLSRoute: 30,
    TCPRoute: 31,
    UDPRoute: 31,
  },
  'gateway.networking.k8s.io/v1beta1': { Gateway: 20, GatewayClass: 20, HTTPRoute: 20, ReferenceGrant: 20 },
  'gateway.networking.k8s.io/v1alpha2': { GRPCRoute: 20, ReferenceGrant: 20, TCPRoute: 20, TLSRoute: 20, UDPRoute: 20 },
  'gateway.networking.k8s.io/v1alpha3': { BackendTLSPolicy: 24, TLSRoute: 27 },
  'inference.networking.k8s.io/v1': { InferencePool: 28 },
  'gateway.networking.x-k8s.io/v1alpha1': { XBackendTrafficPolicy: 26, XListenerSet: 26, XMesh: 29 },
};

/** Go's words when the client cannot hold objects of that kind; nothing for kinds of Istio, which do not go through it. */
export function unregistered(resource: Resource, minor: number): string | undefined {
  const { apiVersion, kind, group } = resource;
  if (group.includes('.istio.io')) return undefined;
  const since = gatewayApi[apiVersion]?.[kind];
  const isKnown =
    since === undefined
      ? (kinds[apiVersion]?.split(' ').includes(kind) ?? (group.endsWith('.k8s.io') && gatewayApi[apiVersion] === undefined))
      : since <= minor;
  return isKnown ? undefined : `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`;
}
