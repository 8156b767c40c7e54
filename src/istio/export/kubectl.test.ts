import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { Proxy } from '../resource.ts';
import { kubectlCommands, type CommandId } from './kubectl.ts';

const documents: readonly JsonObject[] = [
  { apiVersion: 'extensions.istio.io/v1alpha1', kind: 'WasmPlugin', metadata: { name: 'auth', namespace: 'shop' } },
  { apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind: 'EnvoyExtensionPolicy', metadata: { name: 'ext' } },
];

const proxy: Proxy = {
  type: 'sidecar',
  name: 'cart-1',
  namespace: 'shop',
  labels: {},
  ip: '10.1.0.1',
  istioVersion: '1.31.0',
  metadata: {},
  workload: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
};

function command(id: CommandId, yaml: string, of: Proxy | undefined = proxy): string | undefined {
  return kubectlCommands({ documents, yaml, proxy: of }).find((one) => one.id === id)?.command;
}

test('a heredoc holds the text, whatever stands in it', () => {
  expect(command('apply', 'a: 1\n')).toBe("kubectl apply -f - <<'EOF'\na: 1\nEOF");
  expect(command('diff', 'a: |\n  x\nEOF')).toBe("kubectl diff -f - <<'EOF_'\na: |\n  x\nEOF\nEOF_");
});

test('resources are removed by their full names', () => {
  expect(command('delete', '')).toBe(
    'kubectl delete wasmplugins.extensions.istio.io auth -n shop\nkubectl delete envoyextensionpolicies.gateway.envoyproxy.io ext -n default',
  );
});

test('what to look at afterwards names the workload; without a proxy there is nothing to look at', () => {
  expect(command('verify-extensions', '')).toBe('istioctl proxy-config ecds deploy/cart.shop -o json');
  expect(command('logs', '', { ...proxy, workload: undefined })).toContain('kubectl logs -n shop cart-1 ');
  expect(kubectlCommands({ documents, yaml: '' }).map(({ id }) => id)).toEqual(['diff', 'dry-run', 'apply', 'analyze', 'delete']);
});
