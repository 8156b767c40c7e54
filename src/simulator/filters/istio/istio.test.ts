import { describe, expect, test } from 'vitest';
import { sendOne, valueOf } from '../../test-sidecar.ts';
import { decodeWorkload, encodeWorkload, workloadOf } from './workload.ts';

const node = {
  id: 'sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local',
  metadata: {
    NAME: 'web-1',
    NAMESPACE: 'shop',
    WORKLOAD_NAME: 'web',
    CLUSTER_ID: 'Kubernetes',
    LABELS: { app: 'web', version: 'v1', 'service.istio.io/canonical-name': 'web', 'service.istio.io/canonical-revision': 'v1' },
  },
};
const typed = (name: string, type: string, value: object = {}) => ({
  name,
  typed_config: { '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct', type_url: `type.googleapis.com/${type}`, value: { ...value } },
});
const stats = (value: object = {}) => typed('istio.stats', 'stats.PluginConfig', value);
const requestsTotal = (names: readonly string[]): string => names.find((name) => name.includes('istio_requests_total')) ?? '';

describe('peer metadata', () => {
  test('says the same after a journey', () => {
    const workload = workloadOf(node.metadata);
    expect(decodeWorkload(encodeWorkload(workload), [])).toEqual(workload);
  });

  test('the upstream is told who asks, and what it tells about itself does not reach the client', async () => {
    const filter = typed('istio.metadata_exchange', 'io.istio.http.peer_metadata.Config', {
      upstream_discovery: [{ istio_headers: {} }],
      upstream_propagation: [{ istio_headers: {} }],
    });
    const peer = encodeWorkload(workloadOf({ ...node.metadata, WORKLOAD_NAME: 'api' }));
    const trace = await sendOne({
      filters: [filter, stats()],
      upstream: { status: 200, headers: [['x-envoy-peer-metadata', peer]], body: 'ok' },
      sidecar: { node },
    });
    expect(valueOf(trace.upstream?.headers, 'x-envoy-peer-metadata-id')).toBe(node.id);
    expect(valueOf(trace.response?.headers, 'x-envoy-peer-metadata')).toBeUndefined();
    expect(requestsTotal(trace.metrics.map(({ name }) => name))).toContain('.destination_workload.api.');
  });
});

describe('metrics', () => {
  test('have the labels of the workload, the service and the answer', async () => {
    const trace = await sendOne(
      { filters: [stats()], upstream: { status: 503 }, sidecar: { node } },
      { headers: [[':authority', 'api.shop']] },
    );
    const name = requestsTotal(trace.metrics.map((metric) => metric.name));
    for (const part of [
      'reporter.source',
      'source_workload.web',
      'destination_service.api.shop',
      'response_code.503',
      'request_protocol.http',
    ])
      expect(name).toContain(part);
  });

  test('are changed by overrides: labels removed, replaced, added, metrics dropped', async () => {
    const metrics = [
      { tags_to_remove: ['source_app'], dimensions: { request_path: 'request.path', response_code: "'x'" } },
      { name: 'request_bytes', drop: true },
    ];
    const trace = await sendOne({ filters: [stats({ metrics })], sidecar: { node } }, { headers: [[':path', '/a']] });
    const names = trace.metrics.map(({ name }) => name);
    expect(requestsTotal(names)).toContain('.response_code.x.');
    expect(requestsTotal(names)).toMatch(/\.request_path\.\/a$/);
    expect(requestsTotal(names)).not.toContain('source_app');
    expect(names.filter((name) => name.includes('request_bytes'))).toEqual([]);
  });
});

test('ALPN is chosen by the protocol of the cluster', async () => {
  const filter = typed('istio.alpn', 'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig', {
    alpn_override: [{ upstream_protocol: 'HTTP11', alpn_override: ['istio-http/1.1', 'istio', 'http/1.1'] }],
  });
  const trace = await sendOne({ filters: [filter] });
  const told = trace.events.flatMap((event) => (event.kind === 'decision' && event.code === 'alpn' ? [event.text] : []));
  expect(told).toEqual(['TLS to upstream offers istio-http/1.1, istio, http/1.1']);
});
