import { strictUtf8 } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { Failure, Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { ArchiveFinding } from './archive-findings.ts';
import { archiveFinding } from './archive-findings.ts';
import { gunzip, isGzip } from './gzip.ts';
import { mediaTypes, moduleFileName } from './oci-image.ts';
import { isTar, readTar } from './read-tar.ts';
import type { TarEntry } from './tar-entry.ts';

export interface ImageContents {
  readonly modules: readonly Uint8Array[];
  readonly reference?: string | undefined;
  readonly spec?: string | undefined;
  readonly findings: readonly ArchiveFinding[];
}

/** Reads what lies at a path of the archive; undefined when it is not there. */
type Files = (path: string) => Uint8Array | undefined;

/** A layer as the manifest names it, unpacked if it was packed. */
interface Layer {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The module inside an image archive; undefined when the archive is no image. */
export async function readImage(entries: readonly TarEntry[]): Promise<Result<ImageContents | undefined, Failure>> {
  const byPath = new Map(entries.map(({ path, bytes }) => [path.replace(/^\.\//, ''), bytes]));
  const files: Files = (path) => byPath.get(path);
  // `docker save` of newer Docker writes both; its own list tells the layers as they are on disk, not as they would be pushed.
  const saved = asArray(jsonAt(files, 'manifest.json')).find(isObject);
  if (saved !== undefined) return readSaved(files, saved);
  const index = jsonAt(files, 'index.json');
  return isObject(index) ? readLayout(files, index) : ok(undefined);
}

async function readSaved(files: Files, saved: JsonObject): Promise<Result<ImageContents | undefined, Failure>> {
  const paths = asArray(saved['Layers']).flatMap((path) => asString(path) ?? []);
  const layers = await readLayers(paths.map((path) => ({ mediaType: mediaTypes.dockerLayer, bytes: files(path) })));
  if (!layers.ok) return layers;
  const reference = asString(asArray(saved['RepoTags'])[0]);
  return contents(
    layers.value,
    reference,
    findInLayers(layers.value) === undefined ? [archiveFinding('no-plugin-wasm', listed(layers.value.at(-1)))] : [],
  );
}

async function readLayout(files: Files, index: JsonObject): Promise<Result<ImageContents | undefined, Failure>> {
  const choice = chooseManifest(files, index);
  if (choice === undefined)
    return fail(
      'plugins/no-manifest',
      'The image layout has no manifest.',
      'Copy the image again, for instance with skopeo copy … oci-archive:image.tar.',
    );
  const described = asArray(choice.manifest['layers']).map(asObject);
  const layers = await readLayers(
    described.map((layer) => ({ mediaType: asString(layer['mediaType']) ?? '', bytes: blobAt(files, layer) })),
  );
  if (!layers.ok) return layers;
  return contents(layers.value, choice.reference, [...lint(choice.manifest, layers.value), ...choice.findings]);
}

interface Choice {
  readonly manifest: JsonObject;
  readonly reference: string | undefined;
  readonly findings: readonly ArchiveFinding[];
}

/** The manifest an agent would take: of several platforms linux/amd64; attestations (platform unknown) are passed over. */
function chooseManifest(files: Files, index: JsonObject, depth = 0): Choice | undefined {
  const manifests = asArray(index['manifests']).map(asObject);
  const platformOf = (item: JsonObject): JsonObject => asObject(item['platform']);
  const real = manifests.filter((item) => platformOf(item)['architecture'] !== 'unknown');
  const chosen = real.find((item) => platformOf(item)['architecture'] === 'amd64') ?? real[0];
  if (chosen === undefined || depth > 3) return undefined;
  const value = jsonOf(blobAt(files, chosen));
  if (!isObject(value)) return undefined;
  const annotations = asObject(chosen['annotations']);
  const reference = asString(annotations['io.containerd.image.name']) ?? asString(annotations['org.opencontainers.image.ref.name']);
  const architecture = asString(platformOf(chosen)['architecture']);
  const findings =
    architecture === undefined || architecture === 'amd64'
      ? []
      : [archiveFinding('platform', `${asString(platformOf(chosen)['os']) ?? 'linux'}/${architecture}`)];
  if (value['manifests'] === undefined) return { manifest: value, reference, findings };
  const inner = chooseManifest(files, value, depth + 1);
  return inner === undefined ? undefined : { ...inner, reference: reference ?? inner.reference };
}

/** What Istio's agent demands (istio pkg/wasm/imagefetcher.go `PrepareFetch` and the three `extract…` functions). */
function lint(manifest: JsonObject, layers: readonly Layer[]): readonly ArchiveFinding[] {
  const last = layers.at(-1);
  if (last === undefined) return [archiveFinding('no-layers')];
  const isDocker = manifest['mediaType'] === mediaTypes.dockerManifest;
  const wanted = isDocker ? mediaTypes.dockerLayer : mediaTypes.layer;
  if (last.mediaType !== wanted) {
    const hasModule = layers.some(({ mediaType }) => mediaType === mediaTypes.wasmLayer);
    if (!isDocker && hasModule && layers.length === 2) return [];
    return [
      hasModule && !isDocker
        ? archiveFinding('bare-layer')
        : archiveFinding('layer-type', last.mediaType === '' ? 'of no type' : last.mediaType),
    ];
  }
  if (pluginIn(last) === undefined) return [archiveFinding('no-plugin-wasm', listed(last))];
  const variant = asObject(manifest['annotations'])['module.wasm.image/variant'];
  return isDocker || variant === 'compat' ? [] : [archiveFinding('no-variant')];
}

function contents(
  layers: readonly Layer[],
  reference: string | undefined,
  findings: readonly ArchiveFinding[],
): Result<ImageContents, Failure> {
  const module = findInLayers(layers);
  if (module === undefined) {
    return fail(
      'plugins/no-module',
      'There is no module in this image.',
      findings[0]?.help ?? 'It should hold plugin.wasm in its last layer.',
    );
  }
  const spec = layers.find(({ mediaType }) => mediaType === mediaTypes.higressSpec);
  return ok({ modules: [module], reference, spec: spec === undefined ? undefined : strictUtf8(spec.bytes), findings });
}

/** `plugin.wasm` of the topmost layer that has one, a bare Wasm layer, or any module at all. */
function findInLayers(layers: readonly Layer[]): Uint8Array | undefined {
  const fromTop = [...layers].reverse();
  for (const find of [pluginIn, bareModule, anyModuleIn]) {
    for (const layer of fromTop) {
      const found = find(layer);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function filesIn({ bytes }: Layer): readonly TarEntry[] {
  const entries = isTar(bytes) ? readTar(bytes) : undefined;
  return entries?.ok === true ? entries.value : [];
}

const pluginIn = (layer: Layer): Uint8Array | undefined =>
  filesIn(layer).find(({ path }) => path === moduleFileName || path.endsWith(`/${moduleFileName}`))?.bytes;
const bareModule = ({ mediaType, bytes }: Layer): Uint8Array | undefined =>
  mediaType === mediaTypes.wasmLayer || /\+wasm$|\/wasm$/.test(mediaType) ? bytes : undefined;
const anyModuleIn = (layer: Layer): Uint8Array | undefined => filesIn(layer).find(({ path }) => path.endsWith('.wasm'))?.bytes;

function listed(layer: Layer | undefined): string {
  const names = layer === undefined ? [] : filesIn(layer).map(({ path }) => path);
  return names.length === 0 ? 'nothing' : names.slice(0, 5).join(', ');
}

async function readLayers(
  packed: readonly { readonly mediaType: string; readonly bytes: Uint8Array | undefined }[],
): Promise<Result<readonly Layer[], Failure>> {
  const layers: Layer[] = [];
  for (const { mediaType, bytes } of packed) {
    if (bytes === undefined)
      return fail('plugins/missing-layer', 'A layer the image names is not in the archive.', 'Export the image with all of its layers.');
    const plain = isGzip(bytes) ? await gunzip(bytes) : ok(bytes);
    if (!plain.ok) return plain;
    layers.push({ mediaType, bytes: plain.value });
  }
  return ok(layers);
}

function blobAt(files: Files, descriptor: JsonObject): Uint8Array | undefined {
  const digest = asString(descriptor['digest']);
  return digest === undefined ? undefined : files(`blobs/${digest.replace(':', '/')}`);
}

function jsonAt(files: Files, path: string): JsonValue | undefined {
  return jsonOf(files(path));
}

function jsonOf(bytes: Uint8Array | undefined): JsonValue | undefined {
  const text = bytes === undefined ? undefined : strictUtf8(bytes);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined; // a file of that name with something else in it: no image
  }
}
