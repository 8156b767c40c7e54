import { inspectModule } from '#plugins/xray/inspect-module.ts';
import type { Arguments, Command } from '../command.ts';
import { choice, UsageError } from '../command.ts';
import { readModuleArgument, withHelp } from '../module-file.ts';
import { packConfigMap, packDocker, packOci } from '../pack/routes.ts';
import type { Packing } from '../pack/routes.ts';

const routes = { oci: packOci, docker: packDocker, configmap: packConfigMap } as const;

export const pack: Command = {
  name: 'pack',
  summary: 'A module as an OCI image layout, a Dockerfile or a ConfigMap, with the commands that ship it.',
  usage: [
    'pack MODULE.wasm --to oci [-o FILE.tar|FOLDER] [--image REFERENCE] [--variant compat|oci]',
    'pack MODULE.wasm --to docker [-o Dockerfile] [--image REFERENCE]',
    'pack MODULE.wasm --to configmap [-o FILE] [--name NAME] [--namespace NAMESPACE]',
  ],
  options: {
    to: { type: 'string', value: 'ROUTE', about: 'oci: an image layout; docker: a Dockerfile; configmap: a Kubernetes object' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      about: 'write there instead of to standard output; a folder gets the files of the layout',
    },
    image: { type: 'string', value: 'REFERENCE', about: 'where the image will be pushed (registry.example/NAME:1.0.0)' },
    variant: {
      type: 'string',
      value: 'compat|oci',
      about: 'compat (default): an ordinary image, for every registry; oci: an artifact of Wasm’s own types',
    },
    name: { type: 'string', value: 'NAME', about: 'of the plugin and the ConfigMap (the name of the file)' },
    namespace: { type: 'string', value: 'NAMESPACE', about: 'of the ConfigMap (default)' },
  },
  run: async (args, io) => {
    const to = args.text('to');
    const route = Object.entries(routes).find(([name]) => name === to)?.[1];
    if (route === undefined) throw new UsageError(`Say with --to how to pack: ${Object.keys(routes).join(', ')}.`);
    const variant = choice(args, 'variant', ['compat', 'oci']);
    const module = await readModuleArgument(args, io);
    if (module === undefined) return 1;
    const report = inspectModule(module.bytes);
    if (!report.ok) {
      io.err(withHelp(`${module.path}: ${report.error.message}`, report.error.help));
      return 1;
    }
    const name = nameOf(args, module.name);
    const reference = args.text('image') ?? `registry.example/${name}:1.0.0`;
    if (!/^[\w.-]+(:\d+)?(\/[\w.-]+)+(:[\w.-]+)?$/.test(reference))
      throw new UsageError(`"${reference}" is no reference of an image, such as registry.example/${name}:1.0.0.`);
    const packing: Packing = {
      module,
      name,
      namespace: args.text('namespace') ?? 'default',
      reference,
      tag: /:([\w.-]+)$/.exec(reference)?.[1] ?? 'latest',
      variant,
      output: args.text('output'),
    };
    return route(packing, io);
  },
};

/** Kubernetes takes names of lower-case letters, digits and `-` (RFC 1123 labels). */
function nameOf(args: Arguments, fileName: string): string {
  const given = args.text('name');
  const name =
    given ??
    fileName
      .replace(/\.wasm$/i, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 63);
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(
    given === undefined
      ? 'Give the plugin a name with --name.'
      : `"${given}" is no name for Kubernetes: lower-case letters, digits and "-".`,
  );
}
