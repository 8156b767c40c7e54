import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { enumName } from '../../format/header-operations.ts';

export const headerModes = ['DEFAULT', 'SEND', 'SKIP'] as const;
export type HeaderMode = (typeof headerModes)[number];
export const bodyModes = ['NONE', 'STREAMED', 'BUFFERED', 'BUFFERED_PARTIAL', 'FULL_DUPLEX_STREAMED', 'GRPC'] as const;
export type BodyMode = (typeof bodyModes)[number];

/** Which parts of a request and its response a processor is shown. */
export interface ProcessingMode {
  readonly requestHeaders: HeaderMode;
  readonly responseHeaders: HeaderMode;
  readonly requestBody: BodyMode;
  readonly responseBody: BodyMode;
  readonly requestTrailers: HeaderMode;
  readonly responseTrailers: HeaderMode;
}

/** The mode of a filter: a body that streams both ways needs its trailers shown. */
export function readCheckedMode(config: ConfigReader | undefined): ProcessingMode {
  const mode = readMode(config);
  for (const side of ['request', 'response'] as const) {
    if (mode[`${side}Body`] !== 'FULL_DUPLEX_STREAMED' || mode[`${side}Trailers`] === 'SEND') continue;
    throw new ConfigError(
      `If the ext_proc filter has the ${side}_body_mode set to FULL_DUPLEX_STREAMED, then the ${side}_trailer_mode has to be set to SEND`,
    );
  }
  return mode;
}

/** `ProcessingMode`; where nothing is said, headers alone are shown. */
export function readMode(config: ConfigReader | undefined): ProcessingMode {
  const header = (name: string): HeaderMode => enumName(config?.raw(name), headerModes) ?? 'DEFAULT';
  const body = (name: string): BodyMode => enumName(config?.raw(name), bodyModes) ?? 'NONE';
  return {
    requestHeaders: header('request_header_mode'),
    responseHeaders: header('response_header_mode'),
    requestBody: body('request_body_mode'),
    responseBody: body('response_body_mode'),
    requestTrailers: header('request_trailer_mode'),
    responseTrailers: header('response_trailer_mode'),
  };
}

/** A mode in an answer over the configured one: `DEFAULT` changes nothing, body modes always count (envoy `effectiveModeOverride`). */
export function overriddenMode(asked: ProcessingMode, configured: ProcessingMode): ProcessingMode {
  const header = (name: 'requestHeaders' | 'responseHeaders' | 'requestTrailers' | 'responseTrailers'): HeaderMode =>
    asked[name] === 'DEFAULT' ? configured[name] : asked[name];
  return {
    requestHeaders: header('requestHeaders'),
    responseHeaders: header('responseHeaders'),
    requestBody: asked.requestBody,
    responseBody: asked.responseBody,
    requestTrailers: header('requestTrailers'),
    responseTrailers: header('responseTrailers'),
  };
}

/** The same in everything but request headers, which have been shown already. */
export function isSameMode(a: ProcessingMode, b: ProcessingMode): boolean {
  return (
    a.responseHeaders === b.responseHeaders &&
    a.requestBody === b.requestBody &&
    a.responseBody === b.responseBody &&
    a.requestTrailers === b.requestTrailers &&
    a.responseTrailers === b.responseTrailers
  );
}
