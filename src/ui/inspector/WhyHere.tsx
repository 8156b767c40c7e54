import type { ReactElement } from 'react';
import type { Reason } from '#envoy/provenance.ts';
import { sameRef } from '#envoy/provenance.ts';
import type { Landing } from '#istio/mesh.ts';
import type { Resource } from '#istio/resource.ts';
import type { LaneRow } from '#workspace/design.ts';
import { cx } from '../kit/cx.ts';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Inspector.module.css';

interface ReasonsProps {
  readonly reasons: readonly Reason[];
  /** The last of them is the condition that failed. */
  readonly failed?: boolean | undefined;
}

/** The chain of reasons; the source of each rule is its tooltip. */
export function Reasons({ reasons, failed = false }: ReasonsProps): ReactElement {
  const messages = useMessages().inspector;
  return (
    <ol className={cx(styles.reasons, failed && styles.failed)}>
      {reasons.map((reason) => (
        <li key={reason.code + reason.text} data-tip={reason.source === undefined ? undefined : messages.ruleSource(reason.source)}>
          {reason.text}
        </li>
      ))}
    </ol>
  );
}

interface WhyResourceProps {
  readonly resource: Resource;
  readonly row: LaneRow | undefined;
}

/** Why a resource stands where it stands; or, when it is not in the chosen chain, the first condition that failed. */
export function WhyResource({ resource, row }: WhyResourceProps): ReactElement | null {
  const workspace = useWorkspace();
  const messages = useMessages().inspector;
  const landings = useSelect(workspace.design, (design) =>
    (design.mesh?.landings ?? []).filter((item) => sameRef(item.resource, resource)),
  );
  if (row === undefined && landings.length === 0) return null;
  const places = landings.flatMap((landing) => landing.places);
  return (
    <section className={styles.why}>
      <h3>{row !== undefined ? messages.whyHere : landings.some(({ landed }) => landed) ? messages.whyElsewhere : messages.whyNot}</h3>
      {row !== undefined && <Reasons reasons={row.provenance.reasons} />}
      {row === undefined &&
        landings.map((landing) => <Reasons key={landing.patch ?? 'all'} reasons={landing.reasons} failed={!landing.landed} />)}
      <details>
        <summary>{places.length === 0 ? messages.nowhere : messages.whereElse(places.length)}</summary>
        <Places landings={landings} />
      </details>
    </section>
  );
}

function Places({ landings }: { readonly landings: readonly Landing[] }): ReactElement {
  const messages = useMessages().inspector;
  const names = landings.flatMap((landing) =>
    landing.places.map((place) => `${place.listener} · ${place.chain === '' ? messages.unnamedChain : place.chain}`),
  );
  return (
    <ul className={styles.places}>
      {[...new Set(names)].map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}
