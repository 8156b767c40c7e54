import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { utf8Bytes } from '#base/bytes.ts';
import { FakeProxy } from '#testing/fake-proxy.ts';
import { guestModule } from '#testing/guests.ts';
import type { HostTrace, LogLine, VmIdentity } from './host.ts';
import type { Plugin } from './plugin.ts';
import type { FailurePolicy, PluginSettings } from './plugin-settings.ts';
import { WasmRuntime } from './wasm-runtime.ts';

/*
 * What modules and plugins do while they are loaded, linked and started is decided in this room alone, so the recorded answers of the real
 * Envoy can be checked without a filter chain: `rejected` and `start` of every scenario whose plugins are this room's own guests.
 */

interface Recorded {
  readonly logs?: readonly { readonly level: string; readonly prefix?: string; readonly message?: string; readonly host?: string }[];
  readonly callbacks?: readonly unknown[];
}

interface ScenarioFile {
  readonly filters?: readonly { readonly typed_config: { readonly config: WasmConfig } }[];
  readonly expect: { readonly rejected?: string; readonly start?: Recorded & { readonly mainThread?: Recorded } };
}

interface WasmConfig {
  readonly name: string;
  readonly root_id: string;
  readonly configuration: { readonly value: string };
  readonly vm_config: {
    readonly vm_id: string;
    readonly configuration?: { readonly value: string };
    readonly code: { readonly local: { readonly filename: string } };
    readonly environment_variables?: { readonly host_env_keys?: readonly string[]; readonly key_values?: Record<string, string> };
  };
  readonly failure_policy?: FailurePolicy;
  readonly fail_open?: boolean;
  readonly capability_restriction_config?: { readonly allowed_capabilities: Record<string, unknown> };
}

const folder = new URL('../../conformance/envoy/scenarios/', import.meta.url);
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

/** Threads run beside each other in Envoy: what they share is in no certain order there. */
const racing = /shared_data|shared_queue|metric/;

describe('start as recorded from Envoy', () => {
  for (const file of readdirSync(folder).filter((name) => /^host-(start|module)-/.test(name))) {
    const scenario = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ScenarioFile;
    const configs = (scenario.filters ?? []).map(({ typed_config }) => typed_config.config).filter((config) => config !== undefined);
    // the embedder's part: variables of the process, and the check of the list
    if (configs.length === 0 || file.includes('environment-twice') || racing.test(JSON.stringify(configs))) continue;

    test(file.replace('.json', ''), async () => {
      const recorder = new Recorder();
      const runtime = new WasmRuntime(recorder);
      let rejected: string | undefined;
      const plugins: Plugin[] = [];
      for (const config of configs) {
        const made = runtime.createPlugin(settingsOf(config), await moduleOf(config), recorder, { mainThread: true });
        if (made.ok) plugins.push(made.value);
        else rejected = made.error.rejection;
        if (rejected !== undefined) break;
      }
      // one plugin refused: the whole listener goes, with what has been started for it
      if (rejected !== undefined) for (const plugin of plugins.toReversed()) plugin.shutdown();
      const { rejected: expectedRejection, start = {} } = scenario.expect;
      expect(rejected).toBe(expectedRejection);
      expect(recorder.seen('main')).toEqual(recorded(start.mainThread));
      if (rejected === undefined) expect(recorder.seen('worker')).toEqual(recorded(start));
    });
  }
});

/** Callbacks as `[name, arguments, result]` and lines, by thread. */
class Recorder extends FakeProxy {
  readonly #open: unknown[][] = [];
  readonly #callbacks: { vm: VmIdentity; call: unknown[] }[] = [];

  override readonly trace: HostTrace = {
    callback: (vm, _context, name, args) => {
      const call = [name, args];
      this.#open.push(call);
      this.#callbacks.push({ vm, call });
    },
    callbackDone: (_vm, _context, _name, result) => {
      const call = this.#open.pop();
      if (result !== undefined) call?.push(result);
    },
    hostCall: () => undefined,
  };

  seen(thread: VmIdentity['thread']): { logs: readonly string[]; callbacks: readonly unknown[] } {
    const logs = this.lines.filter(({ vm }) => (vm?.thread ?? 'main') === thread).map(lineText);
    return { logs, callbacks: this.#callbacks.filter(({ vm }) => vm.thread === thread).map(({ call }) => call) };
  }
}

function lineText({ level, from, prefix, message }: LogLine): string {
  return `${levels[level] ?? level} ${from === 'host' ? message : `[${prefix}] ${message}`}`;
}

function recorded({ logs = [], callbacks = [] }: Recorded = {}): { logs: readonly string[]; callbacks: readonly unknown[] } {
  return {
    logs: logs.map(
      ({ level, host, prefix = '', message = '' }) => `${level} ${host ?? `[${prefix}] ${Buffer.from(message).toString('latin1')}`}`,
    ),
    callbacks,
  };
}

function moduleOf({ vm_config }: WasmConfig): ReturnType<typeof guestModule> {
  return guestModule(vm_config.code.local.filename.replace('../../', '').replace('.wasm', ''));
}

function settingsOf(config: WasmConfig): PluginSettings {
  const { vm_config: vm } = config;
  const environment = Object.entries(vm.environment_variables?.key_values ?? {});
  if (vm.environment_variables?.host_env_keys?.includes('LAB_HOST_ENV') === true) environment.push(['LAB_HOST_ENV', 'from-host']);
  return {
    name: config.name,
    rootId: config.root_id,
    vmId: vm.vm_id,
    vmConfiguration: utf8Bytes(vm.configuration?.value ?? ''),
    environment,
    allowedCapabilities: Object.keys(config.capability_restriction_config?.allowed_capabilities ?? {}),
    pluginConfiguration: utf8Bytes(config.configuration.value),
    failurePolicy: config.failure_policy,
    failOpen: config.fail_open,
  };
}
