import type { ByteString } from '#base/bytes.ts';
import { ConfigError } from '../../config-error.ts';
import { table } from '../../lua/codec.ts';
import { LuaState } from '../../lua/lua-state.ts';
import type { Proxy } from '../../proxy.ts';
import { bodyClass } from './methods/body-methods.ts';
import { publicKeyClass } from './methods/crypto-methods.ts';
import { handleClass } from './methods/handle-methods.ts';
import { headerClass } from './methods/header-methods.ts';
import { infoClasses } from './methods/info-methods.ts';
import { dynamicMetadataClass, metadataClass } from './methods/metadata-methods.ts';
import { metadataOfClass } from './methods/route-methods.ts';
import { statsClasses } from './methods/stats-methods.ts';
import { HostObjects } from './objects.ts';
import type { StreamRun } from './stream-run.ts';

interface AnyClass {
  readonly name: string;
  readonly cppName: string;
  readonly methods: Readonly<Record<string, unknown>>;
}

const classes: readonly AnyClass[] = [
  handleClass,
  headerClass,
  bodyClass,
  metadataClass,
  dynamicMetadataClass,
  metadataOfClass,
  publicKeyClass,
  ...infoClasses,
  ...statsClasses,
];
const cppNames: ReadonlyMap<string, string> = new Map(classes.map(({ name, cppName }) => [name, cppName]));

/** One source code with its Lua state, shared by all streams (envoy `PerLuaCodeSetup`). */
export class LuaScript {
  readonly state: LuaState;
  readonly objects = new HostObjects<StreamRun>();
  readonly handlesRequests: boolean;
  readonly handlesResponses: boolean;

  /** A `ConfigError` when the code cannot be loaded. */
  constructor(module: WebAssembly.Module, proxy: Proxy, code: ByteString) {
    this.state = new LuaState(module, { nowNs: () => proxy.loop.nowNs }, (operation, args) =>
      this.objects.call(operation, args, (name) => cppNames.get(name) ?? name),
    );
    for (const { name, methods } of classes) {
      const names = Object.keys(methods).filter((method) => !method.includes(' '));
      this.state.define(
        name,
        names.map((method) => (method === 'pairs' ? '__pairs' : method)),
      );
    }
    this.state.constants(
      'EnvoyTimestampResolution',
      table([
        ['MILLISECOND', 0],
        ['MICROSECOND', 1],
      ]),
    );
    this.state.environment(proxy.variables);
    const problem = this.state.run(code);
    if (problem !== undefined) throw new ConfigError(`script load error: ${problem}`);
    this.handlesRequests = this.state.has('envoy_on_request');
    this.handlesResponses = this.state.has('envoy_on_response');
    for (const [name, found, what] of [
      ['envoy_on_request', this.handlesRequests, 'requests'],
      ['envoy_on_response', this.handlesResponses, 'responses'],
    ] as const) {
      if (!found) {
        proxy.onLog?.({
          logger: 'lua',
          level: 2,
          message: `${name}() function not found. Lua filter will not hook ${what}.`,
          filter: undefined,
        });
      }
    }
    // One for the main thread, one for the worker.
    proxy.stats.gauge('lua.lua_vm_count').add(2n);
  }
}
