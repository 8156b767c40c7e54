import type { JsonObject, JsonPath } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { formModel } from '#plugins/schema/build-form.ts';
import type { FormField } from '#plugins/schema/form-model.ts';
import type { Messages } from '../messages/en.ts';

/** One section of a resource's form: a title and fields with their paths from the object's root. */
export interface FormSection {
  readonly title: string;
  readonly fields: readonly { readonly path: JsonPath; readonly field: FormField; readonly required: boolean }[];
  /** Shown folded at first. */
  readonly folded: boolean;
}

/**
 * The fields of a WasmPlugin or TrafficExtension outside `pluginConfig`, as JSON Schema so that one form renderer serves all
 * (istio/api extensions/v1alpha1/wasm.proto, traffic_extension.proto).
 */
export function pluginSections(kind: string, spec: JsonObject, messages: Messages): readonly FormSection[] {
  const text = messages.inspector;
  const { fields } = text;
  const isExtension = kind === 'TrafficExtension';
  const module: JsonPath = isExtension ? ['spec', 'wasm'] : ['spec'];
  const phases = ['AUTHN', 'AUTHZ', 'STATS'];
  const isLua = isExtension && spec['lua'] !== undefined;
  const field = (path: JsonPath, schema: JsonObject, required = false) => ({ path, field: formModel(schema), required });
  const placement = [
    field(['spec', 'phase'], { title: fields.phase, description: fields.phaseHint, enum: phases }),
    field(['spec', 'priority'], {
      title: fields.priority,
      description: fields.priorityHint,
      type: 'integer',
      minimum: -2147483648,
      maximum: 2147483647,
    }),
  ];
  const labels = field(['spec', 'selector', 'matchLabels'], {
    title: fields.labels,
    description: fields.labelsHint,
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 63 },
  });
  const targets = field(['spec', 'targetRefs'], {
    title: text.targets,
    type: 'array',
    maxItems: 16,
    items: {
      title: fields.target,
      type: 'object',
      required: ['kind', 'name'],
      properties: {
        kind: { title: fields.kind, enum: ['Gateway', 'GatewayClass', 'Service', 'ServiceEntry'] },
        group: { title: fields.group, enum: ['gateway.networking.k8s.io', '', 'networking.istio.io'] },
        name: { title: fields.name, type: 'string' },
      },
    },
  });
  const lua = [
    field(
      ['spec', 'lua', 'inlineCode'],
      { title: fields.inlineCode, type: 'string', minLength: 1, maxLength: 65536, format: 'textarea' },
      true,
    ),
  ];
  const source = [
    field([...module, 'url'], { title: fields.url, description: fields.urlHint, type: 'string', minLength: 1 }, true),
    field([...module, 'failStrategy'], {
      title: fields.failStrategy,
      description: fields.failStrategyHint,
      enum: ['FAIL_CLOSE', 'FAIL_OPEN', 'FAIL_RELOAD'],
      default: 'FAIL_CLOSE',
    }),
    field([...module, 'imagePullPolicy'], { title: fields.imagePullPolicy, enum: ['IfNotPresent', 'Always'] }),
    field([...module, 'imagePullSecret'], { title: fields.imagePullSecret, type: 'string', maxLength: 253 }),
    field([...module, 'sha256'], { title: fields.sha256, type: 'string', pattern: '^([a-f0-9]{64})?$' }),
    field([...module, 'pluginName'], { title: fields.pluginName, type: 'string', maxLength: 256 }),
    field([...module, 'type'], { title: fields.type, enum: ['HTTP', 'NETWORK'], default: 'HTTP' }),
  ];
  const match = field(['spec', 'match'], {
    title: fields.matchItem,
    type: 'array',
    items: {
      type: 'object',
      properties: {
        mode: { title: fields.matchMode, enum: ['CLIENT', 'SERVER', 'CLIENT_AND_SERVER'] },
        ports: {
          title: fields.ports,
          type: 'array',
          items: {
            type: 'object',
            required: ['number'],
            properties: { number: { title: fields.port, type: 'integer', minimum: 1, maximum: 65535 } },
          },
        },
      },
    },
  });
  const environment = field([...module, 'vmConfig', 'env'], {
    title: fields.variable,
    type: 'array',
    maxItems: 256,
    items: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { title: fields.envName, type: 'string', minLength: 1, maxLength: 256 },
        valueFrom: { title: fields.envFrom, enum: ['INLINE', 'HOST'], default: 'INLINE' },
        value: { title: fields.envValue, type: 'string', maxLength: 2048 },
      },
    },
  });
  const hasTargets = spec['targetRefs'] !== undefined;
  return [
    { title: text.placement, fields: placement, folded: false },
    { title: text.selection, fields: hasTargets ? [targets] : [labels, targets], folded: false },
    { title: text.module, fields: isLua ? lua : source, folded: false },
    { title: text.match, fields: [match], folded: asObject(spec)['match'] === undefined },
    ...(isLua ? [] : [{ title: text.environment, fields: [environment], folded: true }]),
  ];
}
