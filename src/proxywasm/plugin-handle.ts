import type { PluginSettings } from './plugin-settings.ts';
import type { RootContext } from './root-context.ts';
import type { Vm } from './vm.ts';

/**
 * A plugin that has been started in a VM (cpp-host `PluginHandleBase`). Filter configurations and streams hold it; when the last one lets
 * go, the root context is shut down.
 */
export class PluginHandle {
  readonly vm: Vm;
  readonly root: RootContext;
  readonly settings: PluginSettings;
  /** Of stream contexts: plugin name, root id, VM id. */
  readonly logPrefix: string;
  readonly #gone: (handle: PluginHandle) => void;
  #holders = 0;

  constructor(vm: Vm, root: RootContext, settings: PluginSettings, gone: (handle: PluginHandle) => void) {
    this.vm = vm;
    this.root = root;
    this.settings = settings;
    this.logPrefix = [settings.name, settings.rootId, settings.vmId].filter((part) => part !== '').join(' ');
    this.#gone = gone;
  }

  retain(): void {
    this.#holders++;
  }

  release(): void {
    if (--this.#holders === 0) this.#gone(this);
  }
}
