import { asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import type { Snapshot } from '../snapshot.ts';

/** Istio's default lines (istio/istio `pilot/pkg/model/telemetry_logging.go EnvoyTextLogFormat`, `EnvoyJSONLogFormatIstio`). */
export const textFormat =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% ' +
  '%DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" ' +
  '"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% ' +
  '%DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n';

const jsonFormat: JsonObject = {
  start_time: '%START_TIME%',
  route_name: '%ROUTE_NAME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  connection_termination_details: '%CONNECTION_TERMINATION_DETAILS%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  upstream_service_time: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  x_forwarded_for: '%REQ(X-FORWARDED-FOR)%',
  user_agent: '%REQ(USER-AGENT)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  authority: '%REQ(:AUTHORITY)%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
  upstream_local_address: '%UPSTREAM_LOCAL_ADDRESS%',
  downstream_local_address: '%DOWNSTREAM_LOCAL_ADDRESS%',
  downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  upstream_transport_failure_reason: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
};

/** Older versions name the cluster as it is shown in statistics. */
function defaultJson(snapshot: Snapshot): JsonObject {
  return snapshot.minor.minor < 25 ? { ...jsonFormat, upstream_cluster: '%UPSTREAM_CLUSTER%' } : jsonFormat;
}

/** The log that MeshConfig's `accessLogFile` asks for. */
export function meshFileAccessLog(path: string, snapshot: Snapshot): JsonObject {
  const { raw } = snapshot.mesh;
  const format = asString(raw['accessLogFormat']) ?? '';
  const usual = defaultJson(snapshot);
  if (raw['accessLogEncoding'] !== 'JSON') return fileLog(path, textLog(format, false, snapshot));
  return fileLog(path, jsonLog(format === '' ? usual : (parseObject(format) ?? usual), false, snapshot));
}

/** The log of an `envoyFileAccessLog` provider; the built-in one, `envoy`, follows MeshConfig's format. */
export function fileAccessLog(name: string, provider: JsonObject, snapshot: Snapshot): JsonObject {
  const path = asString(provider['path']) ?? '';
  const format = provider['logFormat'];
  const omitEmpty = provider['omitEmptyValues'] === true;
  if (name === 'envoy' && !isObject(format) && !omitEmpty) return meshFileAccessLog(path, snapshot);
  const target = path === '' ? '/dev/stdout' : path;
  const labels = isObject(format) ? format['labels'] : undefined;
  if (isObject(labels))
    return fileLog(target, jsonLog(Object.keys(labels).length === 0 ? defaultJson(snapshot) : labels, omitEmpty, snapshot));
  return fileLog(target, textLog(asString(asObject(format)['text']) ?? '', omitEmpty, snapshot));
}

function fileLog(path: string, logFormat: JsonObject): JsonObject {
  return {
    name: 'envoy.access_loggers.file',
    typedConfig: typed('envoy.extensions.access_loggers.file.v3.FileAccessLog', { path, logFormat }),
  };
}

const withoutQuery = {
  name: 'envoy.formatter.req_without_query',
  typedConfig: typed('envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery'),
};

const olderFormatters = [
  { name: 'envoy.formatter.cel', typedConfig: typed('envoy.extensions.formatter.cel.v3.Cel') },
  { name: 'envoy.formatter.metadata', typedConfig: typed('envoy.extensions.formatter.metadata.v3.Metadata') },
];

/** The extensions a format needs; Envoy has CEL and METADATA built in since a while. */
export function formatters(text: string, snapshot: Snapshot): readonly JsonObject[] | undefined {
  const [cel, metadata] = olderFormatters;
  const out: JsonObject[] = text.includes('%REQ_WITHOUT_QUERY') ? [withoutQuery] : [];
  if (snapshot.minor.minor < 25) {
    if (metadata !== undefined && text.includes('%METADATA')) out.push(metadata);
    if (cel !== undefined && text.includes('%CEL')) out.push(cel);
  }
  return unlessDefault(out);
}

function textLog(format: string, omitEmptyValues: boolean, snapshot: Snapshot): JsonObject {
  const line = format === '' ? textFormat : format.endsWith('\n') ? format : `${format}\n`;
  return message({
    textFormatSource: { inlineString: line },
    omitEmptyValues: unlessDefault(omitEmptyValues),
    formatters: formatters(line, snapshot),
  });
}

function jsonLog(labels: JsonObject, omitEmptyValues: boolean, snapshot: Snapshot): JsonObject {
  const texts = Object.values(labels).filter((value) => typeof value === 'string');
  return message({
    jsonFormat: labels,
    jsonFormatOptions: {},
    omitEmptyValues: unlessDefault(omitEmptyValues),
    formatters: formatters(texts.join('\n'), snapshot),
  });
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // istiod logs the error and takes its own format
  }
}
