import type { NodeProps } from '@xyflow/react';
import { memo, type ReactElement } from 'react';
import type { RouteTarget } from '#workspace/lane-route.ts';
import { Button } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages-context.ts';
import { useCanvas } from './canvas-context.ts';
import type { FlowNode } from './flow-nodes.ts';
import { shortName } from './short-name.ts';
import styles from './SideNodes.module.css';
import type { TraceOverlay } from './trace-overlay.ts';

type Props = NodeProps<FlowNode>;

export const ClientNode = memo(function ClientNode(): ReactElement {
  const { canvas: words } = useMessages();
  return (
    <div className={cx(styles.card, styles.client)}>
      <Icon name="globe" />
      <span>{words.client}</span>
      <small>{words.clientText}</small>
    </div>
  );
});

export const ListenerNode = memo(function ListenerNode({ data: { item } }: Props): ReactElement | null {
  const { canvas: words } = useMessages();
  if (item.kind !== 'listener') return null;
  return (
    <section className={styles.card} aria-label={`${words.listener} ${item.title}`}>
      <h2 className={styles.head}>
        {words.listener} <small>{item.title}</small>
      </h2>
      <ul className={item.inline ? styles.inline : styles.list}>
        {item.filters.length === 0 && <li className={styles.none}>{words.noListenerFilters}</li>}
        {item.filters.map((filter) => (
          <li key={filter.name} data-tip={filter.provenance.reasons[0]?.text ?? filter.name}>
            {shortName(filter.name)}
          </li>
        ))}
      </ul>
    </section>
  );
});

export const ChainsHeadNode = memo(function ChainsHeadNode({ data: { item } }: Props): ReactElement | null {
  const { canvas: words, chains } = useMessages();
  const { actions } = useWorkspace();
  if (item.kind !== 'chains-head') return null;
  return (
    <div className={styles.chainsHead}>
      <h2 className={styles.heading}>{words.chains(item.shown, item.all)}</h2>
      <button
        type="button"
        className={styles.find}
        aria-label={chains.open}
        data-tip={chains.open}
        onClick={() => actions.setView({ dialog: 'chains' })}
      >
        <Icon name="search" size={13} />
      </button>
    </div>
  );
});

export const ChainNode = memo(function ChainNode({ data: { item } }: Props): ReactElement | null {
  const { actions } = useWorkspace();
  if (item.kind !== 'chain') return null;
  const { title, match, selected, index } = item.chain;
  return (
    <button
      type="button"
      className={cx(styles.card, styles.chain, selected && styles.selected)}
      aria-pressed={selected}
      data-chain-card=""
      data-tip={match}
      onClick={() => actions.setView({ chain: index })}
    >
      <b>{title}</b>
      <span className={styles.match}>{match}</span>
    </button>
  );
});

export const MoreChainsNode = memo(function MoreChainsNode({ data: { item } }: Props): ReactElement | null {
  const { canvas: words } = useMessages();
  const canvas = useCanvas();
  const all = useSelect(canvas, (state) => state.allChains);
  if (item.kind !== 'more-chains') return null;
  return (
    <Button variant="ghost" size="small" className={styles.wide} onClick={() => canvas.setState({ allChains: !all })}>
      {all ? words.fewerChains : words.moreChains(item.hidden)}
    </Button>
  );
});

export const RouteNode = memo(function RouteNode({ data: { item } }: Props): ReactElement | null {
  const { canvas: words } = useMessages();
  const unreached = useUnreached();
  if (item.kind !== 'route') return null;
  const text = `${item.route.title} ${words.routeTarget(item.route.target)}`;
  return (
    <div className={cx(styles.card, styles.turn, unreached && styles.unreached)}>
      <small>{words.route}</small>
      <span className={styles.match} data-tip={text} data-tip-when="cut">
        {text}
      </span>
    </div>
  );
});

export const UpstreamNode = memo(function UpstreamNode({ data: { item } }: Props): ReactElement | null {
  const { canvas: words } = useMessages();
  const overlay = useSelect(useCanvas(), (state) => state.overlay);
  const unreached = useUnreached();
  if (item.kind !== 'upstream') return null;
  const text = upstreamText(words, item.target, overlay);
  return (
    <div className={cx(styles.card, styles.turn, unreached && styles.unreached)}>
      <small>{words.upstream}</small>
      <span className={styles.match} data-tip={text} data-tip-when="cut">
        <Icon name="server" size={13} /> {text}
      </span>
    </div>
  );
});

function upstreamText(words: Messages['canvas'], target: RouteTarget, overlay: TraceOverlay | undefined): string {
  if (overlay === undefined) return words.upstreamOf(target);
  if (!overlay.reachedUpstream) return words.notReached;
  const cluster = overlay.cluster ?? '';
  return overlay.status === undefined ? words.overlay.connected(cluster) : words.overlay.outcome(overlay.status, cluster);
}

/** A run is shown that never got to the upstream. */
function useUnreached(): boolean {
  return useSelect(useCanvas(), ({ overlay }) => overlay !== undefined && !overlay.reachedUpstream);
}
