import type { ReactElement } from 'react';
import { aboutFilter } from '#envoy/filter-about.ts';
import type { LaneRow } from '#workspace/design.ts';
import { EnvoyView } from './EnvoyView.tsx';
import { Reasons } from './WhyHere.tsx';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Inspector.module.css';

/** A filter without a resource of its own: what it does, who put it there, what Envoy gets. */
export function FilterInspector({ row }: { readonly row: LaneRow }): ReactElement {
  const messages = useMessages().inspector;
  const about = aboutFilter(row.filter.name, row.filter.typedConfig);
  return (
    <div className={styles.inspector}>
      <header className={styles.head}>
        <h2 className={styles.title}>{row.title}</h2>
        <p className={styles.subtitle}>{row.filter.name}</p>
      </header>
      <section className={styles.why}>
        {about !== undefined && <p>{about.about}</p>}
        <h3>{messages.whyHere}</h3>
        <Reasons reasons={row.provenance.reasons} />
        {row.provenance.contributors !== undefined && row.provenance.contributors.length > 0 && (
          <p>
            {messages.contributors}: {row.provenance.contributors.map((item) => `${item.kind} ${item.namespace}/${item.name}`).join(', ')}
          </p>
        )}
      </section>
      <div className={styles.fillPanel}>
        <EnvoyView row={row} />
      </div>
    </div>
  );
}
