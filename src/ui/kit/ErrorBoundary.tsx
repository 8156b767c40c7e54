import { Component, type ErrorInfo, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  /** What to show instead; `retry` draws the content anew. */
  readonly renderError: (error: Error, retry: () => void) => ReactNode;
  readonly onError?: ((error: Error, info: ErrorInfo) => void) | undefined;
  readonly children: ReactNode;
}

/** Keeps a fault of one pane inside that pane. React offers this to class components only. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    this.props.onError?.(error, info);
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === undefined ? this.props.children : this.props.renderError(error, () => this.setState({ error: undefined }));
  }
}
