import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'success' | 'error';
  readonly text: string;
  /** Advice, on a second line. */
  readonly help?: string | undefined;
  readonly action?: ToastAction | undefined;
  /** A newer toast of the same topic takes its place. */
  readonly topic?: string | undefined;
}

export interface ToastAction {
  readonly title: string;
  readonly run: () => void;
  /** While false, the action would do something else than it says: the toast is out of date. */
  readonly isCurrent?: (() => boolean) | undefined;
}

export interface Toasts {
  readonly store: StoreApi<readonly Toast[]>;
  show(toast: Omit<Toast, 'id'>): void;
  dismiss(id: number): void;
  /** Takes away those whose action is no longer what it says. */
  refresh(): void;
}

const AT_MOST = 2;

/** Short messages about what just happened. Errors stay until dismissed or pushed out; the rest go by themselves (`Toaster`). */
export function createToasts(): Toasts {
  const store = createStore<readonly Toast[]>(() => []);
  let next = 1;
  return {
    store,
    show: (toast) => {
      const others = store.getState().filter((shown) => toast.topic === undefined || shown.topic !== toast.topic);
      store.setState([...others, { ...toast, id: next++ }].slice(-AT_MOST), true);
    },
    dismiss: (id) => store.setState((toasts) => toasts.filter((toast) => toast.id !== id), true),
    refresh: () => {
      const toasts = store.getState();
      const current = toasts.filter((toast) => toast.action?.isCurrent?.() !== false);
      if (current.length < toasts.length) store.setState(current, true);
    },
  };
}
