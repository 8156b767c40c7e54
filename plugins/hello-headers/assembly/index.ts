// Sets, adds and removes request and response headers: a Proxy-Wasm plugin without an SDK.

import './abort';
import { addHeader, allocate, HeaderMap, log, LogLevel, readConfiguration, removeHeader, setHeader } from './abi';
import { Changes, Config, readConfig } from './config';

/** One configuration for each root context: filters of one VM may differ. */
const configs = new Map<u32, Config>();
const rootOf = new Map<u32, u32>();

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: usize): usize {
  return allocate(size);
}

export function proxy_on_context_create(context: u32, root: u32): void {
  if (root != 0) rootOf.set(context, root);
}

export function proxy_on_configure(root: u32, size: u32): u32 {
  const config = readConfig(readConfiguration(size));
  if (config.error != '') {
    log(LogLevel.error, 'configuration refused: ' + config.error);
    return 0;
  }
  configs.set(root, config);
  log(LogLevel.info, 'configured: ' + describe('request', config.request) + ', ' + describe('response', config.response));
  return 1;
}

export function proxy_on_request_headers(context: u32, count: u32, endOfStream: u32): u32 {
  const config = configOf(context);
  if (config) apply(config.request, HeaderMap.request, 'request');
  return 0;
}

export function proxy_on_response_headers(context: u32, count: u32, endOfStream: u32): u32 {
  const config = configOf(context);
  if (config) apply(config.response, HeaderMap.response, 'response');
  return 0;
}

export function proxy_on_delete(context: u32): void {
  rootOf.delete(context);
  configs.delete(context);
}

function configOf(context: u32): Config | null {
  if (!rootOf.has(context)) return null;
  const root = rootOf.get(context);
  return configs.has(root) ? configs.get(root) : null;
}

function describe(name: string, changes: Changes): string {
  return changes.count.toString() + ' ' + name + ' header changes';
}

function apply(changes: Changes, map: u32, name: string): void {
  for (let i = 0; i < changes.removals.length; i++) removeHeader(map, changes.removals[i]);
  for (let i = 0; i < changes.settings.length; i++) setHeader(map, changes.settings[i].name, changes.settings[i].value);
  for (let i = 0; i < changes.additions.length; i++) addHeader(map, changes.additions[i].name, changes.additions[i].value);
  if (changes.count > 0) {
    log(
      LogLevel.info,
      name + ' headers: ' + changes.removals.length.toString() + ' removed, ' + changes.settings.length.toString() + ' set, ' + changes.additions.length.toString() + ' added',
    );
  }
}
