import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { bootstrap } from './bootstrap.ts';
import { App } from './ui/App.tsx';
import { WorkbenchContext } from './ui/appContext.ts';
import './ui/theme.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root to mount on.');

createRoot(root).render(
  <StrictMode>
    <WorkbenchContext value={bootstrap()}>
      <App />
    </WorkbenchContext>
  </StrictMode>,
);
