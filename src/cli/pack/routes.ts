import { configMapRoute } from '#plugins/packaging/config-map.ts';
import type { Command } from '#plugins/packaging/docker.ts';
import { dockerCommands, dockerfile, layoutCommands } from '#plugins/packaging/docker.ts';
import type { ImageVariant } from '#plugins/packaging/oci-image.ts';
import { ociLayout } from '#plugins/packaging/oci-image.ts';
import { writeTar } from '#plugins/packaging/write-tar.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import type { ExitCode } from '../command.ts';
import { UsageError } from '../command.ts';
import { isFolder, writeBelow, writeFile } from '../files.ts';
import type { Io } from '../io.ts';
import type { ModuleArgument } from '../module-file.ts';
import { withHelp } from '../module-file.ts';

/** What is packed, and how. */
export interface Packing {
  readonly module: ModuleArgument;
  readonly name: string;
  readonly namespace: string;
  readonly reference: string;
  readonly tag: string;
  readonly variant: ImageVariant;
  /** A file; for layouts also a folder. Undefined: standard output. */
  readonly output: string | undefined;
}

/** An image layout: one tar, or its files below a folder that is there or whose name ends with `/`. */
export async function packOci({ module, name, tag, reference, variant, output }: Packing, io: Io): Promise<ExitCode> {
  const annotations = { 'org.opencontainers.image.title': name };
  const { files, digest } = await ociLayout(module.bytes, { variant, tag, annotations });
  const hint = `url: oci://${withoutTag(reference)}@${digest}\n`;
  if (output !== undefined && (output.endsWith('/') || isFolder(output))) {
    for (const { path, bytes } of files) writeBelow(output, path, bytes);
    io.err(
      hint + commandText(layoutCommands(output.replace(/\/+$/, ''), tag, reference).filter(({ command }) => command.includes('oras'))),
    );
    return 0;
  }
  if (output === undefined && process.stdout.isTTY)
    throw new UsageError('An image layout is no text: name a file with -o, or send standard output to one.');
  write(writeTar(files), output, io);
  io.err(hint + commandText(layoutCommands(output ?? `${name}.tar`, tag, reference)));
  return 0;
}

export function packDocker({ module, reference, output }: Packing, io: Io): ExitCode {
  write(dockerfile(module.name), output, io);
  io.err(commandText(dockerCommands(reference)));
  return 0;
}

export function packConfigMap({ module, name, namespace, output }: Packing, io: Io): ExitCode {
  const route = configMapRoute(name, namespace, module.bytes);
  if (!route.ok) {
    io.err(withHelp(route.error.message, route.error.help));
    return 1;
  }
  const { configMap, annotations, gatewayPatch, url, commands, remarks } = route.value;
  write(stringifyDocuments([configMap]), output, io);
  io.err(
    [
      `url: ${url}`,
      'annotations of the pod template:',
      ...Object.entries(annotations).map(([key, value]) => `    ${key}: '${value}'`),
      'for a gateway, a patch of its Deployment:',
      `    ${JSON.stringify(gatewayPatch)}`,
      ...remarks,
      '',
    ].join('\n') + commandText(commands),
  );
  return 0;
}

function write(content: string | Uint8Array, output: string | undefined, io: Io): void {
  if (output === undefined || output === '-') io.out(content);
  else writeFile(output, content);
}

function withoutTag(reference: string): string {
  return reference.replace(/:[\w.-]+$/, '');
}

function commandText(commands: readonly Command[]): string {
  return commands.map(({ title, command }) => `# ${title}\n${command}\n`).join('');
}
