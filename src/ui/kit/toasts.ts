import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'success' | 'error';
  readonly text: string;
  /** Advice, on a second line. */
  readonly help?: string | undefined;
  readonly action?: { readonly title: string; readonly run: () => void } | undefined;
}

export interface Toasts {
  readonly store: StoreApi<readonly Toast[]>;
  show(toast: Omit<Toast, 'id'>): void;
  dismiss(id: number): void;
}

const AT_MOST = 3;

/** Short messages about what just happened. Errors stay until dismissed or pushed out; the rest go by themselves (`Toaster`). */
export function createToasts(): Toasts {
  const store = createStore<readonly Toast[]>(() => []);
  let next = 1;
  return {
    store,
    show: (toast) => store.setState((toasts) => [...toasts, { ...toast, id: next++ }].slice(-AT_MOST), true),
    dismiss: (id) => store.setState((toasts) => toasts.filter((toast) => toast.id !== id), true),
  };
}
