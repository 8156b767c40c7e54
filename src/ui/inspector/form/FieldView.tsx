import type { ReactElement } from 'react';
import { assertUnreachable } from '#base/assert.ts';
import { ChoiceInput } from './ChoiceInput.tsx';
import type { FieldProps } from './form-context.ts';
import { ListInput } from './ListInput.tsx';
import { MapInput } from './MapInput.tsx';
import { MessageInput } from './MessageInput.tsx';
import { ObjectInput } from './ObjectInput.tsx';
import { RawInput } from './RawInput.tsx';
import { TypedInput } from './TypedInput.tsx';
import { BooleanInput, ConstInput, EnumInput, NumberInput, TextInput } from './ScalarInput.tsx';

/** The control of one field, whatever its kind. */
export function FieldView({ field, ...rest }: FieldProps): ReactElement {
  switch (field.kind) {
    case 'text':
      return <TextInput field={field} {...rest} />;
    case 'number':
      return <NumberInput field={field} {...rest} />;
    case 'boolean':
      return <BooleanInput field={field} {...rest} />;
    case 'enum':
      return <EnumInput field={field} {...rest} />;
    case 'const':
      return <ConstInput field={field} {...rest} />;
    case 'list':
      return <ListInput field={field} {...rest} />;
    case 'object':
      return <ObjectInput field={field} {...rest} />;
    case 'map':
      return <MapInput field={field} {...rest} />;
    case 'choice':
      return <ChoiceInput field={field} {...rest} />;
    case 'deferred':
      return <FieldView field={field.expand()} {...rest} />;
    case 'raw':
      return <RawInput field={field} {...rest} />;
    case 'message':
      return <MessageInput field={field} {...rest} />;
    case 'typed':
      return <TypedInput field={field} {...rest} />;
    default:
      return assertUnreachable(field);
  }
}
