import { useState } from 'react';
import type { ReactElement } from 'react';
import { asObject, asString } from '#base/json.ts';
import type { TypedField } from '#plugins/schema/form-model.ts';
import { Button } from '../../kit/Button.tsx';
import { PickerDialog } from '../../kit/PickerDialog.tsx';
import { useMessages } from '../../messages/messages-context.ts';
import { FieldGroup } from './FieldGroup.tsx';
import type { FieldProps } from './form-context.ts';
import { useField, useForm } from './form-context.ts';
import { RawInput } from './RawInput.tsx';
import styles from './Form.module.css';

const prefix = 'type.googleapis.com/';

/** A value that names its message: the name, a way to choose another, and the form of that message. */
export function TypedInput({ field, path, required }: FieldProps<TypedField>): ReactElement {
  const form = useForm();
  const Field = useField();
  const messages = useMessages();
  const [open, setOpen] = useState(false);
  const url = asString(asObject(form.valueAt(path))['@type']) ?? '';
  const name = url.slice(url.lastIndexOf('/') + 1);
  const known = field.formOf(name);
  // The messages most like the one that is there come first.
  const near = name.split('.').slice(0, -2).join('.');
  const types = (): readonly string[] => field.types().toSorted((a, b) => Number(b.startsWith(near)) - Number(a.startsWith(near)));
  return (
    <FieldGroup field={field} required={required} error={form.problemAt(path) ?? form.problemAt([...path, '@type'])}>
      <div className={styles.nested}>
        <div className={styles.typeLine}>
          <code className={styles.typeName} data-tip={name}>
            {name === '' ? messages.inspector.noType : name.replace(/^envoy\.extensions\./, '')}
          </code>
          <Button size="small" variant="ghost" aria-label={messages.inspector.chooseTypeOf(field.title)} onClick={() => setOpen(true)}>
            {messages.inspector.chooseType}
          </Button>
        </div>
        {known === undefined ? (
          name !== '' && <RawInput field={{ ...field, kind: 'raw', reason: name }} path={path} required={required} />
        ) : (
          <Field field={known.field} path={known.inValue ? [...path, 'value'] : path} required={false} hideLabel />
        )}
      </div>
      {open && (
        <PickerDialog
          title={messages.inspector.chooseTypeOf(field.title)}
          placeholder={messages.inspector.chooseTypePlaceholder}
          emptyText={messages.inspector.chooseTypeEmpty}
          closeLabel={messages.common.close}
          items={types().map((type) => ({
            id: type,
            title: type.slice(type.lastIndexOf('.') + 1),
            text: type,
            onSelect: () => form.set(path, { '@type': `${prefix}${type}` }),
          }))}
          onClose={() => setOpen(false)}
        />
      )}
    </FieldGroup>
  );
}
