import { Crosshair } from 'lucide-react';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { NumberField } from '../../controls/fields.tsx';
import { tip } from '../../controls/tooltip.ts';
import styles from './PixelPicker.module.css';

/** Chooses the pixel that is looked into: by a press on the picture, by its place, or any labeled or unlabeled one. */
export function PixelPicker() {
  const { inspection } = useWorkbench();
  const picks = useApp((state) => state.inspection.picksPixel);
  const pinned = useApp((state) => state.inspection.pinnedPixel);
  const width = useApp((state) => state.document.width);
  const height = useApp((state) => state.document.height);
  const { x, y } = pinned ?? { x: 0, y: 0 };
  return (
    <fieldset className={styles.picker} aria-label="Pixel">
      <button
        type="button"
        className={controls.icon}
        aria-label="Choose a pixel on the picture"
        aria-pressed={picks}
        onClick={() => inspection.setPicking(!picks)}
        {...tip(picks ? 'Click the picture to choose a pixel; press again to paint' : 'Choose a pixel on the picture')}
      >
        <Crosshair size={18} />
      </button>
      <span className={styles.place}>
        <span>x</span>
        <NumberField
          label="Pixel’s x"
          value={x}
          min={0}
          max={Math.max(0, width - 1)}
          whole
          onChange={(value) => inspection.pin(value, y)}
        />
      </span>
      <span className={styles.place}>
        <span>y</span>
        <NumberField
          label="Pixel’s y"
          value={y}
          min={0}
          max={Math.max(0, height - 1)}
          whole
          onChange={(value) => inspection.pin(x, value)}
        />
      </span>
      <span className={styles.any}>
        <button
          type="button"
          className={controls.button}
          aria-label="Labeled pixel"
          onClick={() => inspection.pinLabeled()}
          {...tip('Choose a labeled pixel')}
        >
          Labeled
        </button>
        <button
          type="button"
          className={controls.button}
          aria-label="Unlabeled pixel"
          onClick={() => inspection.pinUnlabeled()}
          {...tip('Choose an unlabeled pixel')}
        >
          Unlabeled
        </button>
      </span>
    </fieldset>
  );
}
