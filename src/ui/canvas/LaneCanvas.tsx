import { Background, MiniMap, ReactFlow, type NodeTypes } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactElement } from 'react';
import type { Lane } from '#workspace/design.ts';
import { cx } from '../kit/cx.ts';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { isSelected } from '../shell/chain-places.ts';
import { useApp } from '../shell/shell-context.ts';
import { useCanvas } from './canvas-context.ts';
import { CanvasControls } from './CanvasControls.tsx';
import styles from './LaneCanvas.module.css';
import { flowNodes, type FlowNode } from './flow-nodes.ts';
import { GapNode } from './GapNode.tsx';
import { BackdropNode, BandNode, FoldNode, FrameNode, NoteNode } from './LaneNodes.tsx';
import { COMPACT_BELOW, layoutLane, type CanvasLayout } from './layout.ts';
import { RowNode } from './RowNode.tsx';
import { ChainNode, ChainsHeadNode, ClientNode, ListenerNode, MoreChainsNode, RouteNode, UpstreamNode } from './SideNodes.tsx';
import { useCanvasKeys } from './use-canvas-keys.ts';
import { useDropZone } from './use-drop-zone.ts';
import { useOverlay } from './use-overlay.ts';
import { useViewport } from './use-viewport.ts';

const nodeTypes: NodeTypes = {
  backdrop: BackdropNode,
  frame: FrameNode,
  note: NoteNode,
  band: BandNode,
  row: RowNode,
  fold: FoldNode,
  gap: GapNode,
  client: ClientNode,
  listener: ListenerNode,
  'chains-head': ChainsHeadNode,
  chain: ChainNode,
  'more-chains': MoreChainsNode,
  route: RouteNode,
  upstream: UpstreamNode,
};

/** Above this many nodes only those in view are drawn, and the map is left out unless asked for. */
const MANY = 300;
const noEdges: [] = [];
const proOptions = { hideAttribution: false };

export function LaneCanvas({ lane }: { readonly lane: Lane }): ReactElement {
  const { canvas: words } = useMessages();
  const app = useApp();
  const ref = useRef<HTMLDivElement>(null);
  const size = useSize(ref);
  const layout = useLayout(lane, size.width);
  const nodes = useNodes(layout);
  const showsMap = useMap(layout, size);
  const dragging = useSelect(app.shell.drag.store, (drag) => drag !== undefined);
  const dropping = useSelect(app.shell.drag.store, (drag) => drag?.target !== undefined);

  useFoldAnew();
  useOverlay(lane, layout);
  useStop(layout, lane);
  useViewport(layout, size, ref);
  useDropZone(lane, layout, ref);
  const onKeyDown = useCanvasKeys(layout, ref);
  return (
    // The keys belong to the buttons inside; the group only hears them on their way up.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={ref}
      role="group"
      aria-label={words.name}
      aria-describedby="canvas-help"
      data-scope="chain"
      className={cx(styles.canvas, dragging && styles.dragging, dropping && styles.dropping)}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        // Tab may lead to what lies outside the view; a press moves nothing under the pointer.
        const node = event.target.matches(':focus-visible') ? event.target.closest<HTMLElement>('.react-flow__node') : null;
        if (node?.dataset['id'] !== undefined) app.shell.canvas()?.reveal(node.dataset['id']);
      }}
    >
      {size.width > 0 && (
        <ReactFlow<FlowNode>
          nodes={nodes as FlowNode[]}
          edges={noEdges}
          nodeTypes={nodeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          selectNodesOnDrag={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          zoomOnDoubleClick={false}
          panOnScroll
          zoomOnScroll={false}
          minZoom={0.1}
          maxZoom={2}
          onlyRenderVisibleElements={nodes.length > MANY}
          proOptions={proOptions}
        >
          <Background gap={16} size={1} color="var(--grid)" />
          {showsMap && (
            <MiniMap
              className={styles.map}
              pannable
              ariaLabel={words.miniMap}
              position="bottom-right"
              nodeColor={(node) => mapColour(node as FlowNode)}
              maskColor="color-mix(in srgb, var(--bg) 70%, transparent)"
              nodeBorderRadius={3}
            />
          )}
        </ReactFlow>
      )}
      <p id="canvas-help" className="visually-hidden">
        {words.help}
      </p>
      <CanvasControls compact={size.width < COMPACT_BELOW} />
    </div>
  );
}

function mapColour({ data: { item } }: FlowNode): string {
  if (item.kind === 'row')
    return item.row.kind === 'plugin' ? 'var(--accent)' : item.row.kind === 'envoy-filter' ? 'var(--amber)' : 'var(--line-strong)';
  if (item.kind === 'fold' || item.kind === 'chain' || item.kind === 'listener') return 'var(--line-strong)';
  return item.kind === 'band' ? 'var(--accent-soft)' : 'transparent';
}

/** Folding anew closes what was opened by hand. */
function useFoldAnew(): void {
  const { view } = useWorkspace();
  const canvas = useCanvas();
  useEffect(
    () =>
      view.subscribe((now, before) => {
        if (now.foldBuiltIns !== before.foldBuiltIns) canvas.setState({ open: new Set() });
      }),
    [canvas, view],
  );
}

function useLayout(lane: Lane, width: number): CanvasLayout {
  const { workspace } = useApp();
  const canvas = useCanvas();
  const fold = useSelect(workspace.view, (view) => view.foldBuiltIns);
  const title = useSelect(workspace.design, (design) => design.listener?.address ?? '');
  const { open, allChains } = useSelect(canvas, (state) => ({ open: state.open, allChains: state.allChains }));
  const selected = useSelect(workspace.view, (view) => lane.rows.find((row) => isSelected(row, view.selection))?.id);
  return useMemo(() => {
    const seen = selected === undefined || open.has(selected) ? open : new Set([...open, selected]);
    return layoutLane(lane, { width, fold, open: seen, allChains, listenerTitle: title });
  }, [lane, width, fold, open, allChains, title, selected]);
}

function useNodes(layout: CanvasLayout): readonly FlowNode[] {
  const [kept, setKept] = useState<{ readonly layout: CanvasLayout; readonly nodes: readonly FlowNode[] }>();
  if (kept?.layout === layout) return kept.nodes;
  const nodes = flowNodes(layout, kept?.nodes ?? []);
  setKept({ layout, nodes });
  return nodes;
}

/** Which stop Tab leads to: the one with the focus last, else the selected row, else the first. */
function useStop(layout: CanvasLayout, lane: Lane): void {
  const { workspace, shell } = useApp();
  const canvas = useCanvas();
  const focused = useSelect(shell.state, (state) => state.focus.rowId);
  const selected = useSelect(
    workspace.view,
    (view) => [...lane.rows, ...lane.networkFilters].find((row) => isSelected(row, view.selection))?.id,
  );
  const known = (id: string | undefined): id is string => id !== undefined && layout.nodes.some((node) => node.id === id);
  const stop = known(focused) ? focused : known(selected) ? selected : layout.stops[0];
  useEffect(() => canvas.setState({ stop }), [canvas, stop]);
}

/** The map helps with a chain that does not fit, where it covers nothing; asked for, it is always there. */
function useMap(layout: CanvasLayout, size: Size): boolean {
  const app = useApp();
  const canvas = useCanvas();
  const wanted = useSelect(app.shell.state, (state) => state.miniMap);
  const helps = layout.height > size.height && size.width - layout.width > 2 * 160 && layout.nodes.length <= MANY;
  const mapShown = wanted === 'on' || (wanted === 'auto' && helps);
  useEffect(() => canvas.setState({ mapShown }), [canvas, mapShown]);
  return mapShown;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function useSize(ref: { readonly current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const update = useEffectEvent((width: number, height: number) => {
    if (width !== size.width || height !== size.height) setSize({ width, height });
  });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => update(element.clientWidth, element.clientHeight));
    observer.observe(element);
    update(element.clientWidth, element.clientHeight);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
