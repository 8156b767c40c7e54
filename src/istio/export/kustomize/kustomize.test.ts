import { describe, expect, test } from 'vitest';
import { kustomizeFolder } from './folder.ts';

const plugin = `# ours
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: path # by the team
  namespace: demo
spec:
  url: oci://example.com/path:1
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: "{}"
  creationTimestamp: "2026-01-01T00:00:00Z"
  generation: 3
  name: httpbin
  namespace: demo
  resourceVersion: "77"
  uid: 0d1c
spec: {}
status:
  replicas: 1
`;

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: httpbin-1
  namespace: demo
  ownerReferences:
  - kind: ReplicaSet
    name: httpbin
`;

const texts = (files: readonly { readonly path: string; readonly text: string }[]): Record<string, string> =>
  Object.fromEntries(files.map(({ path, text }) => [path, text]));

describe('a workspace as a folder for kubectl apply -k', () => {
  test('texts stay as they are and are listed', () => {
    const { files, diagnostics } = kustomizeFolder([{ name: 'plugins.yaml', text: plugin }]);
    expect(texts(files)).toEqual({
      'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- plugins.yaml\n',
      'plugins.yaml': plugin,
    });
    expect(diagnostics).toEqual([]);
  });

  test('what the cluster wrote goes, emptied maps too', () => {
    const { files } = kustomizeFolder([{ name: 'deploy.yaml', text: deployment }]);
    expect(texts(files)['deploy.yaml']).toBe(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: httpbin\n  namespace: demo\nspec: {}\n',
    );
  });

  test('an object that a controller makes is left out and named', () => {
    const { files, diagnostics } = kustomizeFolder([{ name: 'all.yaml', text: `${plugin}---\n${pod}` }]);
    expect(texts(files)['all.yaml']).toBe(plugin);
    expect(diagnostics.map(({ code, args }) => [code, args])).toEqual([['istio/kustomize-left-out', { resource: 'Pod demo/httpbin-1' }]]);
  });

  test('the members of a List too', () => {
    const item = (text: string): string => text.replaceAll(/^/gm, '  ').replace(/^ {2}/, '- ').trimEnd();
    const list = `apiVersion: v1\nkind: List\nitems:\n${item(deployment)}\n${item(pod)}\n`;
    const { files } = kustomizeFolder([{ name: 'list.yaml', text: list }]);
    expect(texts(files)['list.yaml']).not.toMatch(/Pod|status|resourceVersion/);
    expect(texts(files)['list.yaml']).toContain('kind: Deployment');
  });

  test('a text without objects is kept aside', () => {
    const { files, diagnostics } = kustomizeFolder([{ name: 'envoy.yaml', text: 'static_resources: {}\n' }]);
    expect(files.map(({ path }) => path)).toEqual(['kustomization.yaml', 'other/envoy.yaml']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['istio/kustomize-not-listed']);
  });

  test('what kustomize would refuse is said: the same object twice, a broken text', () => {
    const { diagnostics } = kustomizeFolder([
      { name: 'a.yaml', text: plugin },
      { name: 'b.yaml', text: plugin },
      { name: 'c.yaml', text: `${deployment}---\nkind: [` },
    ]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['istio/kustomize-repeated', 'istio/kustomize-broken']);
  });

  test('names that would leave the folder, or collide, become paths of it', () => {
    const { files } = kustomizeFolder([
      { name: '../../x y.yaml', text: plugin },
      { name: 'X-Y.yaml', text: plugin.replace('name: path', 'name: other') },
      { name: 'stdin', text: plugin.replace('name: path', 'name: third') },
    ]);
    expect(files.map(({ path }) => path)).toEqual(['kustomization.yaml', 'x-y.yaml', 'X-Y-2.yaml', 'stdin.yaml']);
  });
});
