import { useEffect, useState } from 'react';
import { makeMatrix, type Matrix } from '#workspace/matrix.ts';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';

/** The matrix of the workspace as far as it is made; it is made anew when the workspace or the Istio version changes. */
export function useMatrix(): Matrix | undefined {
  const workspace = useWorkspace();
  const resources = useSelect(workspace.design, (design) => design.resources);
  const istio = useSelect(workspace.view, (view) => view.istio);
  const types = useSelect(workspace.vocabulary, (vocabulary) => vocabulary.types);
  const [matrix, setMatrix] = useState<Matrix>();
  useEffect(() => {
    const stopper = new AbortController();
    void makeMatrix(workspace, stopper.signal, setMatrix);
    return () => stopper.abort();
  }, [workspace, resources, istio, types]);
  return matrix;
}
