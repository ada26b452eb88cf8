import { X } from 'lucide-react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import styles from './MessageList.module.css';

/** Plain sentences about what just happened, each with the buttons that mend it. */
export function MessageList() {
  const workbench = useWorkbench();
  const messages = useApp((state) => state.view.messages);
  return (
    <div className={styles.list}>
      {messages.map((message) => (
        <div key={message.id} className={styles.message} data-tone={message.tone} role={ROLES[message.tone]}>
          <span>{message.text}</span>
          {message.actionLabels.length > 0 && (
            <div className={styles.actions}>
              {message.actionLabels.map((label, index) => (
                <button
                  key={label}
                  type="button"
                  className={styles.action}
                  onClick={() => workbench.messages.act(message.id, index)}
                >
                  {label}
                </button>
              ))}
            </div>
          )}
          <button
            type="button"
            className={`${controls.icon} ${styles.dismiss}`}
            aria-label="Dismiss the message"
            onClick={() => workbench.messages.dismiss(message.id)}
          >
            <X size={15} />
          </button>
        </div>
      ))}
    </div>
  );
}

const ROLES = { info: 'status', error: 'alert' } as const;
