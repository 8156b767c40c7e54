import type { Severity } from '#base/diagnostic.ts';

/** A remark about an image or archive, in the shape of the X-ray's findings. */
export interface ArchiveFinding {
  readonly code: `plugins/archive-${string}`;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string | undefined;
}

const texts = {
  'no-layers': {
    severity: 'error',
    message: () => 'Istio cannot load this image: it has no layers.',
    help: 'Build it again: one layer that holds plugin.wasm.',
  },
  'bare-layer': {
    severity: 'error',
    message: () =>
      'Istio cannot load this image: a bare Wasm layer needs a configuration layer beside it, or must be packed as plugin.wasm in a tar.gz layer.',
    help: 'Two layers (application/vnd.module.wasm.config.v1+json and …content.layer.v1+wasm), or an ordinary image built FROM scratch.',
  },
  'layer-type': {
    severity: 'error',
    message: (what: string) => `Istio cannot load this image: its last layer is ${what}.`,
    help: 'It must be a tar.gz layer of the manifest’s own kind (Docker or OCI) that holds plugin.wasm.',
  },
  'no-plugin-wasm': {
    severity: 'error',
    message: (what: string) => `Istio cannot load this image: there is no plugin.wasm in its last layer, only ${what}.`,
    help: 'Copy the module as plugin.wasm, with a single COPY instruction.',
  },
  'no-variant': {
    severity: 'info',
    message: () =>
      'The manifest lacks the annotation module.wasm.image/variant: compat, which the specification asks for. Istio does not look at it.',
  },
  platform: {
    severity: 'warning',
    message: (what: string) => `This image is for ${what}: Istio’s agent asks for linux/amd64 when an image has several platforms.`,
    help: 'docker buildx build --platform linux/amd64 --provenance=false …',
  },
  'several-modules': { severity: 'info', message: (what: string) => `The archive holds several modules: ${what}.` },
} satisfies Readonly<Record<string, { readonly severity: Severity; readonly message: (what: string) => string; readonly help?: string }>>;

/** A remark with the texts of the table. */
export function archiveFinding(code: keyof typeof texts, what = ''): ArchiveFinding {
  const text: { readonly severity: Severity; readonly message: (what: string) => string; readonly help?: string } = texts[code];
  return { code: `plugins/archive-${code}`, severity: text.severity, message: text.message(what), help: text.help };
}
