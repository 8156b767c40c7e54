import { WasmResult } from '#proxywasm/abi.ts';
import type { ForeignResult, StreamView } from '#proxywasm/host.ts';
import type { PluginSettings } from '#proxywasm/plugin-settings.ts';
import type { Proxy } from '../../proxy.ts';
import type { DeclaredProperties } from '../declared-properties.ts';
import type { Expressions } from './expressions.ts';

/** Who calls a foreign function, and what lives as long as the caller does. */
export interface ForeignCaller {
  readonly proxy: Proxy;
  readonly settings: PluginSettings;
  readonly stream: StreamView | undefined;
  /** Of the root context. */
  readonly expressions: Expressions;
  /** Of the calling context itself. */
  readonly declared: DeclaredProperties;
}

/** A function of the embedder that guests call by name. */
export type ForeignFunction = (argument: Uint8Array, caller: ForeignCaller) => ForeignResult;

export const ok: ForeignResult = { status: WasmResult.Ok };
export const badArgument: ForeignResult = { status: WasmResult.BadArgument };
