import { describe, expect, it } from 'vitest';
import { headerHistory } from './header-history.ts';
import type { HeaderHistory } from './header-history.ts';
import { filter, sendOne } from './test-sidecar.ts';
import type { Trace } from './trace.ts';

const setHeader = (side: 'request_mutations' | 'response_mutations', key: string, value: string) =>
  filter('http.header_mutation.v3.HeaderMutation', {
    mutations: { [side]: [{ append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } }] },
  });

function find(trace: Trace, direction: 'request' | 'response', name: string): HeaderHistory | undefined {
  return headerHistory(trace).find((history) => history.direction === direction && history.name === name);
}

describe('headerHistory', () => {
  it('tells which filter changed a header, and from what to what', async () => {
    const trace = await sendOne(
      { filters: [setHeader('request_mutations', 'team', 'one'), setHeader('request_mutations', 'team', 'two')] },
      { headers: [['team', 'zero']] },
    );
    const history = find(trace, 'request', 'team');
    expect(history?.first).toEqual(['zero']);
    expect(history?.last).toEqual(['two']);
    expect(history?.changes.map(({ filter: index, callback, before, after }) => [index, callback, before, after])).toEqual([
      [0, 'decodeHeaders', ['zero'], ['one']],
      [1, 'decodeHeaders', ['one'], ['two']],
    ]);
  });

  it('shows what Envoy itself adds on the way in and out', async () => {
    const trace = await sendOne({});
    expect(find(trace, 'request', 'x-forwarded-proto')?.changes).toMatchObject([{ filter: undefined, callback: 'receive', before: [] }]);
    const server = find(trace, 'response', 'server');
    expect(server?.changes).toMatchObject([{ filter: undefined, callback: 'send', before: [], after: ['envoy'] }]);
  });

  it('has a header that nobody touches without changes', async () => {
    const trace = await sendOne({}, { headers: [['x-plain', '1']] });
    expect(find(trace, 'request', 'x-plain')).toEqual({ direction: 'request', name: 'x-plain', first: ['1'], last: ['1'], changes: [] });
  });

  it('keeps the lines of one name apart', async () => {
    const append = filter('http.header_mutation.v3.HeaderMutation', {
      mutations: { request_mutations: [{ append: { header: { key: 'x-list', value: 'b' } } }] },
    });
    const trace = await sendOne({ filters: [append] }, { headers: [['x-list', 'a']] });
    expect(find(trace, 'request', 'x-list')?.last).toEqual(['a', 'b']);
  });

  it('follows the response from the upstream to the client', async () => {
    const trace = await sendOne({
      filters: [setHeader('response_mutations', 'x-color', 'red')],
      upstream: { status: 200, headers: [['x-color', 'blue']] },
    });
    const history = find(trace, 'response', 'x-color');
    expect([history?.first, history?.last]).toEqual([['blue'], ['red']]);
    expect(history?.changes).toMatchObject([{ filter: 0, callback: 'encodeHeaders' }]);
  });

  it('needs no events: then it knows the ends alone', async () => {
    const trace = await sendOne({ filters: [setHeader('request_mutations', 'team', 'one')], sidecar: { detail: 'none' } });
    expect(find(trace, 'request', 'team')?.changes).toMatchObject([{ callback: 'send', before: [], after: ['one'] }]);
  });
});
