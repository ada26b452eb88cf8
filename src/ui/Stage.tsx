import { useEffect, useRef } from 'react';
import { BRUSH_DIAMETER_PX } from '../workbench/workbench.ts';
import { useApp, useWorkbench } from './appContext.ts';
import { Messages } from './Messages.tsx';
import styles from './Stage.module.css';
import { StatusLine } from './StatusLine.tsx';
import { commandTip, tip } from './tooltip.ts';

/** The picture with its layers, and what floats over it. */
export function Stage() {
  const workbench = useWorkbench();
  const host = useRef<HTMLDivElement>(null);
  const title = useApp((state) => state.title);
  const opening = useApp((state) => state.opening);
  useEffect(() => {
    if (host.current !== null) return workbench.mountView(host.current);
    return undefined;
  }, [workbench]);
  return (
    <main className={styles.stage}>
      <div
        ref={host}
        className={styles.host}
        role="application"
        aria-label={title === '' ? 'Picture' : `Picture: ${title}. Paint with the mouse, a pen or a finger.`}
      />
      {opening && title === '' && <p className={styles.loading}>Opening the picture…</p>}
      <BrushOptions />
      <div className={styles.corner}>
        <Messages />
        <StatusLine />
      </div>
    </main>
  );
}

function BrushOptions() {
  const workbench = useWorkbench();
  const diameterPx = useApp((state) => state.brushDiameterPx);
  const predictionOpacity = useApp((state) => state.predictionOpacity);
  const labelOpacity = useApp((state) => state.labelOpacity);
  const steps = Math.log(BRUSH_DIAMETER_PX.max);
  return (
    <div className={styles.options} role="toolbar" aria-label="Brush and layers">
      <label {...tip('Brush diameter in picture pixels ([ and ])')}>
        Size
        {/* Logarithmic: one pixel more matters at 2 px, not at 100. */}
        <input
          type="range"
          min={0}
          max={1}
          step={0.005}
          value={Math.log(diameterPx) / steps}
          aria-valuetext={`${diameterPx} px`}
          onChange={(event) => workbench.setBrushDiameter(Math.exp(Number(event.target.value) * steps))}
        />
        <output className={styles.size}>{diameterPx} px</output>
      </label>
      <span className={styles.rule} />
      <OpacitySlider
        name="Labels"
        command="labels"
        value={labelOpacity}
        onChange={(opacity) => workbench.setView({ labelOpacity: opacity })}
      />
      <OpacitySlider
        name="Prediction"
        command="prediction"
        value={predictionOpacity}
        onChange={(opacity) => workbench.setView({ predictionOpacity: opacity })}
      />
    </div>
  );
}

interface OpacitySliderProps {
  readonly name: string;
  /** The command whose key shows and hides the layer. */
  readonly command: string;
  readonly value: number;
  onChange(opacity: number): void;
}

function OpacitySlider({ name, command, value, onChange }: OpacitySliderProps) {
  return (
    <label {...commandTip(command, `Opacity of the ${name.toLowerCase()}`)}>
      {name}
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
}
