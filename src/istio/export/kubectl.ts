import { asObject, asString, type JsonObject } from '#base/json.ts';
import type { Proxy } from '../resource.ts';

/** One command to run, with what it is for. `id` is stable, for texts in other languages. */
export interface ShellCommand {
  readonly id: CommandId;
  readonly about: string;
  readonly command: string;
}

export type CommandId = 'diff' | 'dry-run' | 'apply' | 'analyze' | 'verify-filters' | 'verify-extensions' | 'log-level' | 'logs' | 'delete';

export interface CommandInput {
  readonly documents: readonly JsonObject[];
  /** The documents as YAML text, as they will be applied. */
  readonly yaml: string;
  readonly proxy?: Proxy | undefined;
}

/** What to run, in order: look, try, apply, verify, take back. */
export function kubectlCommands(input: CommandInput): readonly ShellCommand[] {
  const heredoc = (command: string): string =>
    `${command} <<'${delimiter(input.yaml)}'\n${withNewline(input.yaml)}${delimiter(input.yaml)}`;
  return [
    { id: 'diff', about: 'What would change in the cluster', command: heredoc('kubectl diff -f -') },
    { id: 'dry-run', about: 'Ask the API server and the webhook, change nothing', command: heredoc('kubectl apply --dry-run=server -f -') },
    { id: 'apply', about: 'Apply', command: heredoc('kubectl apply -f -') },
    ...verification(input),
    { id: 'delete', about: 'Take it back', command: removal(input.documents) },
  ];
}

/** A word for the end of the heredoc that is no line of the text. */
function delimiter(yaml: string): string {
  const lines = new Set(yaml.split('\n'));
  let word = 'EOF';
  while (lines.has(word)) word = `${word}_`;
  return word;
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function verification(input: CommandInput): readonly ShellCommand[] {
  const { proxy, documents } = input;
  const namespaces = [...new Set(documents.map((document) => namespaceOf(document)))];
  const analyze = namespaces.map((namespace) => `istioctl analyze -n ${namespace}`).join('\n');
  const out: ShellCommand[] = [{ id: 'analyze', about: 'What istioctl thinks of the namespace', command: analyze }];
  if (proxy === undefined) return out;
  const pod = proxy.workload?.kind === 'Deployment' ? `deploy/${proxy.workload.name}` : proxy.name;
  const at = `${pod}.${proxy.namespace}`;
  out.push(
    {
      id: 'verify-filters',
      about: 'The HTTP filters of the proxy, in order',
      command: `istioctl proxy-config listener ${at} -o json | jq -r '.. | .httpFilters? // empty | .[].name' | uniq`,
    },
    { id: 'verify-extensions', about: 'What the proxy got for its plugins', command: `istioctl proxy-config ecds ${at} -o json` },
    { id: 'log-level', about: "Let the plugin's own log lines through", command: `istioctl proxy-config log ${at} --level wasm:debug` },
    { id: 'logs', about: 'Read them', command: `kubectl logs -n ${proxy.namespace} ${pod} -c istio-proxy -f | grep 'wasm log'` },
  );
  return out;
}

function namespaceOf(document: JsonObject): string {
  return asString(asObject(document['metadata'])['namespace']) ?? 'default';
}

/** Full resource names, so that kinds of the same name in other groups are not hit. */
function removal(documents: readonly JsonObject[]): string {
  return documents
    .map((document) => {
      const kind = (asString(document['kind']) ?? '').toLowerCase();
      const group = (asString(document['apiVersion']) ?? '').split('/')[0] ?? '';
      const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
      return `kubectl delete ${plural}.${group} ${asString(asObject(document['metadata'])['name']) ?? ''} -n ${namespaceOf(document)}`;
    })
    .join('\n');
}
