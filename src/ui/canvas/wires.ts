import type { LayoutNode } from './layout.ts';

/** A line between two cards, as an SVG path in canvas coordinates. */
export interface Wire {
  readonly id: string;
  readonly d: string;
  /** The way this connection takes; the others lead to chains that were not chosen. */
  readonly active: boolean;
  readonly arrow: boolean;
}

interface WireContext {
  readonly mode: 'compact' | 'standard' | 'wide';
  readonly railX: number;
  readonly railTop: number;
}

const BUS = 12;

/** Client to listener, listener to each chain, the chosen chain to the head of the request rail, route to upstream. */
export function wiresOf(nodes: readonly LayoutNode[], { mode, railX, railTop }: WireContext): readonly Wire[] {
  const find = (id: string): LayoutNode | undefined => nodes.find((node) => node.id === id);
  const wires: Wire[] = [];
  const add = (id: string, d: string, active = true, arrow = true): void => void wires.push({ id, d, active, arrow });
  const [client, listener, route, upstream] = [find('client'), find('listener'), find('route'), find('upstream')];

  if (client !== undefined && listener !== undefined) {
    const x = client.x + client.width / 2;
    add('client', `M${x} ${client.y + client.height}V${listener.y - 2}`);
  }
  for (const node of nodes) {
    if (node.kind !== 'chain' || listener === undefined) continue;
    const middle = node.y + node.height / 2;
    const from = listener.y + 15;
    const d =
      mode === 'wide'
        ? elbow(listener.x + listener.width, from, node.x - 2, middle, node.x - 22)
        : bus(listener.x, from, middle, listener.x - BUS);
    add(node.id, d, node.chain.selected);
    if (!node.chain.selected) continue;
    if (mode === 'compact') add('lane', `M${railX} ${node.y + node.height}V${railTop - 8}`);
    else add('lane', intoRail(node.x + node.width, middle, railX, railTop));
  }
  if (route !== undefined && upstream !== undefined) {
    add('upstream', `M${route.x + route.width} ${route.y + route.height / 2}H${upstream.x - 2}`);
  }
  // The chosen way lies on top of the others.
  return wires.toSorted((a, b) => Number(a.active) - Number(b.active));
}

/** Across at one height, round a corner, and down or up to another, ending in the middle of the way at `turn`. */
function elbow(x1: number, y1: number, x2: number, y2: number, turn: number): string {
  if (Math.abs(y2 - y1) < 1) return `M${x1} ${y1}H${x2}`;
  const r = Math.min(6, Math.abs(y2 - y1) / 2);
  const down = y2 > y1 ? 1 : -1;
  return `M${x1} ${y1}H${turn - r}Q${turn} ${y1} ${turn} ${y1 + r * down}V${y2 - r * down}Q${turn} ${y2} ${turn + r} ${y2}H${x2}`;
}

/** Out of the left side of one card and into the left side of one below it. */
function bus(x: number, y1: number, y2: number, busX: number): string {
  return `M${x} ${y1}H${busX + 6}Q${busX} ${y1} ${busX} ${y1 + 6}V${y2 - 6}Q${busX} ${y2} ${busX + 6} ${y2}H${x - 2}`;
}

/** From the right side of the chosen chain up beside the lane and over onto the head of the request rail. */
function intoRail(x: number, y: number, railX: number, railTop: number): string {
  const turn = x + BUS;
  const top = railTop - 16;
  if (Math.abs(y - top) < 12) return `M${x} ${y}H${railX - 6}Q${railX} ${y} ${railX} ${y + 6}V${railTop}`;
  return `M${x} ${y}H${turn - 6}Q${turn} ${y} ${turn} ${y - 6}V${top + 6}Q${turn} ${top} ${turn + 6} ${top}H${railX - 6}Q${railX} ${top} ${railX} ${top + 6}V${railTop}`;
}
