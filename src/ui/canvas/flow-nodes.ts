import type { Node } from '@xyflow/react';
import { jsonEqual, type JsonValue } from '#base/json.ts';
import type { CanvasLayout, LayoutNode, Rails } from './layout.ts';
import type { Wire } from './wires.ts';

export type FlowData =
  | LayoutNode
  | { readonly id: 'backdrop'; readonly kind: 'backdrop'; readonly wires: readonly Wire[]; readonly rails: Rails };

export type FlowNode = Node<{ readonly item: FlowData }, FlowData['kind']>;

const depth: Readonly<Partial<Record<FlowData['kind'], number>>> = { frame: -4, band: -3, backdrop: -2, gap: 2 };
const untouchable: ReadonlySet<FlowData['kind']> = new Set(['backdrop', 'band', 'frame', 'client', 'chains-head']);

/**
 * React Flow's nodes for a layout. A node that is as it was keeps its identity, so only what changed is drawn again; nothing is
 * stored: the layout stays the truth.
 */
export function flowNodes(layout: CanvasLayout, before: readonly FlowNode[]): readonly FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const { wires, rails, width, height } = layout;
  const backdrop: FlowData = { id: 'backdrop', kind: 'backdrop', wires, rails };
  const nodes = [toNode(backdrop, { x: 0, y: 0, width, height }), ...layout.nodes.map((item) => toNode(item, item))];
  return nodes.map((node) => {
    const old = known.get(node.id);
    return old !== undefined && sameNode(old, node) ? old : node;
  });
}

function toNode(
  item: FlowData,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): FlowNode {
  return {
    id: item.id,
    type: item.kind,
    position: { x: box.x, y: box.y },
    width: box.width,
    height: box.height,
    zIndex: depth[item.kind] ?? 0,
    data: { item },
    style: { pointerEvents: untouchable.has(item.kind) ? 'none' : 'all' },
  };
}

function sameNode(a: FlowNode, b: FlowNode): boolean {
  if (a.position.x !== b.position.x || a.position.y !== b.position.y || a.width !== b.width || a.height !== b.height) return false;
  const [old, now] = [a.data.item, b.data.item];
  // Rows carry whole filters; the engine keeps what did not change, so identity is enough there.
  if (old.kind === 'row' && now.kind === 'row') return old.row === now.row && old.layer === now.layer;
  return jsonEqual(old as unknown as JsonValue, now as unknown as JsonValue);
}
