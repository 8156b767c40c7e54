import { useMemo, useState, type ReactElement } from 'react';
import type { Listener } from '#envoy/listener.ts';
import type { ChainVerdict } from '#simulator/listener/explain-chain.ts';
import { chooseFor, draftFor, type ConnectionDraft } from '#workspace/chain-choice.ts';
import type { LaneChain } from '#workspace/design.ts';
import { cx } from '../kit/cx.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Select } from '../kit/Select.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './ChainFinder.module.css';

/** A connection to be made up; the chain that takes it and, for every other one, the criterion at which it was out. */
export function ChainFinderDialog(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages();
  const listener = useSelect(workspace.design, (design) => design.listener);
  const close = (): void => workspace.actions.setView({ dialog: undefined });
  return (
    <Dialog title={messages.chains.title} closeLabel={messages.common.close} size="large" onClose={close}>
      {listener === undefined ? (
        <EmptyState icon="layers" title={messages.chains.noListener} text={messages.chains.noListenerText} />
      ) : (
        <Finder listener={listener} key={listener.name} />
      )}
    </Dialog>
  );
}

function Finder({ listener }: { readonly listener: Listener }): ReactElement {
  const workspace = useWorkspace();
  const { chains: texts } = useMessages();
  const selected = useSelect(workspace.design, (design) => design.lane?.chains.find((chain) => chain.selected)?.index);
  const [draft, setDraft] = useState(() =>
    draftFor(listener, selected === -1 ? listener.defaultFilterChain : listener.filterChains[selected ?? 0]),
  );
  const { chains, explanation } = useMemo(() => chooseFor(listener, draft), [listener, draft]);
  const nameOf = (index: number): string => chains.find((chain) => chain.index === index)?.title ?? '';
  const { chosen, steps } = explanation;
  return (
    <div className={styles.finder}>
      <p className={styles.about}>{texts.about(listener.name)}</p>
      <Fields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
      <p className={styles.result} role="status" data-testid="chain-taken">
        {chosen === undefined ? texts.none : texts.taken(nameOf(chosen))}
      </p>
      {steps.length > 0 && (
        <ol className={styles.way} aria-label={texts.way}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      <ul className={styles.list} aria-label={texts.list}>
        {chosenFirst(chains, chosen).map((chain) => (
          <ChainLine
            key={chain.index}
            chain={chain}
            verdict={explanation.verdicts.find(({ index }) => index === chain.index)}
            nameOf={nameOf}
            onOpen={() => workspace.actions.setView({ chain: chain.index, dialog: undefined })}
          />
        ))}
      </ul>
    </div>
  );
}

/** What is asked for stands where one looks first; the others keep the order of the listener. */
function chosenFirst(chains: readonly LaneChain[], chosen: number | undefined): readonly LaneChain[] {
  return [...chains.filter(({ index }) => index === chosen), ...chains.filter(({ index }) => index !== chosen)];
}

interface FieldsProps {
  readonly draft: ConnectionDraft;
  readonly onChange: (change: Partial<ConnectionDraft>) => void;
}

function Fields({ draft, onChange }: FieldsProps): ReactElement {
  const { chains: texts } = useMessages();
  return (
    <div className={styles.fields}>
      <TextField label={texts.port} value={draft.port} onChange={(port) => onChange({ port })} mono />
      <Select
        label={texts.transport}
        value={draft.tls ? 'tls' : 'plain'}
        options={[
          { value: 'plain', label: texts.plain },
          { value: 'tls', label: texts.tls },
        ]}
        onChange={(value) => onChange({ tls: value === 'tls' })}
      />
      <TextField
        label={texts.serverName}
        value={draft.serverName}
        onChange={(serverName) => onChange({ serverName })}
        disabled={!draft.tls}
        mono
      />
      <TextField
        label={texts.protocols}
        value={draft.protocols}
        onChange={(protocols) => onChange({ protocols })}
        placeholder={texts.protocolsHint}
        mono
      />
      <TextField label={texts.address} value={draft.address} onChange={(address) => onChange({ address })} mono />
      <TextField label={texts.source} value={draft.source} onChange={(source) => onChange({ source })} mono />
    </div>
  );
}

interface LineProps {
  readonly chain: LaneChain;
  readonly verdict: ChainVerdict | undefined;
  readonly nameOf: (index: number) => string;
  readonly onOpen: () => void;
}

function ChainLine({ chain, verdict, nameOf, onOpen }: LineProps): ReactElement {
  const { chains: texts } = useMessages();
  const isChosen = verdict?.kind === 'chosen';
  return (
    <li>
      <button
        type="button"
        className={cx(styles.chain, isChosen && styles.chosen)}
        onClick={onOpen}
        aria-current={isChosen ? 'true' : undefined}
      >
        <b>{chain.title}</b>
        <span className={styles.match}>{chain.match}</span>
        <span className={styles.why}>{verdict === undefined ? '' : wordsOf(verdict, texts, nameOf)}</span>
      </button>
    </li>
  );
}

function wordsOf(verdict: ChainVerdict, texts: Messages['chains'], nameOf: (index: number) => string): string {
  switch (verdict.kind) {
    case 'chosen':
      return texts.takes;
    case 'no-match':
      return texts.noMatch(verdict.criterion, verdict.value);
    case 'less-specific':
      return texts.lessSpecific(verdict.criterion, nameOf(verdict.than));
    default:
      return texts.notReached;
  }
}
