import { describe, expect, test } from 'vitest';
import type { LaneChain } from '#workspace/design.ts';
import { lane } from '../testing/lane.ts';
import { gapAt } from './gap-at.ts';
import { layoutLane, shownChains, type CanvasLayout, type LayoutOptions } from './layout.ts';
import { walk } from './walk.ts';

const chain = lane('meta AUTHN[regex@10 basic] jwt AUTHZ[] rbac none[] a b c router');
const options: LayoutOptions = { width: 1300, listenerTitle: '0.0.0.0:15006', fold: true, open: new Set(), allChains: false };

function node(layout: CanvasLayout, id: string): CanvasLayout['nodes'][number] {
  return layout.nodes.find((item) => item.id === id)!;
}

describe('layoutLane', () => {
  test.each([390, 700, 1000, 1300, 2400])('at %i px nothing but frames, bands and the lines behind lies on anything else', (width) => {
    const { nodes } = layoutLane(chain, { ...options, width });
    const solid = nodes.filter((item) => item.kind !== 'band' && item.kind !== 'frame');
    const overlaps = solid.flatMap((a, i) =>
      solid
        .slice(i + 1)
        .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
        .map((b) => `${a.id} × ${b.id}`),
    );
    expect(overlaps).toEqual([]);
  });

  test('reads from left to right when there is room: listener, chains, lane', () => {
    const layout = layoutLane(chain, options);
    expect(node(layout, 'listener').x).toBeLessThan(node(layout, 'chain:0').x);
    expect(node(layout, 'chain:0').x).toBeLessThan(node(layout, 'http:regex').x);
  });

  test('is one column on a phone, no wider than the screen', () => {
    const layout = layoutLane(chain, { ...options, width: 390 });
    expect(layout.width).toBeLessThanOrEqual(390);
    expect(node(layout, 'chain:0').y).toBeGreaterThan(node(layout, 'listener').y);
    expect(node(layout, 'http:regex').y).toBeGreaterThan(node(layout, 'chain:0').y);
  });

  test('the rails run beside the rows from above the first to the route and upstream', () => {
    const { rails, ...layout } = layoutLane(chain, options);
    const row = layout.nodes.find((item) => item.id === 'http:router')!;
    expect(rails.request).toBeLessThan(row.x);
    expect(rails.response).toBeGreaterThan(row.x + row.width);
    expect(rails.bottom).toBe(layout.nodes.find((item) => item.id === 'route')!.y);
  });

  test('stops are what one sees: rows, folds and slots in reading order', () => {
    expect(layoutLane(chain, options).stops).toEqual([
      'network:metadata_exchange',
      'network:http_connection_manager',
      'http:meta',
      'http:regex',
      'http:basic',
      'gap:3',
      'http:jwt',
      'gap:4',
      'http:rbac',
      'gap:5',
      'fold:http:a',
      'http:router',
    ]);
  });

  test('a chain without a connection manager shows its network filters and no frame', () => {
    const layout = layoutLane({ ...chain, rows: [], gaps: [], bands: [] }, options);
    expect(layout.nodes.some((item) => item.kind === 'frame')).toBe(false);
    expect(layout.stops).toEqual(['network:metadata_exchange', 'network:http_connection_manager']);
  });
});

describe('filter chains', () => {
  const chains = (count: number, selected: number): readonly LaneChain[] =>
    Array.from({ length: count }, (_, index) => ({
      index,
      title: `${index}`,
      match: '',
      http: true,
      port: undefined,
      selected: index === selected,
    }));

  test('shows the first few, the selected one always among them', () => {
    expect(shownChains(chains(40, 30), 5).map((item) => item.index)).toEqual([0, 1, 2, 3, 30]);
    expect(shownChains(chains(3, 1), 5)).toHaveLength(3);
  });

  test('those for the application come before what is left over', () => {
    const [blocked, rest, app] = chains(3, 1);
    const order = shownChains(
      [
        { ...blocked!, http: false, port: 15006 },
        { ...rest!, http: false },
        { ...app!, port: 80 },
      ],
      5,
    );
    expect(order.map((item) => item.index)).toEqual([2, 0, 1]);
  });

  test('says how many more there are, and shows all when asked', () => {
    const many = { ...chain, chains: chains(40, 0) };
    expect(node(layoutLane(many, options), 'more-chains')).toMatchObject({ hidden: 35 });
    expect(layoutLane(many, { ...options, allChains: true }).nodes.filter((item) => item.kind === 'chain')).toHaveLength(40);
  });

  test('one way is drawn as taken: client, its listener, the chosen chain, the lane, the upstream', () => {
    const { wires } = layoutLane({ ...chain, chains: chains(3, 1) }, options);
    expect(
      wires
        .filter((wire) => wire.active)
        .map((wire) => wire.id)
        .toSorted(),
    ).toEqual(['chain:1', 'client', 'lane', 'upstream']);
  });
});

describe('gapAt', () => {
  const layout = layoutLane(chain, options);
  test('is the nearest gap of the lane', () => {
    const slot = node(layout, 'gap:4');
    expect(gapAt(layout, { x: slot.x + 20, y: slot.y + 2 }, 'http')).toBe(4);
    const row = node(layout, 'http:regex');
    expect(gapAt(layout, { x: row.x, y: row.y + 2 }, 'http')).toBe(1);
    expect(gapAt(layout, { x: row.x, y: row.y + row.height - 2 }, 'http')).toBe(2);
  });
  test('is none far from the lane', () => {
    expect(gapAt(layout, { x: 0, y: 100 }, 'http')).toBeUndefined();
    expect(gapAt(layout, { x: node(layout, 'gap:4').x, y: 5000 }, 'http')).toBeUndefined();
  });
});

describe('walk', () => {
  const layout = layoutLane(chain, options);
  const from = (id: string, key: string): unknown => walk(layout.stops, id, key, layout);
  test.each([
    ['http:basic', 'ArrowDown', 'gap:3'],
    ['http:basic', 'ArrowUp', 'http:regex'],
    ['network:metadata_exchange', 'ArrowUp', 'network:metadata_exchange'],
    ['http:jwt', 'Home', 'network:metadata_exchange'],
    ['http:jwt', 'End', 'http:router'],
    ['gap:1', 'ArrowDown', 'http:regex'],
    ['gap:1', 'ArrowUp', 'http:meta'],
  ])('from %s by %s to %s', (id, key, to) => expect(from(id, key)).toEqual({ kind: 'stop', id: to }));
  test('left leads to the filter chains, other keys nowhere', () => {
    expect(from('http:jwt', 'ArrowLeft')).toEqual({ kind: 'chains' });
    expect(from('http:jwt', 'x')).toBeUndefined();
  });
});
