import type { ReactElement } from 'react';
import { asObject } from '#base/json.ts';
import type { ObjectField } from '#plugins/schema/form-model.ts';
import { FieldGroup } from './FieldGroup.tsx';
import type { FieldProps } from './form-context.ts';
import { useField, useForm } from './form-context.ts';
import { MapRows } from './MapInput.tsx';

/** The fields of an object without a frame: for the top of a form. */
export function ObjectFields({ field, path }: Pick<FieldProps<ObjectField>, 'field' | 'path'>): ReactElement {
  const form = useForm();
  const Field = useField();
  const known = new Set(field.properties.map((property) => property.key));
  const further = Object.keys(asObject(form.valueAt(path))).filter((key) => !known.has(key));
  return (
    <>
      {field.properties.map(({ key, required, field: inner }) => (
        <Field key={key} field={inner} path={[...path, key]} required={required} />
      ))}
      {field.additional !== undefined && (
        <MapRows title={field.title} path={path} keys={further} value={field.additional} keyTitle={undefined} />
      )}
    </>
  );
}

export function ObjectInput({ field, path, required }: FieldProps<ObjectField>): ReactElement {
  const form = useForm();
  return (
    <FieldGroup field={field} required={required} error={form.problemAt(path)}>
      <ObjectFields field={field} path={path} />
    </FieldGroup>
  );
}
