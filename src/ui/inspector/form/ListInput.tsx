import type { ReactElement } from 'react';
import { asArray } from '#base/json.ts';
import { emptyValue } from '#plugins/schema/defaults.ts';
import type { FormField, ListField } from '#plugins/schema/form-model.ts';
import { Button, IconButton } from '../../kit/Button.tsx';
import { useMessages } from '../../messages/messages-context.ts';
import { FieldGroup } from './FieldGroup.tsx';
import type { FieldProps } from './form-context.ts';
import { useField, useForm } from './form-context.ts';
import styles from './Form.module.css';

const isSimple = (field: FormField): boolean => ['text', 'number', 'boolean', 'enum', 'const'].includes(field.kind);

/** Items one under the other: simple ones in a line, others as cards. */
export function ListInput({ field, path, required }: FieldProps<ListField>): ReactElement {
  const form = useForm();
  const Field = useField();
  const messages = useMessages().inspector;
  const items = asArray(form.valueAt(path));
  const itemField = (index: number): FormField | undefined => field.prefix[index] ?? field.item;
  const next = itemField(items.length);
  const canAdd = next !== undefined && (field.maxItems === undefined || items.length < field.maxItems);
  return (
    <FieldGroup field={field} required={required} error={form.problemAt(path)}>
      {items.map((_, index) => {
        const model = itemField(index);
        if (model === undefined) return null;
        const named = { ...model, title: messages.item(field.title, index + 1) };
        return (
          // Items have no identity of their own in YAML: their place is their name.
          // eslint-disable-next-line react/no-array-index-key
          <div key={index} className={isSimple(model) ? styles.row : styles.card}>
            <div className={styles.grow}>
              <Field field={named} path={[...path, index]} required hideLabel={isSimple(model)} />
            </div>
            <div className={styles.rowActions}>
              <IconButton
                icon="arrow-up"
                size="small"
                label={messages.moveUp(named.title)}
                disabled={index === 0}
                onClick={() => form.moveItem(path, index, index - 1)}
              />
              <IconButton
                icon="remove"
                size="small"
                label={messages.removeItem(named.title)}
                onClick={() => form.set([...path, index], undefined)}
              />
            </div>
          </div>
        );
      })}
      {canAdd && (
        <Button
          size="small"
          icon="add"
          variant="ghost"
          onClick={() => (items.length === 0 ? form.set(path, [emptyValue(next)]) : form.set([...path, items.length], emptyValue(next)))}
        >
          {messages.addItem(field.title)}
        </Button>
      )}
    </FieldGroup>
  );
}
