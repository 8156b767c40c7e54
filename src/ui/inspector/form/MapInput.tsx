import { useState } from 'react';
import type { ReactElement } from 'react';
import type { JsonPath } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { emptyValue } from '#plugins/schema/defaults.ts';
import type { FormField, MapField } from '#plugins/schema/form-model.ts';
import { Button, IconButton } from '../../kit/Button.tsx';
import { TextField } from '../../kit/TextField.tsx';
import { useMessages } from '../../messages/messages-context.ts';
import { FieldGroup } from './FieldGroup.tsx';
import type { FieldProps } from './form-context.ts';
import { useField, useForm } from './form-context.ts';
import styles from './Form.module.css';

/** Key and value beside each other; keys are the user's. */
export function MapInput({ field, path, required }: FieldProps<MapField>): ReactElement {
  const form = useForm();
  const keys = Object.keys(asObject(form.valueAt(path)));
  return (
    <FieldGroup field={field} required={required} error={form.problemAt(path)}>
      <MapRows title={field.title} path={path} keys={keys} value={field.value} keyTitle={field.keyTitle} />
    </FieldGroup>
  );
}

interface MapRowsProps {
  readonly title: string;
  readonly path: JsonPath;
  readonly keys: readonly string[];
  readonly value: FormField;
  readonly keyTitle: string | undefined;
}

export function MapRows({ title, path, keys, value, keyTitle }: MapRowsProps): ReactElement {
  const form = useForm();
  const Field = useField();
  const messages = useMessages().inspector;
  const add = (): void => {
    let key = messages.newKey;
    for (let n = 2; keys.includes(key); n++) key = `${messages.newKey}-${n}`;
    form.set([...path, key], emptyValue(value));
  };
  return (
    <>
      {keys.map((key) => {
        const label = `${title}: ${keyTitle ?? messages.key}`;
        const name = <KeyField name={key} label={label} onRename={(next) => form.renameKey([...path, key], next)} />;
        const content = <Field field={{ ...value, title: messages.valueOf(key) }} path={[...path, key]} required hideLabel />;
        const remove = (
          <IconButton icon="remove" size="small" label={messages.removeItem(key)} onClick={() => form.set([...path, key], undefined)} />
        );
        // A value of many fields has no room beside its key.
        return value.kind === 'message' || value.kind === 'typed' ? (
          <div key={key} className={styles.mapEntry}>
            <div className={styles.row}>
              <div className={styles.grow}>{name}</div>
              {remove}
            </div>
            <div className={styles.nested}>{content}</div>
          </div>
        ) : (
          <div key={key} className={styles.mapRow}>
            {name}
            <div className={styles.grow}>{content}</div>
            {remove}
          </div>
        );
      })}
      <Button size="small" icon="add" variant="ghost" onClick={add}>
        {messages.addItem(title)}
      </Button>
    </>
  );
}

interface KeyFieldProps {
  readonly name: string;
  readonly label: string;
  readonly onRename: (name: string) => void;
}

/** A key is renamed when the field is left: half a name may already be another's. */
function KeyField({ name, label, onRename }: KeyFieldProps): ReactElement {
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    if (draft !== undefined && draft !== name && draft !== '') onRename(draft);
    setDraft(undefined);
  };
  return (
    <TextField
      label={label}
      hideLabel
      mono
      value={draft ?? name}
      onChange={setDraft}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setDraft(undefined);
      }}
    />
  );
}
