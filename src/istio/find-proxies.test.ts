import { expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { findProxies } from './find-proxies.ts';
import { readResources } from './read-resources.ts';

const proxiesOf = (text: string): string[] =>
  findProxies(readResources([parseYaml(text, 'mesh.yaml')]).resources).map(({ type, namespace, name }) => `${type} ${namespace}/${name}`);

const deployment = (name: string, labels: string, annotations = '{}'): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec: { template: { metadata: { labels: ${labels}, annotations: ${annotations} }, spec: { containers: [] } } }\n`;

test('a workload has a sidecar unless its pods say no', () => {
  const text = [deployment('cart', '{ app: cart }'), deployment('job', "{ app: job, sidecar.istio.io/inject: 'false' }")].join('---\n');
  expect(proxiesOf(text)).toEqual(['sidecar shop/cart']);
});

test('a workload is a gateway by its template or because a Gateway selects it', () => {
  const gateway =
    'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: gw, namespace: shop }\nspec: { selector: { istio: ingress } }\n';
  const text = [
    deployment('by-template', '{ app: a }', '{ inject.istio.io/templates: gateway }'),
    deployment('by-selector', '{ istio: ingress }'),
    gateway,
  ].join('---\n');
  expect(proxiesOf(text)).toEqual(['router shop/by-template', 'router shop/by-selector']);
});

test('Gateways of the Gateway API are deployed by istiod, by class', () => {
  const gateway = (name: string, className: string): string =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: ${name}, namespace: shop }\nspec: { gatewayClassName: ${className} }\n`;
  const text = [gateway('web', 'istio'), gateway('way', 'istio-waypoint'), gateway('other', 'nginx')].join('---\n');
  expect(proxiesOf(text)).toEqual(['router shop/web-istio', 'waypoint shop/way']);
});
