import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { detectFormat } from './detect-format.ts';

describe('texts', () => {
  test.each([
    ['{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump"}]}', 'config-dump'],
    ['Defaulted container "istio-proxy" out of: istio-proxy\n{\n "configs": [', 'config-dump'],
    ['{"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump","dynamic_listeners":[', 'config-dump'],
    ['[{"name":"virtualInbound","address":{},"filterChains":[', 'config-dump'],
    ['[{"name":"80","virtualHosts":[', 'config-dump'],
    ['{"ecdsFilters":[', 'config-dump'],
    ['configs:\n- "@type": type.googleapis.com/envoy.admin.v3.BootstrapConfigDump\n', 'config-dump'],
    ['- address:\n    socketAddress: {}\n  filterChains: []\n  name: x\n', 'config-dump'],
    ['{"cluster_statuses":[', 'config-dump'],
    ['{"static_resources":{"listeners":[', 'bootstrap'],
    ['# mine\nadmin:\n  address: {}\nstatic_resources:\n  listeners: []\n', 'bootstrap'],
    ['{"node":{"id":"x"},"dynamic_resources":{}}', 'bootstrap'],
    ['apiVersion: v1\nkind: Pod\n', 'kubernetes'],
    ['---\nkind: List\napiVersion: v1\nitems: []\n', 'kubernetes'],
    ['{"apiVersion":"v1","kind":"List","items":[', 'kubernetes'],
    ['', 'unknown'],
    ['hello', 'unknown'],
    ['{"a":1}', 'unknown'],
    ['[1,2]', 'unknown'],
    ['a: 1\n', 'unknown'],
  ])('%j', (text, format) => {
    expect(detectFormat(text)).toBe(format);
  });
});

test('real dumps', () => {
  const folder = new URL('../../conformance/config-dumps/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(detectFormat(readFileSync(new URL(name, folder), 'utf8'))).toBe('config-dump');
});
