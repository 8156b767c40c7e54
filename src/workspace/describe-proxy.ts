import { fail, ok, type Result } from '#base/result.ts';
import { describeProxy, type DescribedPort, type ProxyDescription } from '#istio/describe-proxy.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import type { Workspace } from './workspace.ts';

/** The form of a proxy that somebody describes, as it is typed. */
export interface ProxyForm {
  readonly type: ProxyDescription['type'];
  readonly name: string;
  readonly namespace: string;
  /** `app=shop, version=v1`; empty: a label made of the name. */
  readonly labels: string;
  /** `http 8080, tcp-db 5432`. */
  readonly ports: string;
}

/** What is wrong with a field of the form. */
export type ProxyFormProblem = 'name' | 'namespace' | 'labels' | 'ports';

/** Kubernetes' names of objects (RFC 1123 labels) and of labels (apimachinery util/validation `qualifiedNameFmt`). */
const objectName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelKey = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** Reads the form; the fields that cannot be read are named. */
export function readProxyForm(form: ProxyForm): Result<ProxyDescription, readonly ProxyFormProblem[]> {
  const labels = readLabels(form.labels);
  const ports = readPorts(form.ports);
  const problems: ProxyFormProblem[] = [];
  if (!objectName.test(form.name.trim())) problems.push('name');
  if (!objectName.test(form.namespace.trim())) problems.push('namespace');
  if (labels === undefined) problems.push('labels');
  if (ports === undefined || (ports.length === 0 && form.type !== 'waypoint')) problems.push('ports');
  if (problems.length > 0) return { ok: false, error: problems };
  return ok({ type: form.type, name: form.name.trim(), namespace: form.namespace.trim(), labels: labels ?? {}, ports: ports ?? [] });
}

function listed(text: string): readonly string[] {
  return text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readLabels(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = listed(text).map((part) => part.split(/\s*[=:]\s*/));
  const isGood = ([key = '', value = '', ...rest]: readonly string[]): boolean =>
    rest.length === 0 && labelKey.test(key) && labelValue.test(value);
  return pairs.every(isGood) ? Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value])) : undefined;
}

function readPorts(text: string): readonly DescribedPort[] | undefined {
  const ports: DescribedPort[] = [];
  for (const part of listed(text)) {
    const [, name = 'tcp', digits = ''] = /^(?:([a-z0-9][a-z0-9-]*)[\s:]+)?(\d{1,5})$/.exec(part) ?? [];
    const port = Number(digits);
    if (digits === '' || port < 1 || port > 65_535) return undefined;
    // Two ports of a Service may not share a name.
    const taken = ports.some((other) => other.name === name);
    ports.push({ name: taken ? `${name}-${port}` : name, port });
  }
  return ports;
}

/** Adds the objects of such a proxy as a file of the workspace, and looks at it. */
export function addDescribedProxy(workspace: Workspace, description: ProxyDescription): Result<{ readonly fileId: string }> {
  const { type, namespace, name } = description;
  const key = `${type} ${namespace}/${name}`;
  if (workspace.design.getState().sources.some((source) => source.key === key))
    return fail('proxy-there', `There is a proxy ${namespace}/${name} already.`, 'Choose another name.');
  const added = workspace.actions.addText(stringifyDocuments(describeProxy(description)), `${name}.yaml`);
  if (added.ok) workspace.actions.setView({ proxy: key, listener: undefined, chain: undefined });
  return added;
}
