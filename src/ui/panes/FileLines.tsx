import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import type { ModuleFile } from '#workspace/document.ts';
import { Badge } from '../kit/Badge.tsx';
import { IconButton } from '../kit/Button.tsx';
import { cx } from '../kit/cx.ts';
import { Icon } from '../kit/Icon.tsx';
import type { IconName } from '../kit/icon-paths.ts';
import type { Box } from '../kit/place.ts';
import { showFailure } from '../shell/chain-actions.ts';
import { ProblemBadge } from '../shell/ProblemBadge.tsx';
import { useApp } from '../shell/shell-context.ts';
import type { TreeFile, TreeResource } from './file-tree.ts';
import styles from './Panes.module.css';

/** What every line of the tree is told. */
export interface LineHandlers {
  readonly id: string;
  readonly level: number;
  readonly expanded?: boolean | undefined;
  readonly selected: boolean;
  readonly isStop: boolean;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
  readonly onFocus: () => void;
  readonly onMenu: (anchor: Box) => void;
}

interface LineProps extends LineHandlers {
  readonly icon: IconName;
  readonly tone?: string | undefined;
  readonly actionsLabel?: string | undefined;
  readonly children: ReactNode;
}

function Line({
  id,
  level,
  expanded,
  selected,
  isStop,
  icon,
  tone,
  actionsLabel,
  onSelect,
  onToggle,
  onFocus,
  onMenu,
  children,
}: LineProps): ReactElement {
  const onContextMenu = (event: MouseEvent): void => {
    if (actionsLabel === undefined) return;
    event.preventDefault();
    // The menu key gives no pointer position: then the menu hangs on the line.
    const box = event.currentTarget.getBoundingClientRect();
    onMenu(event.clientX === 0 && event.clientY === 0 ? box : { left: event.clientX, top: event.clientY, width: 0, height: 0 });
  };
  return (
    // Keys are the tree's (one tab stop); the line itself only takes the pointer.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <li
      role="treeitem"
      aria-level={level}
      aria-expanded={expanded}
      aria-selected={selected}
      tabIndex={isStop ? 0 : -1}
      data-line={id}
      className={cx(styles.line, level > 1 && styles.nested, tone)}
      onClick={onSelect}
      onFocus={(event) => {
        if (event.target === event.currentTarget) onFocus();
      }}
      onContextMenu={onContextMenu}
    >
      {level === 1 && (
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
        <span
          className={cx(styles.twist, expanded === true && styles.open)}
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
        >
          {expanded !== undefined && <Icon name="chevron-right" size={12} />}
        </span>
      )}
      <Icon name={icon} size={14} className={styles.lineIcon} />
      {children}
      {actionsLabel !== undefined && (
        <IconButton
          icon="more"
          size="small"
          label={actionsLabel}
          tabIndex={-1}
          className={styles.lineMore}
          onClick={(event) => {
            event.stopPropagation();
            onMenu(event.currentTarget.getBoundingClientRect());
          }}
        />
      )}
    </li>
  );
}

interface FileLineProps extends LineHandlers {
  readonly file: TreeFile;
  readonly renaming: boolean;
  readonly onRenamed: () => void;
}

export function FileLine({ file, renaming, onRenamed, ...line }: FileLineProps): ReactElement {
  const app = useApp();
  const { files: words } = app.messages.panes;
  const rename = (name: string): void => {
    if (name !== file.name) {
      const result = app.workspace.actions.renameFile(file.fileId, name);
      if (!result.ok) showFailure(app, result.error);
    }
    onRenamed();
  };
  return (
    <Line {...line} icon={file.dumpSize === undefined ? 'file' : 'server'} actionsLabel={words.fileActions(file.name)}>
      {renaming ? (
        <RenameField label={words.renameLabel(file.name)} name={file.name} onDone={rename} onCancel={onRenamed} />
      ) : (
        <span className={styles.lineName} data-tip={file.name} data-tip-when="cut">
          {file.name}
        </span>
      )}
      <ProblemBadge count={file.problems} worst={file.worst} />
      {file.dumpSize !== undefined && <Badge tip={words.dumpTip}>{app.messages.common.bytes(file.dumpSize)}</Badge>}
    </Line>
  );
}

interface RenameFieldProps {
  readonly label: string;
  readonly name: string;
  readonly onDone: (name: string) => void;
  readonly onCancel: () => void;
}

function RenameField({ label, name, onDone, onCancel }: RenameFieldProps): ReactElement {
  const [text, setText] = useState(name);
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    ref.current?.focus();
    ref.current?.setSelectionRange(0, name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length);
  }, [name]);
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter') onDone(text);
    else if (event.key === 'Escape') onCancel();
  };
  return (
    <input
      ref={ref}
      aria-label={label}
      className={styles.rename}
      value={text}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={onKeyDown}
      onBlur={() => onDone(text)}
    />
  );
}

export function ResourceLine({ resource, ...line }: LineHandlers & { readonly resource: TreeResource }): ReactElement {
  const { files: words } = useApp().messages.panes;
  const { ref, group, tag, misses } = resource;
  const text = typeof tag === 'number' ? words.patches(tag) : tag;
  return (
    <Line
      {...line}
      icon={group === 'plugin' ? 'plugin' : group === 'envoy-filter' ? 'envoy-filter' : kindIcon(ref.kind)}
      tone={cx(group === 'plugin' && styles.plugin, group === 'envoy-filter' && styles.envoyFilter, misses && styles.misses)}
      actionsLabel={words.fileActions(ref.name)}
    >
      <span className={styles.lineName} data-tip={`${ref.kind} ${ref.namespace}/${ref.name}${misses ? ` · ${words.missesProxy}` : ''}`}>
        {group === 'other' && <span className={styles.kind}>{ref.kind} </span>}
        {ref.name}
      </span>
      {misses && <span className="visually-hidden">{words.missesProxy}</span>}
      {text !== undefined && <Badge tone={group === 'plugin' ? 'accent' : group === 'envoy-filter' ? 'amber' : 'neutral'}>{text}</Badge>}
    </Line>
  );
}

export function ModulesHead(line: LineHandlers): ReactElement {
  const { files: words } = useApp().messages.panes;
  return (
    <Line {...line} icon="layers">
      <span className={styles.lineName}>{words.modules}</span>
    </Line>
  );
}

/** Stands for the resources of a large file that have no line of their own. */
export function MoreLine({ count, ...line }: LineHandlers & { readonly count: number }): ReactElement {
  const { files: words } = useApp().messages.panes;
  return (
    <Line {...line} icon="list">
      <span className={styles.lineName}>{words.more(count)}</span>
    </Line>
  );
}

export function ModuleLine({ module, ...line }: LineHandlers & { readonly module: ModuleFile }): ReactElement {
  const { messages } = useApp();
  return (
    <Line {...line} icon="module" actionsLabel={messages.panes.modules.actions(module.name)}>
      <span className={styles.lineName} data-tip={module.name} data-tip-when="cut">
        {module.name}
      </span>
      <Badge>{messages.common.bytes(module.size)}</Badge>
    </Line>
  );
}

function kindIcon(kind: string): IconName {
  if (/^(Deployment|Pod|StatefulSet|DaemonSet|ReplicaSet|WorkloadEntry|WorkloadGroup)$/.test(kind)) return 'workload';
  if (/^(Service|ServiceEntry|Endpoints|EndpointSlice)$/.test(kind)) return 'service';
  if (/Gateway/.test(kind)) return 'gateway';
  if (/VirtualService|Route$|DestinationRule/.test(kind)) return 'route';
  if (/Authentication|AuthorizationPolicy/.test(kind)) return 'shield';
  if (kind === 'Telemetry') return 'chart';
  return 'layers';
}
