import { Shapes } from 'lucide-react';
import { useWorkbench } from '../appContext.ts';
import { tip } from '../controls/tooltip.ts';
import examples from './ExampleButton.module.css';
import styles from './SceneButton.module.css';

/** Stands among the built-in pictures and opens the dialog that makes one. */
export function SceneButton({ captioned = false }: { readonly captioned?: boolean }) {
  const workbench = useWorkbench();
  return (
    <span className={`${examples.example} ${captioned ? examples.captioned : examples.small}`}>
      <button
        type="button"
        className={examples.open}
        aria-label={captioned ? undefined : 'Generated scene…'}
        onClick={() => workbench.scenes.choose()}
        {...tip('A picture made from a seed: shapes, textures, light and noise as you like, every pixel’s class known')}
      >
        <span className={`${examples.picture} ${styles.picture}`}>
          <Shapes size={22} />
        </span>
        {captioned && (
          <span className={examples.caption}>
            <strong>Generated…</strong>
            <span>Made from a seed</span>
          </span>
        )}
      </button>
      <span className={examples.badge}>truth</span>
    </span>
  );
}
