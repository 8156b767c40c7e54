import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import type { WorkspaceActions } from '../workspace.ts';

/** The comments of Envoy's API are large and only forms show them: they come with the first such form. */
export function documentationActions(
  { vocabulary }: Stores,
  { loadDocumented }: WorkspaceDependencies,
): Pick<WorkspaceActions, 'loadDocumentation'> {
  let wanted = false;
  return {
    loadDocumentation: () => {
      if (wanted || loadDocumented === undefined) return;
      wanted = true;
      void loadDocumented().then((types) => {
        if (types.ok) vocabulary.setState({ documented: types.value });
        else wanted = false;
      });
    },
  };
}
