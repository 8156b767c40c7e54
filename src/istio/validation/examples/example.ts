/** Resources about which a rule speaks, at each place between « and ». */
export interface Example {
  readonly text: string;
  /** The Istio that reads them, `1.31` unless said. */
  readonly istio?: string;
}

const indent = (text: string, by: string): string => text.trim().replaceAll('\n', `\n${by}`);

function object(apiVersion: string, kind: string, metadata: string, spec: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\nspec:\n  ${indent(spec, '  ')}\n`;
}

/** A WasmPlugin with these lines of spec; the url is added where they have none. */
export function plugin(spec: string, metadata = '{ name: auth, namespace: shop }'): string {
  const url = /^«?url/m.test(spec) ? '' : 'url: oci://registry.example/auth:1.0\n';
  return object('extensions.istio.io/v1alpha1', 'WasmPlugin', metadata, url + spec.trim());
}

/** An EnvoyFilter with one patch. */
export function patch(lines: string, metadata = '{ name: extra, namespace: shop }'): string {
  const spec = `workloadSelector: { labels: { app: cart } }\npriority: 10\nconfigPatches:\n- ${indent(lines, '  ')}`;
  return object('networking.istio.io/v1alpha3', 'EnvoyFilter', metadata, spec);
}

/** An EnvoyFilter with these lines of spec. */
export function filter(spec: string, metadata = '{ name: extra, namespace: shop }'): string {
  return object('networking.istio.io/v1alpha3', 'EnvoyFilter', metadata, spec);
}

export function extension(spec: string): string {
  return object('extensions.istio.io/v1alpha1', 'TrafficExtension', '{ name: auth, namespace: shop }', spec);
}

/** Objects as one text. */
export function all(...objects: readonly string[]): string {
  return objects.join('---\n');
}

/** A Service whose ports lead to other numbers, and pods behind it. */
export const cart = all(
  object(
    'v1',
    'Service',
    '{ name: cart, namespace: shop }',
    'selector: { app: cart }\nports: [{ name: http, port: 80, targetPort: 8080 }]',
  ),
  object(
    'apps/v1',
    'Deployment',
    '{ name: cart, namespace: shop }',
    'selector: { matchLabels: { app: cart } }\ntemplate:\n  metadata: { labels: { app: cart } }\n  spec: { containers: [{ name: cart, image: cart:1 }] }',
  ),
);

/** The ingress gateway as Istio installs it, serving port 80. */
export const ingress = all(
  object(
    'v1',
    'Service',
    '{ name: istio-ingressgateway, namespace: istio-system }',
    'selector: { istio: ingressgateway }\nports: [{ name: http2, port: 80, targetPort: 8080 }]',
  ),
  object(
    'apps/v1',
    'Deployment',
    '{ name: istio-ingressgateway, namespace: istio-system }',
    'selector: { matchLabels: { istio: ingressgateway } }\ntemplate:\n  metadata: { labels: { istio: ingressgateway } }\n  spec: { containers: [{ name: istio-proxy, image: auto }] }',
  ),
  object(
    'networking.istio.io/v1',
    'Gateway',
    '{ name: public, namespace: istio-system }',
    "selector: { istio: ingressgateway }\nservers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }]",
  ),
);

/** A waypoint for services. */
export const waypoint = object(
  'gateway.networking.k8s.io/v1',
  'Gateway',
  '{ name: waypoint, namespace: shop, labels: { istio.io/waypoint-for: service } }',
  'gatewayClassName: istio-waypoint\nlisteners: [{ name: mesh, port: 15008, protocol: HBONE }]',
);
