import type { Node } from '@xyflow/react';
import { jsonEqual, type JsonValue } from '#base/json.ts';
import { sameRef } from '#envoy/provenance.ts';
import type { LaneRow } from '#workspace/design.ts';
import type { CanvasLayout, LayoutNode, Rails } from './layout.ts';
import type { Wire } from './wires.ts';

type FlowData = LayoutNode | { readonly id: 'backdrop'; readonly kind: 'backdrop'; readonly wires: readonly Wire[]; readonly rails: Rails };

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

/** Rows carry whole filters and are made anew with every edit; what counts is what one sees of them. */
function sameRow(a: LaneRow, b: LaneRow | undefined): boolean {
  return (
    b !== undefined &&
    a.id === b.id &&
    a.index === b.index &&
    a.title === b.title &&
    a.subtitle === b.subtitle &&
    a.kind === b.kind &&
    a.simulated === b.simulated &&
    a.problems === b.problems &&
    a.worst === b.worst &&
    a.filter.name === b.filter.name &&
    a.provenance.origin === b.provenance.origin &&
    a.provenance.phase === b.provenance.phase &&
    (a.resource === b.resource || sameRef(a.resource, b.resource)) &&
    'httpFilters' in a.filter === 'httpFilters' in b.filter &&
    ('disabled' in a.filter && a.filter.disabled) === ('disabled' in b.filter && b.filter.disabled)
  );
}

function sameNode(a: FlowNode, b: FlowNode): boolean {
  if (a.position.x !== b.position.x || a.position.y !== b.position.y || a.width !== b.width || a.height !== b.height) return false;
  const [old, now] = [a.data.item, b.data.item];
  if (old.kind === 'row' && now.kind === 'row') return old.layer === now.layer && sameRow(old.row, now.row);
  if (old.kind === 'fold' && now.kind === 'fold')
    return old.rows.length === now.rows.length && old.rows.every((row, i) => sameRow(row, now.rows[i]));
  return jsonEqual(old as unknown as JsonValue, now as unknown as JsonValue);
}
