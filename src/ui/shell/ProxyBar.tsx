import type { ReactElement } from 'react';
import { proxyKey } from '#workspace/choose.ts';
import { laneChains } from '#workspace/lane.ts';
import { Select, type SelectOption } from '../kit/Select.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { istioMinors } from './istio-minors.ts';
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
  const { proxies, proxy } = useSelect(design, (state) => ({ proxies: state.proxies, proxy: state.proxy }));
  const options = proxies
    .map((item) => ({ value: proxyKey(item), label: shell.proxyOption(item.name, shell.proxyKind[item.type]), group: item.namespace }))
    .toSorted((a, b) => a.group.localeCompare(b.group));
  const change = (key: string): void => actions.setView({ proxy: key, listener: undefined, chain: undefined, selection: undefined });
  if (proxy === undefined) return <Nothing label={shell.proxy} text={shell.noProxy} />;
  return <Select label={shell.proxy} hideLabel compact value={proxyKey(proxy)} options={options} onChange={change} />;
}

function ChainSelect(): ReactElement {
  const { design, actions } = useWorkspace();
  const { shell } = useMessages();
  const { mesh, listener, lane } = useSelect(design, (state) => ({ mesh: state.mesh, listener: state.listener, lane: state.lane }));
  const options = (mesh?.listeners ?? []).flatMap((item): readonly SelectOption<string>[] =>
    laneChains(item, Number.NaN).map((chain) => ({
      value: `${chain.index} ${item.name}`,
      label: shell.chainOption(item.name, chain.title, chain.match),
      group: `${item.name} · ${item.address}`,
    })),
  );
  const change = (value: string): void => {
    const [, index = '', name = ''] = /^(-?\d+) (.*)$/.exec(value) ?? [];
    actions.setView({ listener: name, chain: Number(index), selection: undefined });
  };
  const selected = lane?.chains.find((chain) => chain.selected);
  if (listener === undefined || selected === undefined) return <Nothing label={shell.listener} text={shell.noListener} />;
  return <Select label={shell.chain} hideLabel compact value={`${selected.index} ${listener.name}`} options={options} onChange={change} />;
}

function IstioSelect(): ReactElement {
  const { view, actions } = useWorkspace();
  const { shell } = useMessages();
  const istio = useSelect(view, (state) => state.istio);
  const options = istioMinors.map((minor) => ({ value: minor, label: shell.istioOption(minor) }));
  return (
    <Select label={shell.istio} hideLabel compact value={istio} options={options} onChange={(minor) => actions.setView({ istio: minor })} />
  );
}

/** Keeps the place of a choice while there is nothing to choose from. */
function Nothing({ label, text }: { readonly label: string; readonly text: string }): ReactElement {
  return <Select label={label} hideLabel compact disabled value="" options={[{ value: '', label: text }]} onChange={() => undefined} />;
}
