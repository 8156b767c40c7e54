import { useMemo, useState, type ReactElement } from 'react';
import { formatPath } from '#base/json.ts';
import { placeText, subjectOf, valueText, type FoldedDifference } from '#envoy/diff/difference.ts';
import { compareConfigurations, compareSides, configurationOf, type CompareSide } from '#workspace/compare.ts';
import { upgradeBetween, type Upgrade } from '#workspace/upgrade.ts';
import { Badge } from '../kit/Badge.tsx';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { Select } from '../kit/Select.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import type { Messages } from '../messages/en.ts';
import { useMessages } from '../messages/messages-context.ts';
import { openFilePicker } from '../shell/add-files.ts';
import { useApp } from '../shell/shell-context.ts';
import styles from './Compare.module.css';
import { UpgradeLines } from './UpgradeLines.tsx';

/** More lines than this nobody reads. */
const shown = 250;

const noUpgrade: Upgrade = { landings: [], notes: [] };

/** With more listeners the first look is at the one in view. */
const manyListeners = 400;

/** What is in view against another source, by meaning: a dump against what istiod would build, two dumps, two versions of Istio. */
export function ComparePane(): ReactElement {
  const app = useApp();
  const { compare: words, panes } = app.messages;
  const { sources, source } = useSelect(app.workspace.design, (design) => ({ sources: design.sources, source: design.source }));
  const istio = useSelect(app.workspace.view, (view) => view.istio);
  const sides = useMemo(() => compareSides({ sources, source }, { istio }), [sources, source, istio]);
  const [chosen, setChosen] = useState<string>();
  const side = sides.find(({ key }) => key === chosen) ?? sides[0];
  if (side === undefined || source === undefined) {
    return (
      <EmptyState icon="layers" title={words.nothing} text={words.nothingText}>
        <Button icon="upload" onClick={() => openFilePicker(app)}>
          {panes.files.add}
        </Button>
      </EmptyState>
    );
  }
  return <Comparison sides={sides} side={side} onChoose={setChosen} />;
}

interface ComparisonProps {
  readonly sides: readonly CompareSide[];
  readonly side: CompareSide;
  readonly onChoose: (key: string) => void;
}

function Comparison({ sides, side, onChoose }: ComparisonProps): ReactElement {
  const workspace = useWorkspace();
  const { compare: words, shell } = useMessages();
  const design = useSelect(workspace.design, ({ mesh, listener, resources, source }) => ({ mesh, listener, resources, source }));
  const types = useSelect(workspace.vocabulary, (vocabulary) => vocabulary.types);
  const istio = useSelect(workspace.view, (view) => view.istio);
  const [scope, setScope] = useState<'listener' | 'all'>((design.mesh?.listeners.length ?? 0) > manyListeners ? 'listener' : 'all');
  const other = useMemo(() => configurationOf(side, design.resources, types), [side, design.resources, types]);
  const only = scope === 'listener' ? design.listener?.name : undefined;
  const found = useMemo(() => compareConfigurations(other, design.mesh ?? other, only), [other, design.mesh, only]);
  const { differences, onlyBefore, onlyAfter } = found;
  const upgrade = useMemo(
    () =>
      side.source === design.source && side.istio !== undefined
        ? upgradeBetween(
            design.resources,
            { istio: side.istio, landings: other.landings ?? [] },
            { istio, landings: design.mesh?.landings ?? [] },
          )
        : noUpgrade,
    [side, design, other, istio],
  );
  const isSame = differences.length + onlyBefore.length + onlyAfter.length + upgrade.landings.length + upgrade.notes.length === 0;
  const here = design.source === undefined ? '' : titleOf({ key: '', source: design.source, istio }, words);
  const there = titleOf(side, words);
  const scopes = (['listener', 'all'] as const).map((value) => ({ value, label: words.scopes[value] }));
  return (
    <div className={styles.pane}>
      <div className={styles.bar}>
        <Select
          label={words.with}
          value={side.key}
          options={sides.map((item) => ({ value: item.key, label: titleOf(item, words), group: shell.sourceKind[item.source.kind] }))}
          onChange={onChoose}
        />
        <Select label={words.scope} value={scope} options={scopes} onChange={setScope} />
        <p role="status" className={styles.summary}>
          {differences.length > 0 && <strong>{summary(differences, words)}, </strong>}
          {!isSame && words.direction(there, here)}
        </p>
      </div>
      {isSame ? (
        <EmptyState icon="check" title={words.same} text={words.sameText(there)} />
      ) : (
        // A scrolling region must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ul className={styles.list} aria-label={words.list} tabIndex={0}>
          <UpgradeLines upgrade={upgrade} />
          <OnlyLine kind="removed" title={words.only(onlyBefore.length, there)} names={onlyBefore} />
          <OnlyLine kind="added" title={words.only(onlyAfter.length, here)} names={onlyAfter} />
          {expectedLast(differences)
            .slice(0, shown)
            .map((item) => (
              <Line
                key={`${item.difference.kind} ${placeText(item.difference.place)} ${formatPath(item.difference.field ?? [])}`}
                item={item}
              />
            ))}
          {differences.length > shown && <li className={styles.more}>{words.more(differences.length - shown)}</li>}
        </ul>
      )}
    </div>
  );
}

interface OnlyLineProps {
  readonly kind: 'added' | 'removed';
  readonly title: string;
  readonly names: readonly string[];
}

const namesShown = 12;

/** Listeners and routes that one side does not have at all. */
function OnlyLine({ kind, title, names }: OnlyLineProps): ReactElement | null {
  const { compare: words } = useMessages();
  if (names.length === 0) return null;
  const more = names.length - namesShown;
  return (
    <li className={styles.line} data-kind={kind}>
      <span className={styles.sign} aria-hidden="true">
        {signs[kind]}
      </span>
      <div className={styles.what}>
        <p>
          <strong>{title}</strong>
        </p>
        <p className={styles.place}>
          {names.slice(0, namesShown).join(', ')}
          {more > 0 && ` ${words.moreNames(more)}`}
        </p>
      </div>
    </li>
  );
}

const signs = { added: '+', removed: '−', moved: '↕', changed: '~' } as const;

function Line({ item: { difference, places } }: { readonly item: FoldedDifference }): ReactElement {
  const { compare: words } = useMessages();
  const { kind, place, field, before, after, expected } = difference;
  const all = places.map(placeText);
  return (
    <li className={styles.line} data-kind={kind} data-expected={expected}>
      <span className={styles.sign} aria-hidden="true">
        {expected === undefined ? signs[kind] : '='}
      </span>
      <span className="visually-hidden">{words.kind[kind]}</span>
      <div className={styles.what}>
        <p>
          <strong>{subjectOf(place)}</strong>
          {kind === 'changed' && <code className={styles.field}>{(field ?? []).length === 0 ? words.whole : formatPath(field ?? [])}</code>}
        </p>
        {kind === 'changed' && (
          <p className={styles.values}>
            <del data-tip={valueText(before, 4000)}>{valueText(before, 160)}</del>
            <span aria-hidden="true"> → </span>
            <ins data-tip={valueText(after, 4000)}>{valueText(after, 160)}</ins>
          </p>
        )}
        <p className={styles.place}>{all[0]}</p>
      </div>
      {expected !== undefined && <Badge tip={words.expectedTip[expected]}>{words.expected[expected]}</Badge>}
      {places.length > 1 && <Badge tip={all.slice(0, 30).join('\n')}>{words.places(places.length)}</Badge>}
    </li>
  );
}

function titleOf({ source, istio }: CompareSide, words: Messages['compare']): string {
  const { proxy, file, kind } = source;
  const name = proxy.namespace === '' ? proxy.name : `${proxy.namespace}/${proxy.name}`;
  if (kind === 'resources') return words.built(name, istio ?? '');
  return kind === 'bootstrap' || proxy.namespace === '' ? (file?.name ?? name) : words.file(name, file?.name ?? '');
}

function summary(found: readonly FoldedDifference[], words: Messages['compare']): string {
  const count = (kind: string): number =>
    found.filter(({ difference }) => difference.kind === kind && difference.expected === undefined).length;
  const expected = found.filter(({ difference }) => difference.expected !== undefined).length;
  return words.summary(count('added'), count('removed'), count('moved'), count('changed'), expected);
}

/** What needs no look stands behind what does. */
function expectedLast(found: readonly FoldedDifference[]): readonly FoldedDifference[] {
  return found.toSorted((a, b) => Number(a.difference.expected !== undefined) - Number(b.difference.expected !== undefined));
}
