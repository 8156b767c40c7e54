import { asArray, asObject, asString, isArray, isObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { goNumber } from '../../api/go-json.ts';
import type { Resource } from '../../resource.ts';
import type { ValidationContext } from '../context.ts';
import { pluginTexts } from './plugins.ts';

/** What reaches the plugin: its configuration and its variables. */
export function adviseConfig(context: ValidationContext): void {
  for (const { resource, wasm, path } of pluginTexts(context)) {
    if (wasm === undefined) continue;
    const config = wasm['pluginConfig'];
    if (isObject(config) && Object.keys(config).length === 0) context.report('istio/config-empty', resource, [...path, 'pluginConfig']);
    else if (config !== undefined) adviseValue(context, resource, config, [...path, 'pluginConfig']);
    for (const [index, item] of asArray(asObject(wasm['vmConfig'])['env']).entries()) {
      if (isObject(item)) adviseVariable(context, resource, item, [...path, 'vmConfig', 'env', index]);
    }
  }
}

const secretKey =
  /(?:^|[_-])(?:password|passwd|secret|token|api_?key|private_?key|client_?secret|access_?key)$|(?:Password|Secret|Token|ApiKey|PrivateKey)$/;
const placeholder = /^$|^\$\{|^<.*>$|^\*+$|^x+$|^(?:changeme|example|todo)$/i;

function adviseValue(context: ValidationContext, resource: Resource, value: JsonValue, path: JsonPath): void {
  const key = path.at(-1);
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    context.report('istio/config-number', resource, path, { value: 'This number', becomes: goNumber(value) });
  }
  if (typeof value === 'string' && typeof key === 'string' && secretKey.test(key) && !placeholder.test(value)) {
    context.report('istio/config-secret', resource, path, { field: key });
  }
  if (isArray(value)) for (const [index, item] of value.entries()) adviseValue(context, resource, item, [...path, index]);
  if (isObject(value))
    for (const [name, item] of Object.entries(value)) if (item !== undefined) adviseValue(context, resource, item, [...path, name]);
}

/** Variables that the sidecar's pod template sets (istio/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml). */
const proxyVariables: ReadonlySet<string> = new Set([
  'PILOT_CERT_PROVIDER',
  'CA_ADDR',
  'POD_NAME',
  'POD_NAMESPACE',
  'INSTANCE_IP',
  'SERVICE_ACCOUNT',
  'HOST_IP',
  'ISTIO_CPU_LIMIT',
  'PROXY_CONFIG',
  'GOMEMLIMIT',
  'GOMAXPROCS',
  'TRUST_DOMAIN',
  'HOSTNAME',
  'PATH',
]);

function adviseVariable(
  context: ValidationContext,
  resource: Resource,
  variable: Readonly<Record<string, JsonValue | undefined>>,
  path: JsonPath,
): void {
  const name = asString(variable['name']) ?? '';
  const value = asString(variable['value']) ?? '';
  if (name.startsWith('ISTIO_META_')) context.report('istio/env-reserved', resource, [...path, 'name'], { name });
  else if (variable['valueFrom'] === 'HOST' && !proxyVariables.has(name))
    context.report('istio/env-host-unknown', resource, [...path, 'name'], { name });
  const isSecret = /(?:PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i.test(name);
  if (isSecret && variable['valueFrom'] !== 'HOST' && !placeholder.test(value))
    context.report('istio/env-secret', resource, [...path, 'value'], { name });
}
