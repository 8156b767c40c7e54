import { formatPath, type JsonPath, type JsonValue } from '#base/json.ts';

/** Where two configurations differ: names from the outside in; a part that is absent means the difference is of what stands before it. */
export interface DiffPlace {
  readonly listener?: string | undefined;
  /** Its name, or its match in words when it has none. */
  readonly chain?: string | undefined;
  readonly filter?: string | undefined;
  readonly httpFilter?: string | undefined;
  /** A `RouteConfiguration`, when it is not of a listener. */
  readonly route?: string | undefined;
}

export interface Difference {
  readonly kind: 'added' | 'removed' | 'moved' | 'changed';
  readonly place: DiffPlace;
  /** Of a change. `extension` first: in what the filter gets by discovery. */
  readonly field?: JsonPath | undefined;
  readonly before?: JsonValue | undefined;
  readonly after?: JsonValue | undefined;
  /** Both sides are of the same answer of istiod: its agent made the difference on the way to Envoy. */
  readonly expected?: 'istio-agent' | undefined;
}

/** `virtualInbound › 0.0.0.0_80 › envoy.filters.http.fault`. */
export function placeText({ listener, chain, filter, httpFilter, route }: DiffPlace): string {
  if (route !== undefined) return `route ${route}`;
  return [listener, chain, filter, httpFilter].filter((part) => part !== undefined).join(' › ');
}

/** The same difference in several places: what a new version or one edit does to every chain. */
export interface FoldedDifference {
  readonly difference: Difference;
  readonly places: readonly DiffPlace[];
}

/** Puts together what is said of the same filter in several chains; in the order in which they are met. */
export function foldDifferences(differences: readonly Difference[]): readonly FoldedDifference[] {
  const folds = new Map<string, { difference: Difference; places: DiffPlace[] }>();
  for (const difference of differences) {
    const { kind, place, field, before, after } = difference;
    const { chain, filter, httpFilter } = place;
    const subject = chain === undefined ? place : { filter, httpFilter };
    // A chain that came or went is itself what differs.
    const key = JSON.stringify([kind, subject, field, before ?? null, after ?? null, filter === undefined ? chain : null]);
    const known = folds.get(key);
    if (known === undefined) folds.set(key, { difference, places: [place] });
    else known.places.push(place);
  }
  return [...folds.values()];
}

/** What differs, without where: `envoy.filters.http.fault`, `0.0.0.0_8000`. */
export function subjectOf({ listener, chain, filter, httpFilter, route }: DiffPlace): string {
  return httpFilter ?? filter ?? chain ?? listener ?? `route ${route ?? ''}`;
}

/** Lines for a terminal: what happened, to what, and where; values are cut to `width` characters. */
export function foldedText({ difference, places }: FoldedDifference, width = 70): string {
  const { kind, place, field, before, after, expected } = difference;
  const [only, ...others] = places;
  const where =
    others.length === 0 ? placeText(only ?? place) : `${subjectOf(place)}, in ${places.length} places from ${placeText(only ?? place)}`;
  const head = `${kind} ${where}${expected === undefined ? '' : " (expected: by Istio's agent)"}\n`;
  return kind === 'changed' ? `${head}    ${formatPath(field ?? [])}: ${valueText(before, width)} → ${valueText(after, width)}\n` : head;
}

export function valueText(value: JsonValue | undefined, width: number): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
