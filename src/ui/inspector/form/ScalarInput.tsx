import type { ReactElement } from 'react';
import type { JsonValue } from '#base/json.ts';
import { jsonEqual } from '#base/json.ts';
import type {
  BooleanField,
  ConstField,
  EnumField,
  FieldInfo,
  NumberField as NumberModel,
  TextField as TextModel,
} from '#plugins/schema/form-model.ts';
import { Checkbox } from '../../kit/Checkbox.tsx';
import { NumberField } from '../../kit/NumberField.tsx';
import { Select } from '../../kit/Select.tsx';
import { TextField } from '../../kit/TextField.tsx';
import { useMessages } from '../../messages/messages-context.ts';
import type { FieldProps } from './form-context.ts';
import { useForm } from './form-context.ts';

const asText = (value: JsonValue | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

function frame(field: FieldInfo, required: boolean, hideLabel: boolean | undefined, error: string | undefined) {
  return { label: field.title, hint: hideLabel === true ? undefined : field.description, required, hideLabel, error };
}

export function TextInput({ field, path, required, hideLabel }: FieldProps<TextModel>): ReactElement {
  const form = useForm();
  const value = form.valueAt(path);
  const lines = asText(value).split('\n').length;
  return (
    <TextField
      {...frame(field, required, hideLabel, form.problemAt(path))}
      value={asText(value)}
      placeholder={asText(field.default ?? field.examples[0])}
      type={field.secret ? 'password' : 'text'}
      multiline={field.multiline || lines > 1 ? Math.min(Math.max(lines, 3), 16) : undefined}
      mono
      editsDocument
      onChange={(text) => form.set(path, text === '' && !required && typeof path.at(-1) === 'string' ? undefined : text)}
    />
  );
}

export function NumberInput({ field, path, required, hideLabel }: FieldProps<NumberModel>): ReactElement {
  const form = useForm();
  const messages = useMessages();
  const value = form.valueAt(path);
  return (
    <NumberField
      {...frame(field, required, hideLabel, form.problemAt(path))}
      value={typeof value === 'number' ? value : undefined}
      placeholder={asText(field.default)}
      integer={field.integer}
      min={field.minimum}
      max={field.maximum}
      invalidText={messages.common.invalidNumber}
      onChange={(next) => form.set(path, next)}
    />
  );
}

export function BooleanInput({ field, path }: FieldProps<BooleanField>): ReactElement {
  const form = useForm();
  const value = form.valueAt(path) ?? field.default;
  return (
    <Checkbox
      label={field.title}
      hint={field.description}
      error={form.problemAt(path)}
      checked={value === true}
      onChange={(checked) => form.set(path, checked)}
    />
  );
}

/** Options are told apart by their place, for values need not be texts. */
export function EnumInput({ field, path, required, hideLabel }: FieldProps<EnumField>): ReactElement {
  const form = useForm();
  const messages = useMessages();
  const value = form.valueAt(path);
  const chosen = field.options.findIndex((option) => jsonEqual(option.value, value));
  const options = field.options.map((option, i) => ({ value: String(i), label: option.label }));
  const unset = {
    value: '',
    label: field.default === undefined ? messages.inspector.unset : messages.inspector.unsetDefault(asText(field.default)),
  };
  const foreign = value !== undefined && chosen === -1 ? [{ value: 'foreign', label: asText(value) }] : [];
  return (
    <Select
      {...frame(field, required, hideLabel, form.problemAt(path))}
      value={value === undefined ? '' : chosen === -1 ? 'foreign' : String(chosen)}
      options={[...(required ? (value === undefined ? [unset] : []) : [unset]), ...foreign, ...options]}
      onChange={(next) => {
        if (next !== 'foreign') form.set(path, next === '' ? undefined : field.options[Number(next)]?.value);
      }}
    />
  );
}

export function ConstInput({ field, path, required, hideLabel }: FieldProps<ConstField>): ReactElement {
  const form = useForm();
  const messages = useMessages();
  const options = [
    { value: 'unset', label: messages.inspector.unset },
    { value: 'set', label: asText(field.value) },
  ];
  return (
    <Select
      {...frame(field, required, hideLabel, form.problemAt(path))}
      value={form.valueAt(path) === undefined ? 'unset' : 'set'}
      options={options}
      onChange={(next) => form.set(path, next === 'set' ? field.value : undefined)}
    />
  );
}
