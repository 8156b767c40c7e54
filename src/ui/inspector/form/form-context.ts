import { createContext, use } from 'react';
import { mustExist } from '#base/assert.ts';
import type { JsonPath, JsonValue } from '#base/json.ts';

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
