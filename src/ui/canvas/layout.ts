import type { ListenerFilter } from '#envoy/listener.ts';
import type { Lane, LaneBand, LaneChain, LaneGap, LaneRow } from '#workspace/design.ts';
import type { LaneRoute, RouteTarget } from '#workspace/lane-route.ts';
import { heights, laneFlow, rowHeight, type FlowOptions } from './lane-flow.ts';
import { wiresOf, type Wire } from './wires.ts';

/** Everything the canvas draws, placed: pure arithmetic on the lane, tested by its numbers. */
export interface CanvasLayout {
  readonly nodes: readonly LayoutNode[];
  readonly wires: readonly Wire[];
  readonly rails: Rails;
  readonly width: number;
  readonly height: number;
  /** What the arrow keys walk, top to bottom: ids of rows, folds and slots. */
  readonly stops: readonly string[];
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type LayoutNode = { readonly id: string } & Rect & NodeContent;

type NodeContent =
  | { readonly kind: 'client' }
  | { readonly kind: 'listener'; readonly title: string; readonly filters: readonly ListenerFilter[]; readonly inline: boolean }
  | { readonly kind: 'chains-head'; readonly shown: number; readonly all: number }
  | { readonly kind: 'chain'; readonly chain: LaneChain }
  | { readonly kind: 'more-chains'; readonly hidden: number }
  | { readonly kind: 'band'; readonly band: LaneBand; readonly labelInside: boolean }
  | { readonly kind: 'row'; readonly row: LaneRow; readonly layer: 'network' | 'http' }
  | { readonly kind: 'fold'; readonly rows: readonly LaneRow[] }
  | { readonly kind: 'gap'; readonly gap: LaneGap; readonly position: number; readonly slot: boolean }
  | { readonly kind: 'frame' }
  /** In place of HTTP filters, where there are none. */
  | { readonly kind: 'note' }
  | { readonly kind: 'route'; readonly route: LaneRoute }
  | { readonly kind: 'upstream'; readonly target: RouteTarget };

/** The two rails beside the rows: request down on the left, response up on the right. */
export interface Rails {
  readonly request: number;
  readonly response: number;
  readonly top: number;
  readonly bottom: number;
}

export interface LayoutOptions extends Omit<FlowOptions, 'labelInside'> {
  /** Of the canvas, in its own pixels at zoom 1. */
  readonly width: number;
  readonly listenerTitle: string;
  readonly allChains: boolean;
}

/** Narrower than this everything stands in one column. */
export const COMPACT_BELOW = 560;

const SIDE = 196;
const CHAINS = 216;
const GUTTER = 92;
const COLUMN_SPACE = 40;
const INSET = 26;
const CHAINS_SHOWN = 5;
const CHAIN_HEIGHT = 50;

export function layoutLane(lane: Lane, options: LayoutOptions): CanvasLayout {
  const mode = options.width < COMPACT_BELOW ? 'compact' : options.width < 1120 ? 'standard' : 'wide';
  const nodes: LayoutNode[] = [];
  const side = mode === 'compact' ? Math.max(300, Math.min(520, options.width - 32)) : SIDE;
  const laneX = mode === 'compact' ? 0 : (mode === 'wide' ? SIDE + COLUMN_SPACE + CHAINS : SIDE) + GUTTER;
  const laneWidth = mode === 'compact' ? side : Math.round(Math.max(340, Math.min(640, options.width - laneX - 72)));

  let y = placeEntry(nodes, lane, options, side, mode === 'compact');
  const chainsAt = mode === 'wide' ? { x: SIDE + COLUMN_SPACE, y: 0, width: CHAINS } : { x: 0, y: y + 14, width: side };
  y = Math.max(y, placeChains(nodes, lane.chains, chainsAt, options.allChains, mode === 'compact' ? 1 : CHAINS_SHOWN));
  const laneTop = mode === 'compact' ? y + 30 : 18;
  const bottom = placeLane(nodes, lane, options, { x: laneX, y: laneTop, width: laneWidth, height: 0 }, mode === 'compact');

  return {
    nodes,
    wires: wiresOf(nodes, { mode, railX: laneX + 10, railTop: laneTop }),
    rails: { request: laneX + 10, response: laneX + laneWidth - 10, top: laneTop - 6, bottom: bottom.rails },
    width: laneX + laneWidth,
    height: Math.max(y, bottom.end),
    stops: nodes.filter((node) => node.kind === 'row' || node.kind === 'fold' || (node.kind === 'gap' && node.slot)).map((node) => node.id),
  };
}

/** Client and listener, one below the other; on a narrow canvas the listener filters stand in one line. */
function placeEntry(nodes: LayoutNode[], lane: Lane, { listenerTitle }: LayoutOptions, width: number, inline: boolean): number {
  nodes.push({ id: 'client', kind: 'client', x: 0, y: 0, width, height: 34 });
  const height = 32 + (inline ? 1 : Math.max(1, lane.listenerFilters.length)) * 25;
  nodes.push({ id: 'listener', kind: 'listener', title: listenerTitle, filters: lane.listenerFilters, inline, x: 0, y: 54, width, height });
  return 54 + height;
}

function placeChains(
  nodes: LayoutNode[],
  chains: readonly LaneChain[],
  at: { readonly x: number; readonly y: number; readonly width: number },
  all: boolean,
  few: number,
): number {
  const shown = all ? inOrder(chains) : shownChains(chains, few);
  nodes.push({ id: 'chains-head', kind: 'chains-head', shown: shown.length, all: chains.length, ...at, height: 22 });
  let y = at.y + 26;
  for (const chain of shown) {
    nodes.push({ id: `chain:${chain.index}`, kind: 'chain', chain, ...at, y, height: CHAIN_HEIGHT });
    y += CHAIN_HEIGHT + 8;
  }
  if (chains.length > few) {
    nodes.push({ id: 'more-chains', kind: 'more-chains', hidden: chains.length - shown.length, ...at, y, height: 26 });
    y += 34;
  }
  return y;
}

/** Envoy takes the most specific match, whatever the order; people look for those of the application first. */
function inOrder(chains: readonly LaneChain[]): readonly LaneChain[] {
  const rank = ({ http, port }: LaneChain): number => (http ? 0 : 2) + (port === undefined ? 1 : 0);
  return chains.toSorted((a, b) => rank(a) - rank(b));
}

/** The first few chains, the selected one always among them. */
export function shownChains(chains: readonly LaneChain[], few: number): readonly LaneChain[] {
  const first = inOrder(chains).slice(0, few);
  const selected = chains.find((chain) => chain.selected);
  return selected === undefined || first.includes(selected) ? first : [...first.slice(0, -1), selected];
}

/** Network filters, the connection manager as a frame around its HTTP filters, then route and upstream where the rails turn round. */
function placeLane(
  nodes: LayoutNode[],
  lane: Lane,
  options: LayoutOptions,
  at: Rect,
  labelInside: boolean,
): { rails: number; end: number } {
  const inner = { x: at.x + INSET, width: at.width - 2 * INSET };
  let y = at.y;
  for (const row of lane.networkFilters) {
    const gaps = lane.gaps.flatMap((gap, position) => (gap.layer === 'network' && gap.index === row.index ? [{ gap, position }] : []));
    for (const [nth, { gap, position }] of gaps.entries()) {
      // Phases that share one place stand one below the other, in the space that is there anyway.
      const height = heights.thinGap / gaps.length;
      const top = y - heights.thinGap + nth * height;
      nodes.push({ id: `gap:${position}`, kind: 'gap', gap, position, slot: false, ...inner, y: top, height });
    }
    nodes.push({ id: row.id, kind: 'row', layer: 'network', row, ...inner, y, height: rowHeight(row) });
    y += rowHeight(row) + heights.thinGap;
  }
  if (lane.rows.length > 0) {
    const top = y - heights.thinGap / 2;
    const flow = laneFlow(lane, { ...options, labelInside });
    for (const band of flow.bands) {
      nodes.push({ id: band.id, kind: 'band', band: band.band, labelInside, x: at.x, y: y + band.y, width: at.width, height: band.height });
    }
    for (const item of flow.items) {
      const rect = { ...inner, y: y + item.y, height: item.height };
      if (item.kind === 'row') nodes.push({ id: item.row.id, kind: 'row', layer: 'http', row: item.row, ...rect });
      else if (item.kind === 'fold') nodes.push({ id: item.id, kind: 'fold', rows: item.rows, ...rect });
      else nodes.push({ id: `gap:${item.position}`, kind: 'gap', gap: item.gap, position: item.position, slot: item.slot, ...rect });
    }
    nodes.push({ id: 'frame', kind: 'frame', x: at.x - 8, y: top, width: at.width + 16, height: flow.height + heights.thinGap + 4 });
    y += flow.height + heights.thinGap;
  }
  if (lane.rows.length === 0) {
    nodes.push({ id: 'note', kind: 'note', ...inner, y, height: 78 });
    y += 78 + heights.thinGap;
  }
  const rails = y + 22;
  const half = Math.floor((at.width - 28) / 2);
  nodes.push({ id: 'route', kind: 'route', route: lane.route, x: at.x, y: rails, width: half, height: 48 });
  nodes.push({
    id: 'upstream',
    kind: 'upstream',
    target: lane.route.target,
    x: at.x + at.width - half,
    y: rails,
    width: half,
    height: 48,
  });
  return { rails, end: rails + 48 };
}
