import { useMemo } from 'react';
import type { ReactElement } from 'react';
import type { JsonObject } from '#base/json.ts';
import type { LaneRow } from '#workspace/design.ts';
import { EmptyState } from '../kit/EmptyState.tsx';
import { CopyButton } from '../kit/CopyButton.tsx';
import { useMessages } from '../messages/messages-context.ts';
import { LazyTextEditor } from '../editors/LazyTextEditor.tsx';
import styles from './Inspector.module.css';

/** What Envoy gets for a filter: its entry in the chain, and the answer of ECDS when it asks for one. */
export function EnvoyView({ row }: { readonly row: LaneRow | undefined }): ReactElement {
  const messages = useMessages();
  const text = useMemo(() => (row === undefined ? '' : JSON.stringify(effective(row), undefined, 2)), [row]);
  if (row === undefined) return <EmptyState icon="route" title={messages.inspector.notInChain} />;
  return (
    <div className={styles.fill}>
      <div className={styles.bar}>
        <span>{messages.inspector.effective}</span>
        <CopyButton size="small" variant="ghost" text={() => text}>
          {messages.common.copy}
        </CopyButton>
      </div>
      <LazyTextEditor uri={`envoy/${row.id}.json`} text={text} language="yaml" label={messages.inspector.effective} readOnly />
    </div>
  );
}

function effective(row: LaneRow): JsonObject {
  const { filter, extension } = row;
  const { name, typedConfig, configDiscovery } = filter;
  const entry: JsonObject = {
    name,
    ...(typedConfig === undefined ? {} : { typedConfig }),
    ...(configDiscovery === undefined ? {} : { configDiscovery }),
    ...('disabled' in filter && filter.disabled === true ? { disabled: true } : {}),
  };
  return extension?.typedConfig === undefined
    ? entry
    : { filter: entry, extensionConfig: { name: extension.name, typedConfig: extension.typedConfig } };
}
