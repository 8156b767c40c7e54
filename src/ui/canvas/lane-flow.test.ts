import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lane } from '../testing/lane.ts';
import { heights, laneFlow, type FlowItem, type FlowOptions } from './lane-flow.ts';

const plain: FlowOptions = { fold: false, open: new Set(), labelInside: false };

/** `regex [+] jwt (3: cors fault stats) router`: what one sees, top to bottom. */
function shown(items: readonly FlowItem[]): string {
  return items
    .map((item) => {
      if (item.kind === 'row') return item.row.title;
      if (item.kind === 'fold') return `(${item.rows.length}: ${item.rows.map((row) => row.title).join(' ')})`;
      return item.slot ? '[+]' : '·';
    })
    .join(' ');
}

describe('laneFlow', () => {
  test('has a gap at every place and one slot at the end of each band', () => {
    const flow = laneFlow(lane('meta AUTHN[regex@10 basic] jwt AUTHZ[] rbac router'), plain);
    expect(shown(flow.items)).toBe('· meta · regex · basic [+] jwt [+] rbac · router');
  });

  test('bands go round their plugins and slots and do not touch', () => {
    const { bands, items } = laneFlow(lane('AUTHN[a b] AUTHZ[] STATS[c] router'), plain);
    expect(bands.map(({ band }) => band.phase)).toEqual(['AUTHN', 'AUTHZ', 'STATS']);
    for (const [i, band] of bands.entries()) {
      const next = bands[i + 1];
      if (next !== undefined) expect(next.y).toBeGreaterThan(band.y + band.height);
      const inside = items.filter((item) => item.kind === 'gap' && item.gap.band === band.band.phase);
      expect(inside.every((item) => item.y >= band.y && item.y + item.height <= band.y + band.height)).toBe(true);
    }
  });

  test('folds a run of quiet built-ins, but never the last filter', () => {
    const flow = laneFlow(lane('meta AUTHN[a] grpc_stats fault cors stats router'), { ...plain, fold: true });
    expect(shown(flow.items)).toBe('· meta · a [+] (4: grpc_stats fault cors stats) · router');
  });

  test('two are not worth folding', () => {
    expect(shown(laneFlow(lane('AUTHN[a] fault cors router'), { ...plain, fold: true }).items)).toBe('· a [+] fault · cors · router');
  });

  test('what must be seen keeps its fold open', () => {
    const flow = laneFlow(lane('x fault cors stats router'), { ...plain, fold: true, open: new Set(['http:cors']) });
    expect(flow.items.some((item) => item.kind === 'fold')).toBe(false);
  });

  test('an inserted filter is never folded away', () => {
    expect(shown(laneFlow(lane('a b c !lua d e f router'), { ...plain, fold: true }).items)).toBe(
      '· (3: a b c) · lua · (3: d e f) · router',
    );
  });
});

const token = fc.oneof(fc.constantFrom('cors', 'fault', '!lua', 'AUTHN[]', 'AUTHZ[p q]', 'STATS[s]', 'none[]'));

test('items never overlap, keep the order of the chain, and end inside the height', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 30 }), fc.boolean(), (tokens, fold) => {
      const chain = lane([...tokens, 'router'].join(' '));
      const { items, height } = laneFlow(chain, { ...plain, fold });
      for (const [i, item] of items.entries()) {
        const before = items[i - 1];
        expect(item.y).toBeGreaterThanOrEqual(before === undefined ? 0 : before.y + before.height);
      }
      const last = items.at(-1);
      expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(height);
      const rows = items.flatMap((item) => (item.kind === 'row' ? [item.row] : item.kind === 'fold' ? item.rows : []));
      expect(rows).toEqual(chain.rows);
    }),
  );
});

test('a plugin is higher than a built-in', () => expect(heights.plugin).toBeGreaterThan(heights.builtIn));
