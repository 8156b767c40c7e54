import { describe, expect, test } from 'vitest';
import { base64ToBytes } from '#base/bytes.ts';
import { asString, getIn } from '#base/json.ts';
import { configMapRoute } from './config-map.ts';
import { dockerCommands, dockerfile, layoutCommands } from './docker.ts';

const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe('configMapRoute', () => {
  test('the file is where the url says', () => {
    const route = configMapRoute('demo', 'shop', module);
    if (!route.ok) throw new Error(route.error.message);
    const { configMap, annotations, url, remarks } = route.value;
    expect(configMap).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'demo', namespace: 'shop' } });
    expect(base64ToBytes(asString(getIn(configMap, ['binaryData', 'demo.wasm'])) ?? '')).toEqual(module);
    expect(JSON.parse(annotations['sidecar.istio.io/userVolume'] ?? '')).toEqual([{ name: 'wasm-demo', configMap: { name: 'demo' } }]);
    expect(JSON.parse(annotations['sidecar.istio.io/userVolumeMount'] ?? '')).toEqual([
      { name: 'wasm-demo', mountPath: '/var/local/lib/wasm/demo', readOnly: true },
    ]);
    expect(url).toBe('file:///var/local/lib/wasm/demo/demo.wasm');
    expect(remarks).toHaveLength(2);
  });

  test('what kubectl apply cannot carry is said, what Kubernetes cannot hold is refused', () => {
    const large = configMapRoute('demo', 'shop', new Uint8Array(300_000));
    expect(large.ok && large.value.remarks.at(-1)).toContain('256 KiB');
    expect(configMapRoute('demo', 'shop', new Uint8Array(1 << 20)).ok).toBe(true);
    expect(configMapRoute('demo', 'shop', new Uint8Array((1 << 20) + 1))).toMatchObject({
      ok: false,
      error: { code: 'plugins/config-map-too-large' },
    });
  });
});

test('one COPY makes one layer; every command names the image', () => {
  expect(dockerfile('demo.wasm')).toBe('FROM scratch\nCOPY demo.wasm ./plugin.wasm\n');
  const reference = 'registry.example/demo:1.0.0';
  const commands = [...dockerCommands(reference), ...layoutCommands('demo.tar', '1.0.0', reference)];
  expect(commands.every(({ command, title }) => command.includes(reference) && title !== '')).toBe(true);
});
