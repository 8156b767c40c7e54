import { anyMessage, type Shape } from './any-message.ts';
import { shapeOf } from './hints.ts';
import { add, policyNamespace, selector, type Plain, type World } from './world.ts';

/** WasmPlugins and TrafficExtensions with any field, Wasm and Lua. */
export function addAnyPlugins(world: World): void {
  const { chance } = world;
  for (let index = chance.int(0, 6); index > 0; index--) {
    const isWasm = chance.odds(0.65);
    const name = chance.pick(['auth', 'auth-v2', 'w', 'w7777', 'x1', 'x1-a', `plugin-${index}`]);
    const namespace = policyNamespace(world);
    const kind = isWasm ? 'WasmPlugin' : 'TrafficExtension';
    if (world.objects.some((object) => object['kind'] === kind && sameName(object['metadata'], name, namespace))) continue;
    const shape = shapeFor(world);
    const spec = anyMessage(shape, `istio.extensions.v1alpha1.${kind}`, isWasm ? ['url'] : [chance.pick(['wasm', 'lua'])]);
    add(world, 'extensions.istio.io/v1alpha1', kind, { name, namespace }, { spec: { ...spec, ...selector(world) } });
  }
}

function sameName(metadata: unknown, name: string, namespace: string): boolean {
  const known = metadata as { name: string; namespace: string };
  return known.name === name && known.namespace === namespace;
}

function shapeFor(world: World): Shape {
  const { chance } = world;
  const wasm = (): Plain => anyMessage(own, 'istio.extensions.v1alpha1.WasmConfig', ['url']);
  const base = shapeOf(world, 0.3);
  const own: Shape = {
    ...base,
    hints: {
      ...base.hints,
      url: () =>
        chance.pick([
          'oci://registry.example/p:1.0',
          'registry.example/p',
          'https://files.example/p.wasm',
          'file:///opt/p.wasm',
          'OCI://registry.example/Upper',
          'http://user:pw@files.example/a%20b.wasm?x=1#f',
          'registry:5000/img',
          '//x/y',
          '',
        ]),
      sha256: () => chance.pick(['a'.repeat(64), '']),
      imagePullSecret: () => chance.pick(['pull', 'kubernetes://other/secret', 'absent']),
      priority: () => chance.int(-3, 3),
      pluginName: () => 'named',
      'VmConfig.env': () => [
        { name: 'KEY', value: 'v' },
        { name: 'HOST', valueFrom: 'HOST' },
        ...(chance.odds(0.2) ? [{ name: 'KEY', value: 'again' }] : []),
      ],
      'TrafficSelector.ports': () => [{ number: chance.pick([80, 443, 8080, 8443, 9000, 9100, 31_400]) }],
      'WasmPlugin.TrafficSelector.ports': () => [{ number: chance.pick([80, 443, 8080, 8443, 9000, 9100, 31_400]) }],
      'TrafficExtension.wasm': wasm,
      'LuaConfig.inlineCode': () => chance.pick(['function envoy_on_request(h) end', '-- nothing', '']),
      'TrafficExtension.lua': () => ({ inlineCode: chance.pick(['function envoy_on_request(h) end', '-- nothing', '']) }),
      pluginConfig: () => chance.pick<Plain>([{ b: 1, a: { z: [1.5, 1e21, -0.0000001], y: '<&>' } }, {}, { text: 'ü\u2028' }, { n: null }]),
    },
  };
  return own;
}
