import type { Failure, Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { ArchiveFinding } from './archive-findings.ts';
import { archiveFinding } from './archive-findings.ts';
import { gunzip, isGzip } from './gzip.ts';
import { readImage } from './read-image.ts';
import { isTar, readTar } from './read-tar.ts';
import type { TarEntry } from './tar-entry.ts';

/** What a file users drop turned out to hold. */
export interface ModuleArchive {
  /** One, usually; a plain archive may hold several. */
  readonly modules: readonly NamedModule[];
  /** `name:tag` of an image, when the archive says. */
  readonly reference?: string | undefined;
  /** A plugin specification in YAML that came along (Higress puts it into a layer of its own). */
  readonly spec?: string | undefined;
  readonly findings: readonly ArchiveFinding[];
}

export interface NamedModule {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const maxNesting = 4;

/**
 * The modules in a file: a `.wasm`, one packed with gzip, a tar with modules, an OCI image layout or the output of `docker save`,
 * packed or not. Images are also looked at as Istio's agent would. Whether a module is one, `inspectModule` says.
 */
export async function readModuleFile(name: string, bytes: Uint8Array): Promise<Result<ModuleArchive, Failure>> {
  return unpack(name, bytes, 0);
}

async function unpack(name: string, bytes: Uint8Array, depth: number): Promise<Result<ModuleArchive, Failure>> {
  if (depth > maxNesting) return fail('plugins/too-deep', 'The archive is packed too often.', 'Choose the module itself.');
  if (isGzip(bytes)) {
    const inner = await gunzip(bytes);
    return inner.ok
      ? unpack(
          name.replace(/\.t?gz$/i, (end) => (/^\.tgz$/i.test(end) ? '.tar' : '')),
          inner.value,
          depth + 1,
        )
      : inner;
  }
  if (!isTar(bytes)) return ok({ modules: [{ name: asModuleName(name), bytes }], findings: [] });
  const entries = readTar(bytes);
  if (!entries.ok) return entries;
  const image = await readImage(entries.value);
  if (!image.ok) return image;
  const { value } = image;
  return value === undefined
    ? plainArchive(entries.value)
    : ok({ ...value, modules: value.modules.map((module) => ({ bytes: module, name: imageModuleName(value.reference, name) })) });
}

function plainArchive(entries: readonly TarEntry[]): Result<ModuleArchive, Failure> {
  const modules = entries.filter(({ path }) => path.endsWith('.wasm')).map(({ path, bytes }) => ({ name: baseName(path), bytes }));
  if (modules.length === 0) {
    return fail(
      'plugins/no-module',
      'There is no .wasm file in this archive, and it is no image.',
      'Choose a module, an OCI image layout or the output of docker save.',
    );
  }
  return ok({
    modules,
    findings: modules.length === 1 ? [] : [archiveFinding('several-modules', modules.map(({ name }) => name).join(', '))],
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `regex-replace.wasm` for `…/regex-replace:1.0.0`; otherwise after the archive's own name. */
function imageModuleName(reference: string | undefined, archive: string): string {
  const repository = reference === undefined ? '' : baseName(reference).replace(/[:@].*$/, '');
  return `${repository === '' || /^[\d.v]+$/.test(repository) ? baseName(archive).replace(/\.(tar|oci|img)$/i, '') : repository}.wasm`;
}

function asModuleName(name: string): string {
  const base = baseName(name);
  return base.endsWith('.wasm') ? base : `${base}.wasm`;
}
