/** Comments of messages, fields and enum values, keyed by full proto name. */
import { goCamelCase, goComments } from './go-source.mjs';
import { plainText } from './plain-text.mjs';

/** `{messages: {name: {'': comment, field: comment}}, enums: {name: {'': comment, VALUE: comment}}}`. */
export function collectDocs(files) {
  const messages = {};
  const enums = {};
  for (const { proto, source } of files) {
    const comments = goComments(source);
    const scope = proto.package === '' ? '' : `${proto.package}.`;
    visitEnums(proto.enumType, scope, '', comments, enums);
    for (const message of proto.messageType) visitMessage(message, scope, '', comments, messages, enums);
  }
  return { messages, enums };
}

function visitMessage(message, scope, goScope, comments, messages, enums) {
  if (message.options?.mapEntry === true) return;
  const name = scope + message.name;
  const goName = goScope + goCamelCase(message.name);
  const struct = comments.structs.get(goName);
  const entry = { '': plainText(struct?.comment ?? '') };
  for (const field of message.field) {
    const wrapper = comments.structs.get(`${goName}_${goCamelCase(field.name)}`);
    entry[field.name] = plainText(struct?.fields.get(field.name) ?? wrapper?.fields.get(field.name) ?? '');
  }
  const said = Object.fromEntries(Object.entries(entry).filter(([, text]) => text !== ''));
  if (Object.keys(said).length > 0) messages[name] = said;
  for (const nested of message.nestedType) visitMessage(nested, `${name}.`, `${goName}_`, comments, messages, enums);
  visitEnums(message.enumType, `${name}.`, `${goName}_`, comments, enums);
}

function visitEnums(list, scope, goScope, comments, enums) {
  for (const type of list) {
    const found = comments.enums.get(goScope + goCamelCase(type.name));
    const entry = { '': plainText(found?.comment ?? '') };
    for (const value of type.value) entry[value.name] = plainText(found?.values.get(value.number) ?? '');
    const said = Object.fromEntries(Object.entries(entry).filter(([, text]) => text !== ''));
    if (Object.keys(said).length > 0) enums[scope + type.name] = said;
  }
}
