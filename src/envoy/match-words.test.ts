import { describe, expect, test } from 'vitest';
import { matchInWords } from './match-words.ts';

describe('a filter chain match in words', () => {
  test.each([
    [undefined, 'everything else'],
    [{}, 'everything else'],
    [{ transportProtocol: 'raw_buffer' }, 'plain text'],
    [
      { destinationPort: 8080, transportProtocol: 'tls', applicationProtocols: ['istio-http/1.1', 'istio-h2'] },
      'dst port 8080 · TLS · ALPN istio-http/1.1, istio-h2',
    ],
    [{ serverNames: ['a.example', '*.b.example'] }, 'SNI a.example, *.b.example'],
    [
      {
        prefixRanges: [
          { addressPrefix: '10.0.0.0', prefixLen: 8 },
          { addressPrefix: '::1', prefixLen: 128 },
        ],
      },
      'dst 10.0.0.0/8, ::1',
    ],
    [{ prefixRanges: [{ addressPrefix: '0.0.0.0' }] }, 'dst 0.0.0.0/0'],
    [{ sourceType: 'EXTERNAL', sourcePorts: [1, 2] }, 'from other hosts · source port 1, 2'],
    [{ serverNames: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }, 'SNI a, b, c, d, e and 2 more'],
  ])('%j', (match, words) => {
    expect(matchInWords(match)).toBe(words);
  });

  test('nonsense is passed over', () => {
    expect(matchInWords({ destinationPort: 'x', serverNames: 7, prefixRanges: [null, 3] })).toBe('everything else');
  });
});
