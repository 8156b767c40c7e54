/**
 * istiod's Go code panics here. The panic is caught where patching of a group of listeners begins: what was done stays, all that was
 * still to do for the group is lost (istio/istio pilot/pkg/networking/core/envoyfilter/listener_patch.go ApplyListenerPatches).
 */
export class PatchPanic extends Error {
  readonly code: 'merge-type' | 'value-missing';

  constructor(code: PatchPanic['code'], message: string) {
    super(message);
    this.code = code;
  }
}
