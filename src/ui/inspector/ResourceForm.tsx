import { useMemo } from 'react';
import type { ReactElement } from 'react';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonPath } from '#base/json.ts';
import { formatPath, getIn, isObject } from '#base/json.ts';
import { lineStarts, positionAt } from '#base/text-range.ts';
import type { Resource } from '#istio/resource.ts';
import { formModel } from '#plugins/schema/build-form.ts';
import { inferSchema } from '#plugins/schema/infer-schema.ts';
import { locate, pluginProblems, schemaOf, wasmSpec } from '#workspace/plugin-diagnostics.ts';
import { Button } from '../kit/Button.tsx';
import { EmptyState } from '../kit/EmptyState.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { EnvoyFilterForm } from './EnvoyFilterForm.tsx';
import type { FormBinding } from './form/form-context.ts';
import { FieldContext, FormContext } from './form/form-context.ts';
import { FieldView } from './form/FieldView.tsx';
import { ObjectFields } from './form/ObjectInput.tsx';
import formStyles from './form/Form.module.css';
import styles from './Inspector.module.css';
import { pluginSections } from './resource-fields.ts';

/** The form of a plugin: its configuration by its schema, then where it stands, where it applies and which module runs. */
export function ResourceForm({ resource }: { readonly resource: Resource }): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages();
  const binding = useBinding(resource);
  const wasm = wasmSpec(resource);
  if (resource.kind === 'EnvoyFilter') {
    return (
      <FormContext value={binding}>
        <FieldContext value={FieldView}>
          <div className={formStyles.form}>
            <EnvoyFilterForm resource={resource} />
          </div>
        </FieldContext>
      </FormContext>
    );
  }
  if (resource.kind !== 'WasmPlugin' && resource.kind !== 'TrafficExtension') {
    return (
      <EmptyState icon="file" title={messages.inspector.noForm(resource.kind)}>
        <Button onClick={() => workspace.actions.setView({ inspectorTab: 'yaml' })}>{messages.inspector.showYaml}</Button>
      </EmptyState>
    );
  }
  return (
    <FormContext value={binding}>
      <FieldContext value={FieldView}>
        <div className={formStyles.form}>
          {wasm !== undefined && <Configuration resource={resource} path={[...wasm.path, 'pluginConfig']} />}
          {pluginSections(resource.kind, resource.spec, messages).map((section) => (
            <details key={section.title} open={!section.folded} className={styles.section}>
              <summary>{section.title}</summary>
              <div className={formStyles.form}>
                {section.fields.map(({ path, field, required }) => (
                  <FieldView key={formatPath(path)} field={field} path={path} required={required} />
                ))}
              </div>
            </details>
          ))}
        </div>
      </FieldContext>
    </FormContext>
  );
}

function Configuration({ resource, path }: { readonly resource: Resource; readonly path: JsonPath }): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().inspector;
  const known = schemaOf(resource, workspace.catalogue);
  const value = getIn(resource.raw, path);
  const schema = known ?? (isObject(value) ? inferSchema(value) : undefined);
  const field = useMemo(() => (schema === undefined ? undefined : formModel(schema)), [schema]);
  return (
    <section aria-label={messages.configuration} className={formStyles.form}>
      <h3 className={styles.sectionTitle}>{messages.configuration}</h3>
      {known === undefined && <p className={formStyles.hint}>{field === undefined ? messages.emptyConfiguration : messages.noSchema}</p>}
      {field?.kind === 'object' && <ObjectFields field={field} path={path} />}
      {field !== undefined && field.kind !== 'object' && <FieldView field={field} path={path} required={false} />}
    </section>
  );
}

/** Reads the resource as last parsed and writes minimal text edits; problems are those of the configuration schema and of the diagnostics at the field's place. */
function useBinding(resource: Resource): FormBinding {
  const workspace = useWorkspace();
  const messages = useMessages().inspector;
  const diagnostics = useSelect(workspace.design, (design) => design.diagnostics);
  const text = useSelect(workspace.document, (state) => state.document.files.find((file) => file.name === resource.origin?.file)?.text);
  return useMemo(() => {
    const starts = lineStarts(text ?? '');
    const ref = { kind: resource.kind, namespace: resource.namespace, name: resource.name };
    const ofSchema = pluginProblems(resource, workspace.catalogue);
    const here = diagnostics.filter((item) => item.at?.file === resource.origin?.file && !item.code.startsWith('plugins/config-'));
    const withLine = (message: string, path: JsonPath): string => {
      const place = locate(resource, path);
      return place === undefined ? message : messages.line(message, positionAt(starts, place.range.start).line);
    };
    return {
      valueAt: (path) => getIn(resource.raw, path),
      set: (path, value) => void workspace.actions.setValue(ref, path, value),
      renameKey: (path, key) => void workspace.actions.renameKey(ref, path, key),
      moveItem: (path, from, to) => void workspace.actions.moveItem(ref, path, from, to),
      problemAt: (path) => {
        const key = formatPath(path);
        const problem = ofSchema.find((item) => formatPath(item.path) === key);
        if (problem !== undefined) return withLine(problem.message, path);
        const found = diagnosticAt(here, resource, path);
        return found === undefined ? undefined : withLine(found.message, path);
      },
    };
  }, [resource, diagnostics, text, workspace, messages]);
}

/** A diagnostic that points exactly at the value of `path`. */
function diagnosticAt(diagnostics: readonly Diagnostic[], resource: Resource, path: JsonPath): Diagnostic | undefined {
  if (getIn(resource.raw, path) === undefined) return undefined;
  const place = locate(resource, path);
  return diagnostics.find((item) => item.severity !== 'hint' && item.severity !== 'info' && item.at?.range.start === place?.range.start);
}
