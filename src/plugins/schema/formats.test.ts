import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from './formats.ts';

const cases: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  date: {
    good: ['2024-02-29', '2000-02-29', '2026-11-21'],
    bad: ['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '20261121'],
  },
  time: {
    good: ['12:30:00Z', '23:59:60Z', '00:59:60+01:00', '12:00:00.123-05:30'],
    bad: ['12:30:00', '24:00:00Z', '12:60:00Z', '12:00:60Z', '12:00Z'],
  },
  'date-time': {
    good: ['2026-11-21T12:30:00Z', '2026-11-21t12:30:00z'],
    bad: ['2026-11-21', '2026-11-21T12:30:00', '2026-11-31T12:30:00Z'],
  },
  duration: { good: ['PT30S', 'P1Y2M3DT4H5M6S', 'P4W'], bad: ['30s', 'P', 'PT', 'P1S', 'P1W2D'] },
  email: { good: ['ops@example.com', 'a+b@x'], bad: ['ops', '@x', 'a b@x'] },
  hostname: {
    good: ['a', 'api.example.com', 'xn--bcher-kva.example'],
    bad: ['', '-a', 'a-.b', 'a..b', 'a_b', `${'a'.repeat(64)}.b`, 'a.'],
  },
  ipv4: { good: ['192.0.2.1', '0.0.0.0', '255.255.255.255'], bad: ['256.1.1.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4.'] },
  ipv6: {
    good: ['::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.1'],
    bad: ['', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '12345::', '::1.2.3'],
  },
  uri: {
    good: ['https://example.com/a?b#c', 'urn:x:y', 'file:///a'],
    bad: ['/a', 'example.com', 'https://a b', 'http://x#a#b', 'http://x/%zz'],
  },
  'uri-reference': { good: ['', '/a', '../b?c#d'], bad: ['a b', '%', '#a#b'] },
  uuid: {
    good: ['123e4567-e89b-12d3-a456-426614174000'],
    bad: ['123e4567e89b12d3a456426614174000', '123e4567-e89b-12d3-a456-42661417400g'],
  },
  regex: { good: ['^/api/', '(a|b)*', ''], bad: ['(', '[a', '*a', '\\p{Nope}'] },
  'json-pointer': { good: ['', '/spec/url', '/a~1b~0'], bad: ['spec', '/a~2'] },
  byte: { good: ['', 'aGVsbG8=', 'YQ==', 'YWJj'], bad: ['a', 'aGVsbG8', 'a===', 'a b='] },
};

describe.each(Object.entries(formats))('%s', (name, format) => {
  test('its example is one', () => {
    expect(format.test(format.example)).toBe(true);
  });

  test('what is one, what is not', () => {
    const { good, bad } = cases[name] ?? { good: [], bad: [] };
    expect([...good, ...bad].length).toBeGreaterThan(2);
    expect(good.filter((text) => !format.test(text))).toEqual([]);
    expect(bad.filter((text) => format.test(text))).toEqual([]);
  });
});

test('addresses the platform makes are addresses', () => {
  fc.assert(fc.property(fc.ipV4(), (address) => formats['ipv4']?.test(address) === true));
  fc.assert(fc.property(fc.ipV6(), (address) => formats['ipv6']?.test(address) === true));
  fc.assert(fc.property(fc.uuid(), (id) => formats['uuid']?.test(id) === true));
  fc.assert(
    fc.property(fc.domain(), (name) => formats['hostname']?.test(name) === true),
    { numRuns: 30 },
  );
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => formats['uri']?.test(url) === true),
    { numRuns: 30 },
  );
});

test('no text takes for ever: with back-tracking these would not end', () => {
  for (const { test: isOne } of Object.values(formats)) {
    for (const text of ['a'.repeat(50_000), '1:'.repeat(20_000), '%41'.repeat(20_000), 'a.'.repeat(20_000), `${'0'.repeat(30_000)}Z`])
      expect(isOne(text)).toBeTypeOf('boolean');
  }
});
