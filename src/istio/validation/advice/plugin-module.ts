import { asString, type JsonPath } from '#base/json.ts';
import { parseGoUrl } from '../../api/go-url.ts';
import type { Resource } from '../../resource.ts';
import { replaceFix, type ValidationContext } from '../context.ts';
import { urlError } from '../webhook/wasm.ts';
import { pluginTexts, type PluginText } from './plugins.ts';

/** Where the module comes from: urls that pass and go wrong, versions, checksums, secrets. */
export function adviseModule(context: ValidationContext): void {
  for (const text of pluginTexts(context)) {
    const { resource, wasm, path } = text;
    const url = wasm === undefined ? undefined : asString(wasm['url']);
    if (wasm === undefined || url === undefined || url === '') continue;
    adviseUrl(context, resource, url, [...path, 'url']);
    adviseFetching(context, text, url);
    adviseSecret(context, text);
    if (wasm['verificationKey'] !== undefined) context.reportField('istio/verification-key', resource, [...path, 'verificationKey'], {});
  }
}

function adviseUrl(context: ValidationContext, resource: Resource, url: string, path: JsonPath): void {
  const withScheme = replaceFix(resource, path, `oci://${url}`, 'Put oci:// in front');
  const refused = urlError(url);
  const host = /^([\w.-]+):\d+(?:\/|$)/.exec(url)?.[1];
  if (refused !== undefined) {
    if (host !== undefined) context.report('istio/url-registry-port', resource, path, { host, url }, [withScheme]);
    return;
  }
  const parsed = parseGoUrl(url);
  if (parsed.url === undefined)
    return context.report('istio/url-dropped', resource, path, { url }, url.includes('://') ? [] : [withScheme]);
  if (parsed.url.scheme === 'file' && !url.startsWith('file://')) {
    const fix = replaceFix(resource, path, url.replace(/^file:\/*/i, 'file:///'), 'Write file:///');
    return context.report('istio/url-file-form', resource, path, { filename: url }, [fix]);
  }
  if (parsed.url.scheme === '') context.report('istio/url-no-scheme', resource, path, { url }, [withScheme]);
  const isRemote = parsed.url.scheme === 'http' || parsed.url.scheme === 'https' || parsed.url.scheme === 'oci';
  if (isRemote && (parsed.url.path === '' || parsed.url.path === '/') && parsed.url.opaque === '')
    context.report('istio/url-no-path', resource, path, { url });
}

function adviseFetching(context: ValidationContext, text: PluginText, url: string): void {
  const scheme = parseGoUrl(url).url?.scheme;
  if (scheme === 'file') adviseFile(context, text);
  else if (scheme === 'http' || scheme === 'https') adviseDownload(context, text, scheme);
  else if (scheme === 'oci' || scheme === '') adviseImage(context, text, url);
}

function adviseFile(context: ValidationContext, { resource, wasm, path }: PluginText): void {
  if ((asString(wasm?.['sha256']) ?? '') !== '') context.reportField('istio/sha256-of-file', resource, [...path, 'sha256'], {});
  if (wasm?.['imagePullPolicy'] !== undefined) context.reportField('istio/pull-policy-of-file', resource, [...path, 'imagePullPolicy'], {});
}

function adviseDownload(context: ValidationContext, { resource, wasm, path }: PluginText, scheme: string): void {
  if ((asString(wasm?.['sha256']) ?? '') !== '') return;
  context.report(scheme === 'http' ? 'istio/url-plain-http' : 'istio/sha256-missing', resource, [...path, 'url']);
}

function adviseImage(context: ValidationContext, { resource, wasm, path }: PluginText, url: string): void {
  if (/@sha256:[0-9a-f]{64}$/.test(url)) return;
  const tag = /:([\w][\w.-]*)$/.exec(url.slice(url.lastIndexOf('/') + 1))?.[1] ?? '';
  if (tag === '' || tag === 'latest') context.report('istio/image-latest', resource, [...path, 'url'], { url });
  else if (wasm?.['imagePullPolicy'] === 'Always') context.report('istio/pull-always', resource, [...path, 'imagePullPolicy']);
}

function adviseSecret(context: ValidationContext, { resource, wasm, path }: PluginText): void {
  const secret = asString(wasm?.['imagePullSecret']) ?? '';
  if (secret === '') return;
  const at = [...path, 'imagePullSecret'];
  const parts = secret.replace(/^kubernetes:\/\//, '').split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 1 && parts[0] !== resource.namespace) {
    const fix = replaceFix(resource, at, name, `Write ${name}`);
    context.report('istio/pull-secret-namespace', resource, at, { secret, namespace: resource.namespace }, [fix]);
  }
  const found = context.of('', 'Secret').find((one) => one.namespace === resource.namespace && one.name === name);
  if (found === undefined) return context.report('istio/pull-secret-absent', resource, at, { secret: `${resource.namespace}/${name}` });
  const type = asString(found.raw['type']) ?? 'Opaque';
  if (type !== 'kubernetes.io/dockerconfigjson')
    context.report('istio/pull-secret-type', resource, at, { secret: `${resource.namespace}/${name}`, type });
}
