import { expect, test } from 'vitest';
import { readProxyForm, type ProxyForm } from './describe-proxy.ts';

const form: ProxyForm = {
  type: 'sidecar',
  name: 'shop',
  namespace: 'demo',
  labels: 'app=shop, version=v1',
  ports: 'http 8080, tcp-db 5432',
};

test('labels and ports are read from one line each', () => {
  expect(readProxyForm(form)).toEqual({
    ok: true,
    value: {
      type: 'sidecar',
      name: 'shop',
      namespace: 'demo',
      labels: { app: 'shop', version: 'v1' },
      ports: [
        { name: 'http', port: 8080 },
        { name: 'tcp-db', port: 5432 },
      ],
    },
  });
});

test('a port without a name is TCP; a name is used once', () => {
  expect(readProxyForm({ ...form, ports: '80\n81, http:82 http-83' })).toMatchObject({ ok: false });
  expect(readProxyForm({ ...form, ports: '80, 81' })).toMatchObject({
    value: {
      ports: [
        { name: 'tcp', port: 80 },
        { name: 'tcp-81', port: 81 },
      ],
    },
  });
});

test('every field that cannot be read is named', () => {
  expect(readProxyForm({ type: 'sidecar', name: 'A b', namespace: '', labels: 'a=b=c', ports: 'http 99999' })).toEqual({
    ok: false,
    error: ['name', 'namespace', 'labels', 'ports'],
  });
  expect(readProxyForm({ ...form, ports: '' })).toEqual({ ok: false, error: ['ports'] });
  expect(readProxyForm({ ...form, type: 'waypoint', ports: '' })).toMatchObject({ ok: true });
});
