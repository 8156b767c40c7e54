import type { Chance } from './chance.ts';
import type { Plain } from './world.ts';

const namespaces = ['shop', 'bank', 'istio-system'];

/** Pods, Deployments, Services and namespaces as analyzers look for them. */
export function clusterAround(chance: Chance): readonly Plain[] {
  const pods = chance.times(chance.int(0, 4), (index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${index}`,
      namespace: chance.pick(namespaces),
      labels: chance.pick<Plain>([
        { app: 'cart' },
        { app: 'cart', version: 'v1' },
        { istio: 'ingressgateway' },
        { app: 'web', 'gateway.networking.k8s.io/gateway-name': 'web' },
        { app: 'cart', 'sidecar.istio.io/inject': 'true' },
        {},
      ]),
      annotations: chance.odds(0.2) ? { 'ambient.istio.io/redirection': 'enabled' } : {},
    },
    spec: {
      hostNetwork: chance.odds(0.1),
      securityContext: chance.odds(0.1) ? { runAsUser: 1337 } : {},
      containers: [{ name: chance.pick(['app', 'istio-proxy']), image: 'x' }],
    },
  }));
  const deployments = chance.times(chance.int(0, 2), (index) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `deployment-${index}`, namespace: chance.pick(namespaces) },
    spec: {
      selector: { matchLabels: { app: 'cart' } },
      template: {
        metadata: { labels: { app: 'cart', version: 'v1' } },
        spec: { containers: [{ name: chance.pick(['app', 'istio-proxy']), image: 'x', ...user(chance) }] },
      },
    },
  }));
  const spaces = chance.some(namespaces, 0.6).map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: chance.pick<Plain>([
        {},
        { 'istio-injection': 'enabled' },
        { 'istio.io/dataplane-mode': 'ambient' },
        { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' },
        { 'istio.io/rev': 'canary', 'istio.io/dataplane-mode': 'ambient' },
      ]),
    },
  }));
  const services = chance.times(chance.int(0, 2), (index) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `more-${index}`, namespace: chance.pick(namespaces) },
    spec: {
      clusterIP: `10.9.9.${index + 1}`,
      selector: chance.pick([{ app: 'cart' }, { istio: 'ingressgateway' }]),
      ports: [
        { name: 'http', port: chance.pick([80, 8080]), targetPort: chance.pick([8080, 'http', 80]), protocol: chance.pick(['TCP', 'UDP']) },
      ],
    },
  }));
  return [...pods, ...deployments, ...spaces, ...services];
}

function user(chance: Chance): Plain {
  return chance.odds(0.2) ? { securityContext: { runAsUser: 1337 } } : {};
}
