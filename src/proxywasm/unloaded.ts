import { Context } from './context.ts';
import type { Host, RootHost } from './host.ts';
import { PluginHandle } from './plugin-handle.ts';
import type { PluginSettings } from './plugin-settings.ts';
import { RootContext } from './root-context.ts';
import { Vm, type SharedServices } from './vm.ts';

/** A handle without a guest, for code that has not arrived: its VM is lost from the beginning (cpp-host `PluginHandle(nullptr, plugin)`). */
export function unloadedHandle(host: Host, shared: SharedServices, settings: PluginSettings, rootHost: RootHost): PluginHandle {
  const bytes = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const vm = new Vm({
    identity: { number: 0, thread: 'worker', vmId: settings.vmId },
    host,
    code: {
      info: {
        byteLength: bytes.length,
        abi: '0.2.1',
        higress: false,
        imports: [],
        exports: [],
        sections: [],
        functionCount: 0,
        memory: undefined,
      },
      module: new WebAssembly.Module(bytes),
      codeKey: '',
      names: undefined,
      offsetShift: 0,
    },
    abi: '0.2.1',
    settings,
    shared,
    makeVmContext: (owner) => new Context(owner, 0, ''),
    queueOwner: () => ({ notify: () => undefined }),
  });
  vm.failed = 'UnableToInitializeCode';
  const { name, rootId, vmId, pluginConfiguration } = settings;
  const root = new RootContext(vm, { name, rootId, vmId, configuration: pluginConfiguration }, rootHost);
  return new PluginHandle(vm, root, settings, () => undefined);
}
