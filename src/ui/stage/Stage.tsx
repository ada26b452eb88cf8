import { Camera, ImagePlus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { openTitle } from '../../state/selectors.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { ToolOptions } from '../tools/ToolOptions.tsx';
import { ComparisonNames } from './ComparisonNames.tsx';
import { MessageList } from './MessageList.tsx';
import { PastBadge } from './PastBadge.tsx';
import styles from './Stage.module.css';
import { StatusLine } from './StatusLine.tsx';
import { SuggestionHint } from './SuggestionHint.tsx';

/** The picture with its layers, and what floats over it. */
export function Stage() {
  const workbench = useWorkbench();
  const host = useRef<HTMLDivElement>(null);
  const title = useApp(openTitle);
  const hasPicture = useApp((state) => state.document.pictureId !== null);
  const opening = useApp((state) => state.project.opening);
  useEffect(() => {
    if (host.current !== null) return workbench.mountView(host.current);
    return undefined;
  }, [workbench]);
  return (
    <main className={styles.stage}>
      <div
        ref={host}
        className={styles.host}
        data-anchor="picture"
        data-empty={!hasPicture}
        role="application"
        aria-label={title === '' ? 'Picture' : `Picture: ${title}. Paint with the mouse, a pen or a finger.`}
      />
      {!hasPicture && (opening ? <p className={styles.empty}>Opening the picture…</p> : <EmptyProject />)}
      {hasPicture && <ToolOptions />}
      {hasPicture && <ComparisonNames />}
      <div className={styles.corner}>
        <MessageList />
        <PastBadge />
        <SuggestionHint />
        <StatusLine />
      </div>
    </main>
  );
}

function EmptyProject() {
  const workbench = useWorkbench();
  return (
    <div className={styles.empty}>
      <p>
        <strong>This project has no pictures yet.</strong>
        <br />
        Drop some here, paste one, or choose them. They stay on this device.
      </p>
      <div className={styles.offers}>
        <button type="button" className={controls.primary} onClick={() => workbench.filePicker?.('pictures')}>
          <ImagePlus size={16} />
          Choose pictures
        </button>
        <button type="button" className={controls.button} onClick={() => workbench.openDialog({ name: 'camera' })}>
          <Camera size={16} />
          Use the camera
        </button>
      </div>
    </div>
  );
}
