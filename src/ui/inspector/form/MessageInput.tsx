import { useState } from 'react';
import type { ReactElement } from 'react';
import type { JsonPath } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { emptyValue } from '#plugins/schema/defaults.ts';
import type { FormField, MessageField, MessagePart } from '#plugins/schema/form-model.ts';
import { Button, IconButton } from '../../kit/Button.tsx';
import { PickerDialog } from '../../kit/PickerDialog.tsx';
import { useMessages } from '../../messages/messages-context.ts';
import { FieldGroup } from './FieldGroup.tsx';
import type { FieldProps } from './form-context.ts';
import { useField, useForm } from './form-context.ts';
import styles from './Form.module.css';

export function MessageInput({ field, path, required, hideLabel }: FieldProps<MessageField>): ReactElement {
  const form = useForm();
  if (hideLabel === true) return <MessageFields field={field} path={path} />;
  return (
    <FieldGroup field={field} required={required} error={form.problemAt(path)}>
      <div className={styles.nested}>
        <MessageFields field={field} path={path} />
      </div>
    </FieldGroup>
  );
}

/** The fields that are written or must be, in the order of the message; the others by "Add a field". */
export function MessageFields({ field, path }: Pick<FieldProps<MessageField>, 'field' | 'path'>): ReactElement {
  const form = useForm();
  const messages = useMessages();
  const value = asObject(form.valueAt(path));
  const parts = field.parts();
  const known = new Set(parts.flatMap(({ keys }) => keys));
  const strangers = Object.keys(value).filter((key) => key !== '@type' && !known.has(key));
  const writtenKey = ({ keys }: MessagePart): string | undefined => keys.find((key) => value[key] !== undefined);
  return (
    <>
      {parts.map((part) => {
        const key = writtenKey(part) ?? (part.required ? part.keys[0] : undefined);
        return key === undefined ? null : <Part key={part.keys[0]} part={part} path={[...path, key]} />;
      })}
      {strangers.map((key) => (
        <Part
          key={key}
          part={{ keys: [key], field: stranger(key, messages.inspector.unknownField), required: false }}
          path={[...path, key]}
        />
      ))}
      <AddField field={field} path={path} parts={parts.filter((part) => writtenKey(part) === undefined && !part.required)} />
    </>
  );
}

function stranger(title: string, description: string): FormField {
  const info = { title, description, examples: [], deprecated: false, readOnly: false, nullable: true, schemaPointer: '' };
  return { ...info, kind: 'raw', reason: description };
}

function Part({ part, path }: { readonly part: MessagePart; readonly path: JsonPath }): ReactElement {
  const form = useForm();
  const Field = useField();
  const messages = useMessages().inspector;
  return (
    <div className={styles.part}>
      <div className={styles.grow}>
        <Field field={part.field} path={path} required={part.required} />
        {part.documentation !== undefined && (
          <details className={styles.more}>
            <summary>{messages.moreAbout(part.field.title)}</summary>
            <p>{part.documentation}</p>
          </details>
        )}
      </div>
      {!part.required && (
        <IconButton icon="remove" size="small" label={messages.removeItem(part.field.title)} onClick={() => form.set(path, undefined)} />
      )}
    </div>
  );
}

/** What else may be written; a member of a oneof takes the place of the one that is written. */
function AddField({
  field,
  path,
  parts,
}: {
  readonly field: MessageField;
  readonly path: JsonPath;
  readonly parts: readonly MessagePart[];
}): ReactElement | null {
  const form = useForm();
  const messages = useMessages();
  const [open, setOpen] = useState(false);
  if (parts.length === 0) return null;
  const value = asObject(form.valueAt(path));
  const rivals = ({ group }: MessagePart): readonly string[] =>
    group === undefined
      ? []
      : field.parts().flatMap((other) => (other.group === group ? other.keys.filter((key) => value[key] !== undefined) : []));
  const add = (part: MessagePart): void => {
    const taken = new Set(rivals(part));
    const fresh = emptyValue(part.field);
    if (taken.size === 0) return form.set([...path, part.keys[0]], fresh);
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !taken.has(key)));
    return form.set(path, { ...rest, [part.keys[0]]: fresh });
  };
  const title = messages.inspector.addFieldTo(field.title);
  return (
    <>
      <Button size="small" icon="add" variant="ghost" aria-label={title} onClick={() => setOpen(true)}>
        {messages.inspector.addField}
      </Button>
      {open && (
        <PickerDialog
          title={title}
          placeholder={messages.inspector.addFieldPlaceholder}
          emptyText={messages.inspector.addFieldEmpty}
          closeLabel={messages.common.close}
          items={parts
            .toSorted((a, b) => Number(a.field.deprecated) - Number(b.field.deprecated))
            .map((part) => ({
              id: part.keys[0],
              title: part.field.title,
              text: messages.inspector.partText(part.field.description ?? '', part.field.deprecated, rivals(part)[0]),
              onSelect: () => add(part),
            }))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
