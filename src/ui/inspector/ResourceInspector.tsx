import type { ReactElement } from 'react';
import { sameRef } from '#envoy/provenance.ts';
import type { Resource } from '#istio/resource.ts';
import { asNumber, asString } from '#base/json.ts';
import { TabPanel, Tabs } from '../kit/Tabs.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { EnvoyView } from './EnvoyView.tsx';
import { ResourceForm } from './ResourceForm.tsx';
import { ResourceText } from './ResourceText.tsx';
import { WhyResource } from './WhyHere.tsx';
import styles from './Inspector.module.css';

export function ResourceInspector({ resource }: { readonly resource: Resource }): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().inspector;
  const tab = useSelect(workspace.view, (view) => view.inspectorTab);
  const row = useSelect(workspace.design, (design) =>
    [...(design.lane?.rows ?? []), ...(design.lane?.networkFilters ?? [])].find((item) => sameRef(item.resource, resource)),
  );
  const items = [
    { id: 'form', label: messages.form },
    { id: 'yaml', label: messages.yaml },
    { id: 'envoy', label: messages.envoy },
  ] as const;
  return (
    <div className={styles.inspector}>
      <header className={styles.head}>
        <h2 className={styles.title}>{resource.name}</h2>
        <p className={styles.subtitle}>{subtitle(resource)}</p>
      </header>
      {tab === 'form' && <WhyResource resource={resource} row={row} />}
      <Tabs
        name="inspector"
        label={messages.tabs}
        items={items}
        value={tab}
        onChange={(inspectorTab) => workspace.actions.setView({ inspectorTab })}
        variant="segment"
      />
      <TabPanel name="inspector" id={tab} className={tab === 'form' ? styles.panel : styles.fillPanel}>
        {tab === 'form' && <ResourceForm resource={resource} />}
        {tab === 'yaml' && <ResourceText resource={resource} />}
        {tab === 'envoy' && <EnvoyView row={row} />}
      </TabPanel>
    </div>
  );
}

/** `WasmPlugin · demo · AUTHN · 10` */
function subtitle(resource: Resource): string {
  const phase = asString(resource.spec['phase']);
  const priority = asNumber(resource.spec['priority']);
  return [resource.kind, resource.namespace, phase, priority].filter((part) => part !== undefined && part !== '').join(' · ');
}
