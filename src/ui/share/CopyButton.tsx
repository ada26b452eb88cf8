import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import styles from './CopyButton.module.css';

const SHOWN_MS = 2000;

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  /** One that does not stand out, for what is not a dialog's purpose. */
  readonly quiet?: boolean;
  readonly disabled?: boolean;
}

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, label, quiet = false, disabled = false }: CopyButtonProps) {
  const workbench = useWorkbench();
  const [copied, setCopied] = useState<string | null>(null);
  useEffect(() => {
    if (copied === null) return undefined;
    const timer = setTimeout(() => setCopied(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      workbench.messages.error('The browser did not let this page copy: select the text and copy it by hand.');
    }
  };
  const isCopied = copied === text;
  return (
    <button
      type="button"
      className={`${quiet ? controls.button : controls.primary} ${styles.copy}`}
      disabled={disabled}
      onClick={() => void copy()}
    >
      {isCopied ? <Check size={16} /> : <Copy size={16} />}
      <span aria-live="polite">{isCopied ? 'Copied' : label}</span>
    </button>
  );
}
