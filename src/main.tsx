import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { bootstrap } from './bootstrap.ts';
import { CurrentWorkbench } from './ui/appContext.ts';
import { FaultBoundary } from './ui/fault/FaultBoundary.tsx';
import { FaultNotice } from './ui/fault/faultNotice.ts';
import { watchForFaults } from './ui/fault/watchForFaults.ts';
import { App } from './ui/shell/App.tsx';
import './ui/theme.css';

const notice = new FaultNotice();
watchForFaults((error) => notice.show(error));

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root to mount on.');

if (new URLSearchParams(location.search).has('bench')) {
  const { showBench } = await import('./benchPage.ts');
  await showBench(root);
} else {
  showApp(root);
}

function showApp(place: HTMLElement): void {
  const workbench = bootstrap();
  notice.follow(workbench);
  createRoot(place).render(
    <StrictMode>
      <FaultBoundary fallback={() => null} onFault={(error) => notice.show(error)}>
        <CurrentWorkbench value={workbench}>
          <App />
        </CurrentWorkbench>
      </FaultBoundary>
    </StrictMode>,
  );
}
