import { expect, test } from 'vitest';
import { lane } from '../testing/lane.ts';
import { flowNodes, type FlowNode } from './flow-nodes.ts';
import { layoutLane } from './layout.ts';

const options = { width: 1300, listenerTitle: '', fold: false, open: new Set<string>(), allChains: false };

function nodes(text: string, before: readonly FlowNode[] = []): readonly FlowNode[] {
  return flowNodes(layoutLane(lane(text), options), before);
}

test('what did not change keeps its identity, so that only the rest is drawn again', () => {
  const before = nodes('AUTHN[a@1 b] jwt router');
  const after = nodes('AUTHN[a@2 b] jwt router', before);
  const changed = after.filter((node, i) => node !== before[i]).map((node) => node.id);
  expect(changed).toEqual(['http:a']);
});

test('every node of the layout has its kind of node, its place and its size', () => {
  const layout = layoutLane(lane('AUTHN[a] router'), options);
  const flow = flowNodes(layout, []);
  expect(flow.map((node) => node.id)).toEqual(['backdrop', ...layout.nodes.map((node) => node.id)]);
  for (const node of layout.nodes) {
    expect(flow.find((item) => item.id === node.id)).toMatchObject({
      type: node.kind,
      position: { x: node.x, y: node.y },
      width: node.width,
      height: node.height,
    });
  }
});

test('ids are unique, even when filters of one name come twice', () => {
  const ids = nodes('AUTHN[] AUTHZ[] STATS[] none[] a router').map((node) => node.id);
  expect(new Set(ids).size).toBe(ids.length);
});
