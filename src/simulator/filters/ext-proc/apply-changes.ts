import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import { lowerName } from '../../http/headers.ts';
import type { MutationRules } from '../../matching/header-mutation-rules.ts';
import { isFieldName, isFieldValue } from '../../upstreams/http2-fields.ts';
import type { BodyChange, HeaderChanges, SetHeader } from './answer.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';

export interface ChangeOptions {
  readonly rules: MutationRules;
  /** The whole message is replaced: then the method may change, whatever the rules say. */
  readonly replacing: boolean;
  /** `content-length` stays out of a processor's hands. */
  readonly keepLengthOut: boolean;
  rejected(): void;
}

/** How many header lines, and how many bytes of them, Envoy takes unless told otherwise. */
const MAX_LINES = 100;
const MAX_KIB = 60;

/** Carries out the header changes of a processor (envoy `MutationUtils::applyHeaderMutations`); a text is why it may not be. */
export function applyHeaderChanges(headers: Headers, changes: HeaderChanges, options: ChangeOptions): string | undefined {
  const problem = tooMany(changes) ?? removeAll(headers, changes, options) ?? setAll(headers, changes, options) ?? tooLarge(headers);
  if (problem !== undefined) options.rejected();
  return problem;
}

function tooMany({ set, remove }: HeaderChanges): string | undefined {
  if (set.length <= MAX_LINES && remove.length <= MAX_LINES) return undefined;
  return `Header mutation remove header count ${remove.length} or set header count ${set.length} exceed the HCM header countlimit ${MAX_LINES}`;
}

function tooLarge(headers: Headers): string | undefined {
  const { size, byteSize } = headers;
  if (byteSize <= MAX_KIB * 1024 && size <= MAX_LINES) return undefined;
  return `Header mutation causes end result header count ${size} or header size ${byteSize} bytes, exceeding the count limit ${MAX_LINES} or the size limit ${MAX_KIB} kilobytes`;
}

function removeAll(headers: Headers, { remove }: HeaderChanges, options: ChangeOptions): string | undefined {
  for (const given of remove) {
    const name = lowerName(given);
    if (!isFieldName(name)) return 'header_mutation_remove_contains_invalid_character';
    const verdict = options.rules('remove', name, '');
    if (verdict === 'fail') return 'header_mutation_remove_headers_failed';
    if (verdict === 'ok') headers.remove(name);
    else options.rejected();
  }
  return undefined;
}

function setAll(headers: Headers, { set }: HeaderChanges, options: ChangeOptions): string | undefined {
  for (const header of set) {
    const problem = setOne(headers, header, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function setOne(headers: Headers, header: SetHeader, options: ChangeOptions): string | undefined {
  const name = lowerName(header.name);
  const { value, append } = header;
  if (name === '') return undefined;
  if (header.bothValues) return 'Only one of value or raw_value in the HeaderValue message should be set.';
  if (!isFieldName(name) || !isFieldValue(value)) return 'header_mutation_set_contains_invalid_character';
  if (options.keepLengthOut && name === 'content-length') return undefined;
  const verdict = verdictOf(name, value, append && headers.has(name), options);
  if (verdict === 'fail') return 'header_mutation_set_headers_failed';
  if (verdict === 'ignore') options.rejected();
  else if (append) headers.add(name, value);
  else headers.replace(name, value);
  return undefined;
}

function verdictOf(name: ByteString, value: ByteString, appends: boolean, { rules, replacing }: ChangeOptions): 'ok' | 'ignore' | 'fail' {
  return replacing && name === ':method' ? 'ok' : rules(appends ? 'append' : 'set', name, value);
}

export function applyBodyChange(body: BodyBuffer, change: BodyChange | undefined): void {
  if (change?.kind === 'clear') body.clear();
  else if (change?.kind === 'replace') body.replace(change.bytes);
}
