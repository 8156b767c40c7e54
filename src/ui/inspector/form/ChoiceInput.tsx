import type { ReactElement } from 'react';
import { chosenOption } from '#plugins/schema/choose.ts';
import { emptyValue } from '#plugins/schema/defaults.ts';
import type { ChoiceField } from '#plugins/schema/form-model.ts';
import { Select } from '../../kit/Select.tsx';
import { useMessages } from '../../messages/messages-context.ts';
import { FieldGroup } from './FieldGroup.tsx';
import type { FieldProps } from './form-context.ts';
import { useField, useForm } from './form-context.ts';

/** One of several shapes: choosing another replaces the value by an empty one of that shape. */
export function ChoiceInput({ field, path, required }: FieldProps<ChoiceField>): ReactElement {
  const form = useForm();
  const Field = useField();
  const messages = useMessages().inspector;
  const value = form.valueAt(path);
  const chosen = value === undefined ? undefined : chosenOption(field, value);
  const option = chosen === undefined ? undefined : field.options[chosen];
  return (
    <FieldGroup field={field} required={required} error={form.problemAt(path)}>
      <Select
        label={messages.shapeOf(field.title)}
        hideLabel
        value={chosen === undefined ? '' : String(chosen)}
        options={[{ value: '', label: messages.unset }, ...field.options.map((item, i) => ({ value: String(i), label: item.title }))]}
        onChange={(next) => {
          const model = field.options[Number(next)]?.field;
          form.set(path, next === '' || model === undefined ? undefined : emptyValue(model));
        }}
      />
      {option !== undefined && <Field field={option.field} path={path} required={required} hideLabel />}
    </FieldGroup>
  );
}
