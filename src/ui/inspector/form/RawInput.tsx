import { useState } from 'react';
import type { ReactElement } from 'react';
import type { JsonValue } from '#base/json.ts';
import type { RawField } from '#plugins/schema/form-model.ts';
import { TextField } from '../../kit/TextField.tsx';
import { useMessages } from '../../messages/messages-context.ts';
import type { FieldProps } from './form-context.ts';
import { useForm } from './form-context.ts';

/** A value no control fits: edited as JSON, taken over when it can be read. */
export function RawInput({ field, path, required, hideLabel }: FieldProps<RawField>): ReactElement {
  const form = useForm();
  const messages = useMessages().inspector;
  const [draft, setDraft] = useState<string>();
  const value = form.valueAt(path);
  const text = draft ?? (value === undefined ? '' : JSON.stringify(value, undefined, 2));
  const parsed = readJson(text);
  const type = (next: string): void => {
    setDraft(next);
    const read = readJson(next);
    if (read !== invalid) form.set(path, read);
  };
  return (
    <TextField
      label={field.title}
      hideLabel={hideLabel}
      required={required}
      hint={field.description ?? messages.rawHint}
      error={parsed === invalid ? messages.notJson : form.problemAt(path)}
      value={text}
      multiline={3}
      mono
      editsDocument
      onChange={type}
      onBlur={() => setDraft(undefined)}
    />
  );
}

/** What stands for a text that is not JSON (yet). */
const invalid = Symbol('invalid');

function readJson(text: string): JsonValue | undefined | typeof invalid {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return invalid; // half-typed text is normal here
  }
}
