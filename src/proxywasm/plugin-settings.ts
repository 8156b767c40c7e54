import type { ByteString } from '#base/bytes.ts';
import type { VmSettings } from './vm.ts';

/** What a plugin is called inside a VM (envoy `PluginConfig`). */
export interface PluginIdentity {
  readonly name: ByteString;
  readonly rootId: ByteString;
  readonly vmId: ByteString;
  readonly configuration: Uint8Array;
}

export type FailurePolicy = 'FAIL_CLOSED' | 'FAIL_OPEN' | 'FAIL_RELOAD';

/** One `envoy.extensions.wasm.v3.PluginConfig`, decoded. */
export interface PluginSettings extends VmSettings {
  readonly name: ByteString;
  readonly rootId: ByteString;
  readonly pluginConfiguration: Uint8Array;
  /** Undefined or UNSPECIFIED: closed, unless `failOpen`. */
  readonly failurePolicy?: FailurePolicy | undefined;
  /** The deprecated `fail_open`. */
  readonly failOpen?: boolean | undefined;
  /** `reload_config.backoff.base_interval`; default 1000. */
  readonly reloadBackoffMs?: number | undefined;
  readonly allowOnHeadersStopIteration?: boolean | undefined;
}
