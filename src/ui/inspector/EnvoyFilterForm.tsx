import { useEffect, useMemo } from 'react';
import type { ReactElement } from 'react';
import { formatPath } from '#base/json.ts';
import type { Resource } from '#istio/resource.ts';
import { patchForms } from '#workspace/envoy-form/patch-form.ts';
import type { PatchForm } from '#workspace/envoy-form/patch-form.ts';
import { Skeleton } from '../kit/Skeleton.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { envoyFilterFields, patchFields } from './envoy-filter-fields.ts';
import { TokenMaker } from './TokenMaker.tsx';
import { FieldView } from './form/FieldView.tsx';
import formStyles from './form/Form.module.css';
import styles from './Inspector.module.css';

/** Where Envoy's documentation of filters is; the descriptors are of this version. */
const documentation = 'https://www.envoyproxy.io/docs/envoy/latest/configuration/';

/** The form of an EnvoyFilter: each patch with what it brings, by Envoy's own descriptors, and where it applies. */
export function EnvoyFilterForm({ resource }: { readonly resource: Resource }): ReactElement {
  const { vocabulary, actions } = useWorkspace();
  const messages = useMessages();
  const types = useSelect(vocabulary, ({ documented, types }) => documented ?? types);
  useEffect(() => actions.loadDocumentation(), [actions]);
  const patches = useMemo(() => (types === undefined ? undefined : patchForms(resource, types)), [resource, types]);
  if (patches === undefined) return <Skeleton label={messages.inspector.descriptorsLoading} />;
  return (
    <>
      <TokenMaker resource={resource} />
      {patches.length === 0 && <p className={formStyles.hint}>{messages.inspector.noPatches}</p>}
      {patches.map((patch) => (
        <PatchSection key={patch.index} patch={patch} />
      ))}
      <details className={styles.section}>
        <summary>{messages.inspector.selection}</summary>
        <div className={formStyles.form}>
          {envoyFilterFields(messages).map(({ path, field }) => (
            <FieldView key={formatPath(path)} field={field} path={path} required={false} />
          ))}
        </div>
      </details>
    </>
  );
}

function PatchSection({ patch }: { readonly patch: PatchForm }): ReactElement {
  const messages = useMessages();
  const title = messages.inspector.patch(patch.applyTo, patch.operation, patch.anchor);
  return (
    <section aria-label={title} className={formStyles.form}>
      <h3 className={styles.sectionTitle}>{title}</h3>
      {patch.about !== undefined && (
        <p className={formStyles.hint}>
          {patch.about.about}{' '}
          {patch.about.docs !== undefined && (
            <a href={`${documentation}${patch.about.docs}`} target="_blank" rel="noreferrer">
              {messages.inspector.filterDocs}
            </a>
          )}
        </p>
      )}
      {patch.value !== undefined && <FieldView field={patch.value} path={[...patch.path, 'patch', 'value']} required hideLabel />}
      <details className={styles.section}>
        <summary>{messages.inspector.patchPlace}</summary>
        <div className={formStyles.form}>
          {patchFields(patch, messages).map(({ path, field, required }) => (
            <FieldView key={formatPath(path)} field={field} path={path} required={required} />
          ))}
        </div>
      </details>
    </section>
  );
}
