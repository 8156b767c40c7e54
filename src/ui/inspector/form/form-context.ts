import { createContext, use } from 'react';
import type { ComponentType } from 'react';
import { mustExist } from '#base/assert.ts';
import type { JsonPath, JsonValue } from '#base/json.ts';
import type { FormField } from '#plugins/schema/form-model.ts';

/** How a form reads and writes: values stay in the text, a field only knows its path. */
export interface FormBinding {
  readonly valueAt: (path: JsonPath) => JsonValue | undefined;
  /** `undefined` removes what stands at `path`. */
  readonly set: (path: JsonPath, value: JsonValue | undefined) => void;
  readonly renameKey: (path: JsonPath, key: string) => void;
  readonly moveItem: (path: JsonPath, from: number, to: number) => void;
  /** What is wrong exactly at `path`, in one text; with the line in the file. */
  readonly problemAt: (path: JsonPath) => string | undefined;
}

export const FormContext = createContext<FormBinding | undefined>(undefined);

export function useForm(): FormBinding {
  return mustExist(use(FormContext), 'FormContext');
}

export interface FieldProps<F extends FormField = FormField> {
  readonly field: F;
  readonly path: JsonPath;
  readonly required: boolean;
  /** In a row of a list or map the label is only for assistive technology. */
  readonly hideLabel?: boolean | undefined;
}

/** The control for any field: lists, maps and objects draw their parts through it, so that no kind must know the others. */
export const FieldContext = createContext<ComponentType<FieldProps> | undefined>(undefined);

export function useField(): ComponentType<FieldProps> {
  return mustExist(use(FieldContext), 'FieldContext');
}
