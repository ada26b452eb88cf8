import type { Workbench } from '../workbench.ts';

/**
 * Opens the links that the page's address comes to hold. One that is open leaves the address as soon as something was
 * done with it or another project is open, so that a reload shows that and not the link again.
 */
export function followAddress({ store, links }: Workbench): void {
  window.addEventListener('hashchange', () => void links.open(location.hash));
  store.subscribe(({ project: { projectId, saving } }) => {
    const { openedId } = links;
    if (openedId === null || (projectId === openedId && saving === 'none')) return;
    links.openedId = null;
    history.replaceState(history.state, '', location.pathname + location.search);
  });
}
