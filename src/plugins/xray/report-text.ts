import type { ModuleReport } from './module-report.ts';

const kindNames = { http: 'HTTP filter', network: 'network filter', service: 'service without streams' } as const;

/** The report as lines for a terminal; ends with a line break. */
export function reportText(report: ModuleReport): string {
  const { sdk, abi, memory, envoyStart } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['size', `${grouped(report.byteLength)} bytes`],
    ['sha256', report.sha256],
    ['ABI', abi ?? 'none'],
    ['built with', [sdk.language, sdk.compiler, sdk.sdk].filter((part) => part !== undefined).join(', ') || 'not to be told'],
    ['can be', report.kinds.map((kind) => kindNames[kind]).join(', ') || 'nothing in a filter chain'],
    ['starts by', report.start ?? 'nothing'],
    ['allocates by', report.allocator ?? 'nothing'],
    [
      'memory',
      memory === undefined
        ? 'none'
        : `${kibibytes(memory.initialBytes)} at first${memory.maxBytes === undefined ? '' : `, at most ${kibibytes(memory.maxBytes)}`}`,
    ],
    ['functions', grouped(report.functionCount)],
    ['in Envoy', `ready after about ${envoyStart.milliseconds} ms (${envoyStart.cpuMilliseconds} ms of processor time)`],
  ];
  const imports = report.imports.map(
    ({ module, name, kind, status }) =>
      [
        `${module}.${name}`,
        [kind === 'function' ? '' : kind, status === 'provided' ? '' : status].filter((part) => part !== '').join(', '),
      ] as const,
  );
  return [
    table(facts),
    section('Needs', table(report.capabilities.map(({ title, description }) => [title, description] as const))),
    section('Callbacks', table(report.callbacks.map(({ name, title }) => [name, title] as const))),
    section('Imports', table(imports)),
    section('Other exports', report.otherExports.map((name) => `  ${name}\n`).join('')),
    section(
      'Sections',
      table(report.sections.map(({ name, isCustom, bytes }) => [isCustom ? `custom ${name}` : name, `${grouped(bytes)} bytes`] as const)),
    ),
    section(
      'Findings',
      report.findings
        .map(({ severity, code, message, help }) => `  ${severity} ${code}: ${message}\n${help === undefined ? '' : `      ${help}\n`}`)
        .join(''),
    ),
  ].join('');
}

function section(title: string, body: string): string {
  return body === '' ? '' : `\n${title}\n${body}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${`${left.padEnd(width)}  ${right}`.trimEnd()}\n`).join('');
}

function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function kibibytes(bytes: number): string {
  return `${grouped(bytes / 1024)} KiB`;
}
