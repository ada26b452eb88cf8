import { Camera } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../../base/messageOf.ts';
import { startCamera } from '../../project/pictures/pictureSources.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { DialogButtons, ModalDialog } from '../controls/ModalDialog.tsx';
import styles from './CameraDialog.module.css';
import { pictureCount } from './pictureWords.ts';

/** Live video; a press adds what it shows as a picture. The camera is let go when the dialog closes. */
export function CameraDialog() {
  const isOpen = useApp((state) => state.view.dialog?.name === 'camera');
  if (!isOpen) return null;
  return (
    <ModalDialog title="Camera">
      <Viewfinder />
    </ModalDialog>
  );
}

function Viewfinder() {
  const workbench = useWorkbench();
  const video = useRef<HTMLVideoElement>(null);
  const { isLive, trouble } = useCamera(video);
  const [taking, setTaking] = useState(false);
  const [taken, setTaken] = useState(0);
  const take = async () => {
    if (video.current === null) return;
    setTaking(true);
    const before = workbench.store.getState().project.pictures.length;
    await workbench.pictures.takeSnapshot(video.current);
    const after = workbench.store.getState().project.pictures.length;
    setTaking(false);
    // An example gives way to a project of one's own with the first snapshot.
    setTaken((count) => (after > before || count === 0 ? count + 1 : count));
  };
  return (
    <>
      {trouble === null ? (
        <video
          ref={video}
          className={styles.video}
          aria-label="Live picture of the camera"
          autoPlay
          muted
          playsInline
        />
      ) : (
        <p role="alert" className={controls.warning}>
          {trouble}
        </p>
      )}
      <p role="status" className={styles.status}>
        {trouble === null && !isLive && <span>Waiting for the camera…</span>}
        {taken > 0 && <span>{`${pictureCount(taken)} added.`}</span>}
      </p>
      <DialogButtons>
        <button type="button" className={controls.button} onClick={() => workbench.openDialog(null)}>
          Close
        </button>
        <button type="button" className={controls.primary} disabled={!isLive || taking} onClick={() => void take()}>
          <Camera size={16} />
          Take snapshot
        </button>
      </DialogButtons>
    </>
  );
}

/** Shows the camera in a video element for as long as the component stands. */
function useCamera(video: { readonly current: HTMLVideoElement | null }) {
  const [isLive, setLive] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    const closing = new AbortController();
    const { signal } = closing;
    void startCamera()
      .then(async (stream) => {
        const stop = () => {
          for (const track of stream.getTracks()) track.stop();
        };
        const element = video.current;
        if (signal.aborted || element === null) {
          stop();
          return;
        }
        signal.addEventListener('abort', stop);
        for (const track of stream.getTracks()) {
          track.addEventListener('ended', () => setTrouble('The camera stopped; close this and try again.'), {
            signal,
          });
        }
        element.srcObject = stream;
        await element.play();
        setLive(!signal.aborted);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) setTrouble(messageOf(error));
      });
    return () => closing.abort();
  }, [video]);
  return { isLive: isLive && trouble === null, trouble };
}
