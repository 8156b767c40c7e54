import type { ReactElement } from 'react';
import { istioMinors } from '#workspace/istio-minors.ts';
import type { ProxySource } from '#workspace/proxy-source.ts';
import type { Listener } from '#envoy/listener.ts';
import { laneChains } from '#workspace/lane.ts';
import { Select, type SelectOption } from '../kit/Select.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './ProxyBar.module.css';

/** What one looks at: the proxy, one of its listeners and filter chains, and the istiod that builds them. */
export function ProxyBar(): ReactElement {
  const { shell } = useMessages();
  return (
    <div role="group" aria-label={shell.banner} className={styles.bar}>
      <ProxySelect />
      <ChainSelect />
      <IstioSelect />
    </div>
  );
}

function ProxySelect(): ReactElement {
  const { design, actions } = useWorkspace();
  const { shell } = useMessages();
  const { sources, source } = useSelect(design, (state) => ({ sources: state.sources, source: state.source }));
  const options = sources.map((item) => proxyOption(item, shell)).toSorted((a, b) => a.rank - b.rank || a.group.localeCompare(b.group));
  const change = (key: string): void => actions.setView({ proxy: key, listener: undefined, chain: undefined, selection: undefined });
  if (source === undefined) return <Nothing label={shell.proxy} text={shell.noProxy} />;
  return <Select label={shell.proxy} hideLabel compact value={source.key} options={options} onChange={change} />;
}

/** Proxies from resources by namespace, then the files that have their own listeners. */
function proxyOption(
  { key, kind, proxy, file }: ProxySource,
  shell: Messages['shell'],
): SelectOption<string> & { group: string; rank: number } {
  if (kind === 'resources')
    return { value: key, label: shell.proxyOption(proxy.name, shell.proxyKind[proxy.type]), group: proxy.namespace, rank: 0 };
  const label =
    kind === 'bootstrap' || proxy.namespace === '' ? (file?.name ?? '') : shell.proxyOption(proxy.name, shell.proxyKind[proxy.type]);
  return { value: key, label, group: shell.sourceKind[kind], rank: 1 };
}

function ChainSelect(): ReactElement {
  const { design, actions } = useWorkspace();
  const { shell } = useMessages();
  const { mesh, listener, lane } = useSelect(design, (state) => ({ mesh: state.mesh, listener: state.listener, lane: state.lane }));
  const all = mesh?.listeners ?? [];
  const shown = all.length <= listenersShown || listener === undefined ? all : around(all, listener);
  const options = shown.flatMap((item): SelectOption<string>[] =>
    laneChains(item, Number.NaN).map((chain) => ({
      value: `${chain.index} ${item.name}`,
      label: shell.chainOption(item.name, chain.title, chain.match),
      group: `${item.name} · ${item.address}`,
    })),
  );
  if (shown.length < all.length) options.push({ value: 'more', label: shell.moreListeners(all.length - shown.length), group: '…' });
  const change = (value: string): void => {
    if (value === 'more') return actions.setView({ dialog: 'palette' });
    const [, index = '', name = ''] = /^(-?\d+) (.*)$/.exec(value) ?? [];
    actions.setView({ listener: name, chain: Number(index), selection: undefined });
  };
  const selected = lane?.chains.find((chain) => chain.selected);
  if (listener === undefined || selected === undefined) return <Nothing label={shell.listener} text={shell.noListener} />;
  return <Select label={shell.chain} hideLabel compact value={`${selected.index} ${listener.name}`} options={options} onChange={change} />;
}

/** A list of thousands helps nobody: beyond this many, those next to the chosen one are offered, and the palette finds the others. */
const listenersShown = 300;

function around(all: readonly Listener[], chosen: Listener): readonly Listener[] {
  const from = Math.max(0, all.indexOf(chosen) - listenersShown / 2);
  return all.slice(from, from + listenersShown);
}

function IstioSelect(): ReactElement {
  const { view, design, actions } = useWorkspace();
  const { shell } = useMessages();
  const source = useSelect(design, (state) => state.source);
  const istio = useSelect(view, (state) => state.istio);
  if (source !== undefined && source.kind !== 'resources') {
    const { istioVersion } = source.proxy;
    return (
      <Nothing
        label={shell.istio}
        text={istioVersion === undefined || istioVersion === '' ? shell.noIstio : shell.istioOption(istioVersion)}
      />
    );
  }
  const options = istioMinors.map((minor) => ({ value: minor, label: shell.istioOption(minor) }));
  return (
    <Select label={shell.istio} hideLabel compact value={istio} options={options} onChange={(minor) => actions.setView({ istio: minor })} />
  );
}

/** Keeps the place of a choice while there is nothing to choose from. */
function Nothing({ label, text }: { readonly label: string; readonly text: string }): ReactElement {
  return <Select label={label} hideLabel compact disabled value="" options={[{ value: '', label: text }]} onChange={() => undefined} />;
}
