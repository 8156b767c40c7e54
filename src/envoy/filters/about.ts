/** What a built-in filter is, for people who have not met it. */
export interface FilterAbout {
  readonly layer: 'listener' | 'network' | 'http';
  /** Its usual name. Envoy finds the filter by the type of its configuration; the name is free. */
  readonly name: string;
  /** The message of its configuration. */
  readonly type: string;
  readonly title: string;
  /** One sentence. */
  readonly about: string;
  /** The page of Envoy's documentation, below its `configuration/`; absent for filters that only Istio has. */
  readonly docs?: string | undefined;
}

/** Usual name behind the layer's prefix, configuration message behind the layer's package, sentence, documentation page. */
export type FilterRow = readonly [name: string, type: string, about: string, docs?: string];
