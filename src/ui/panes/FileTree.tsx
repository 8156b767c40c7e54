import { useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { sameRef } from '#envoy/provenance.ts';
import type { ModuleFile } from '#workspace/document.ts';
import type { Selection } from '#workspace/view.ts';
import { Menu } from '../kit/Menu.tsx';
import type { Box } from '../kit/place.ts';
import { useSelect } from '../kit/use-store.ts';
import { useApp } from '../shell/shell-context.ts';
import { FileLine, ModuleLine, ModulesHead, MoreLine, ResourceLine, type LineHandlers } from './FileLines.tsx';
import { fileMenu, moduleMenu, removeFile, removeModule, removeResource, resourceMenu } from './file-actions.ts';
import { fileTree, type TreeFile, type TreeResource } from './file-tree.ts';
import styles from './Panes.module.css';
import { treeKey, type TreeLine } from './tree-walk.ts';

type Entry = TreeLine &
  (
    | { readonly kind: 'file'; readonly file: TreeFile }
    | { readonly kind: 'resource'; readonly resource: TreeResource }
    | { readonly kind: 'more'; readonly fileId: string; readonly count: number }
    | { readonly kind: 'modules' }
    | { readonly kind: 'module'; readonly module: ModuleFile }
  );

interface FileTreeProps {
  readonly collapsed: ReadonlySet<string>;
  readonly onCollapse: (collapsed: ReadonlySet<string>) => void;
}

const MODULES = 'modules';

/** Resources of one file shown as lines; a file with more says how many stand behind it. */
const linesPerFile = 200;

/** A tree with one tab stop: arrows walk and open, Enter selects, F2 renames, Delete removes, the menu key opens the menu. */
export function FileTree({ collapsed, onCollapse }: FileTreeProps): ReactElement {
  const app = useApp();
  const { files: words } = app.messages.panes;
  const { document } = useSelect(app.workspace.document, (state) => ({ document: state.document }));
  const design = useSelect(app.workspace.design, ({ resources, mesh, diagnostics }) => ({
    resources,
    mesh,
    diagnostics,
  }));
  const selection = useSelect(app.workspace.view, (view) => view.selection);
  const [focused, setFocused] = useState<string>();
  const [renaming, setRenaming] = useState<string>();
  const [menu, setMenu] = useState<{ readonly id: string; readonly anchor: Box }>();
  const ref = useRef<HTMLUListElement>(null);
  const tree = useMemo(() => fileTree(document, design), [document, design]);
  const entries = visibleEntries(tree, document.modules, collapsed);
  const stop = entries.some((entry) => entry.id === focused)
    ? focused
    : (entries.find((entry) => isChosen(entry, selection)) ?? entries[0])?.id;

  const focus = (id: string): void => {
    setFocused(id);
    ref.current?.querySelector<HTMLElement>(`[data-line="${CSS.escape(id)}"]`)?.focus();
  };
  const toggle = (id: string, open: boolean): void => {
    const next = new Set(collapsed);
    if (open) next.delete(id);
    else next.add(id);
    onCollapse(next);
  };
  const select = (entry: Entry): void => {
    if (entry.kind === 'file') app.workspace.actions.select({ kind: 'file', fileId: entry.file.fileId });
    else if (entry.kind === 'resource') app.workspace.actions.select({ kind: 'resource', resource: entry.resource.ref });
    else if (entry.kind === 'more') app.workspace.actions.select({ kind: 'file', fileId: entry.fileId });
    else toggle(MODULES, collapsed.has(MODULES));
  };
  const remove = (entry: Entry): void => {
    if (entry.kind === 'file') removeFile(app, entry.file);
    else if (entry.kind === 'resource') removeResource(app, entry.resource.ref);
    else if (entry.kind === 'module') removeModule(app, entry.module);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (renaming !== undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const entry = entries.find((candidate) => candidate.id === stop);
    const move = treeKey(event.key, entries, stop);
    if (move?.kind === 'focus') focus(move.id);
    else if (move !== undefined) toggle(move.id, move.kind === 'expand');
    else if (entry !== undefined && (event.key === 'Enter' || event.key === ' ')) select(entry);
    else if (entry?.kind === 'file' && event.key === 'F2') setRenaming(entry.id);
    else if (entry !== undefined && (event.key === 'Delete' || event.key === 'Backspace')) remove(entry);
    else return;
    event.preventDefault();
  };
  const handlers = (entry: Entry): LineHandlers => ({
    id: entry.id,
    level: entry.level,
    expanded: entry.expanded,
    selected: isChosen(entry, selection),
    isStop: entry.id === stop,
    onSelect: () => {
      setFocused(entry.id);
      select(entry);
    },
    onToggle: () => toggle(entry.id, entry.expanded === false),
    onFocus: () => setFocused(entry.id),
    onMenu: (anchor) => setMenu({ id: entry.id, anchor }),
  });
  const open = entries.find((entry) => entry.id === menu?.id);
  return (
    <>
      <ul ref={ref} role="tree" aria-label={words.tree} className={styles.tree} onKeyDown={onKeyDown}>
        {entries.map((entry) => {
          if (entry.kind === 'modules') return <ModulesHead key={entry.id} {...handlers(entry)} />;
          if (entry.kind === 'more') return <MoreLine key={entry.id} {...handlers(entry)} count={entry.count} />;
          if (entry.kind === 'module') return <ModuleLine key={entry.id} {...handlers(entry)} module={entry.module} />;
          if (entry.kind === 'resource') return <ResourceLine key={entry.id} {...handlers(entry)} resource={entry.resource} />;
          const done = (): void => {
            setRenaming(undefined);
            requestAnimationFrame(() => focus(entry.id));
          };
          return <FileLine key={entry.id} {...handlers(entry)} file={entry.file} renaming={renaming === entry.id} onRenamed={done} />;
        })}
      </ul>
      {menu !== undefined && open !== undefined && open.kind !== 'modules' && open.kind !== 'more' && (
        <Menu
          label={words.fileActions(nameOf(open))}
          anchor={menu.anchor}
          placement="below-start"
          onClose={() => setMenu(undefined)}
          entries={
            open.kind === 'file'
              ? fileMenu(app, open.file, () => setRenaming(open.id))
              : open.kind === 'resource'
                ? resourceMenu(app, open.resource.ref)
                : moduleMenu(app, open.module)
          }
        />
      )}
    </>
  );
}

function visibleEntries(tree: readonly TreeFile[], modules: readonly ModuleFile[], collapsed: ReadonlySet<string>): readonly Entry[] {
  const files = tree.flatMap((file): readonly Entry[] => {
    const open = !collapsed.has(file.fileId);
    const expanded = file.resources.length === 0 ? undefined : open;
    const head: Entry = { kind: 'file', id: file.fileId, level: 1, expanded, file };
    if (!open) return [head];
    const lines = file.resources
      .slice(0, linesPerFile)
      .map((resource): Entry => ({ kind: 'resource', id: resource.id, level: 2, resource }));
    const rest = file.resources.length - lines.length;
    const more: readonly Entry[] =
      rest > 0 ? [{ kind: 'more', id: `${file.fileId} more`, level: 2, fileId: file.fileId, count: rest }] : [];
    return [head, ...lines, ...more];
  });
  if (modules.length === 0) return files;
  const open = !collapsed.has(MODULES);
  const head: Entry = { kind: 'modules', id: MODULES, level: 1, expanded: open };
  return [...files, head, ...(open ? modules.map((module): Entry => ({ kind: 'module', id: module.id, level: 2, module })) : [])];
}

function isChosen(entry: Entry, selection: Selection | undefined): boolean {
  if (entry.kind === 'file') return selection?.kind === 'file' && selection.fileId === entry.file.fileId;
  return entry.kind === 'resource' && selection?.kind === 'resource' && sameRef(entry.resource.ref, selection.resource);
}

function nameOf(entry: Exclude<Entry, { kind: 'modules' | 'more' }>): string {
  return entry.kind === 'file' ? entry.file.name : entry.kind === 'resource' ? entry.resource.ref.name : entry.module.name;
}
