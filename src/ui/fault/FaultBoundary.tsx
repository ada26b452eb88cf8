import { Component, type ReactNode } from 'react';

interface FaultBoundaryProps {
  /** What stands in the place of children that threw; `retry` shows them again. */
  fallback(retry: () => void): ReactNode;
  /** Called with what was thrown, once the fallback stands. */
  onFault?(error: unknown): void;
  readonly children: ReactNode;
}

/** Keeps what its children throw while they are drawn from the rest of the page. */
export class FaultBoundary extends Component<FaultBoundaryProps, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onFault?.(error);
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return this.props.fallback(() => this.setState({ hasFailed: false }));
  }
}
