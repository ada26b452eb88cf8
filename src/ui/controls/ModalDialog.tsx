import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useWorkbench } from '../appContext.ts';
import styles from './ModalDialog.module.css';

interface ModalDialogProps {
  readonly title: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A native modal dialog that is open while it is mounted; Escape and a press beside it close `view.dialog`. */
export function ModalDialog({ title, className, children }: ModalDialogProps) {
  const workbench = useWorkbench();
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    dialog.showModal();
    // Gives the focus back to where it was.
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      closedby="any"
      aria-label={title}
      onCancel={({ target }) => {
        // At once: until its closing event comes, the closed dialog would keep the focus, and the keys with it.
        if (target === element.current) workbench.openDialog(null);
      }}
      onClose={() => {
        // The event comes late: by now the dialog may have been opened again.
        if (element.current?.open === false) workbench.openDialog(null);
      }}
    >
      <div className={`${styles.body} ${className ?? ''}`}>
        <h2 className={styles.title}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

/** The row of buttons at a dialog's end. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>;
}
