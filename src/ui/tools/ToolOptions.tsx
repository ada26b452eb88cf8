import { CheckCheck, Layers2, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ToolId } from '../../editor/tools/toolbox.ts';
import { command } from '../../workbench/commands/commands.ts';
import { BRUSH_DIAMETER_PX } from '../../workbench/painting/paintingActions.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { Popover, usePopover } from '../controls/Popover.tsx';
import { commandTip, tip } from '../controls/tooltip.ts';
import { TOOL_HINTS } from '../strings.ts';
import { LayersPanel } from './LayersPanel.tsx';
import styles from './ToolOptions.module.css';

/** What can be set about the tool in hand, and the layers' opacities, where the eyes are. */
export function ToolOptions() {
  const { layers } = useWorkbench();
  const toolId = useApp((state) => state.painting.toolId);
  const predictionOpacity = useApp((state) => state.view.predictionOpacity);
  const labelOpacity = useApp((state) => state.view.labelOpacity);
  const { anchor, button, close } = usePopover();
  return (
    <>
      <div className={styles.options} role="toolbar" aria-label="Tool and layers">
        <OptionsOf toolId={toolId} />
        {toolId !== 'picker' && <OnlyUnlabeledButton />}
        <span className={styles.rule} />
        <span className={styles.opacities}>
          <OpacitySlider
            name="Labels"
            command="labels"
            value={labelOpacity}
            onChange={(opacity) => layers.set({ labelOpacity: opacity })}
          />
          <OpacitySlider
            name="Prediction"
            command="prediction"
            value={predictionOpacity}
            onChange={(opacity) => layers.set({ predictionOpacity: opacity })}
          />
        </span>
        <button
          type="button"
          className={`${controls.icon} ${styles.toggle}`}
          aria-label="Layers"
          {...button}
          {...tip('How the picture, its labels and its prediction look')}
        >
          <Layers2 size={17} />
        </button>
      </div>
      {anchor !== null && (
        <Popover label="Layers" anchor={anchor} onClose={close}>
          <LayersPanel />
        </Popover>
      )}
    </>
  );
}

function OptionsOf({ toolId }: { readonly toolId: ToolId }) {
  switch (toolId) {
    case 'brush':
    case 'line':
      return <SizeSlider />;
    case 'fill':
      return <ToleranceSlider />;
    case 'accept':
      return <ConfidenceOptions />;
    case 'superpixel':
      return <SuperpixelHint />;
    default:
      return <Hint>{TOOL_HINTS[toolId]}</Hint>;
  }
}

function SizeSlider() {
  const { painting } = useWorkbench();
  const diameterPx = useApp((state) => state.painting.brushDiameterPx);
  const steps = Math.log(BRUSH_DIAMETER_PX.max);
  return (
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
        onChange={(event) => painting.setBrushDiameter(Math.exp(Number(event.target.value) * steps))}
      />
      <output className={styles.value}>{`${diameterPx} px`}</output>
    </label>
  );
}

function ToleranceSlider() {
  const { painting } = useWorkbench();
  const fillTolerance = useApp((state) => state.painting.fillTolerance);
  return (
    <label {...tip('How different a colour may be to be filled with the one you click, of 100')}>
      Tolerance
      <input
        type="range"
        min={0}
        max={100}
        value={fillTolerance}
        onChange={(event) => painting.set({ fillTolerance: Number(event.target.value) })}
      />
      <output className={styles.value}>{fillTolerance}</output>
    </label>
  );
}

function ConfidenceOptions() {
  const workbench = useWorkbench();
  const acceptConfidence = useApp((state) => state.painting.acceptConfidence);
  const refusal = useApp((state) => command('acceptAll').refusal?.(state) ?? null);
  const shown = `${Math.round(acceptConfidence * 100)} %`;
  return (
    <>
      <label {...tip('Takes over the predicted class only where the network is at least this sure')}>
        <span className={styles.long}>Confidence</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={acceptConfidence}
          aria-label="Confidence"
          aria-valuetext={shown}
          onChange={(event) => workbench.painting.set({ acceptConfidence: Number(event.target.value) })}
        />
        <output className={styles.value}>{shown}</output>
      </label>
      <button
        type="button"
        className={`${controls.button} ${styles.button}`}
        disabled={refusal !== null}
        onClick={() => command('acceptAll').perform(workbench)}
        {...(refusal === null ? commandTip('acceptAll') : tip(refusal))}
      >
        <CheckCheck size={15} />
        Accept all
      </button>
    </>
  );
}

function SuperpixelHint() {
  const cutting = useApp((state) => state.painting.cutting);
  return <Hint>{cutting ? 'Computing the patches…' : TOOL_HINTS.superpixel}</Hint>;
}

function Hint({ children }: { readonly children: ReactNode }) {
  return (
    <span className={styles.hint} role="note">
      {children}
    </span>
  );
}

function OnlyUnlabeledButton() {
  const workbench = useWorkbench();
  const pressed = useApp((state) => state.painting.paintsOnlyUnlabeled);
  return (
    <button
      type="button"
      className={`${controls.icon} ${styles.toggle}`}
      aria-label="Paint only where nothing is labeled"
      aria-pressed={pressed}
      onClick={() => command('onlyUnlabeled').perform(workbench)}
      {...commandTip('onlyUnlabeled', 'Protect labels: paint only where nothing is labeled')}
    >
      <ShieldCheck size={17} />
    </button>
  );
}

interface OpacitySliderProps {
  readonly name: string;
  /** The command whose key shows and hides the layer. */
  readonly command: string;
  readonly value: number;
  onChange(opacity: number): void;
}

function OpacitySlider({ name, command: id, value, onChange }: OpacitySliderProps) {
  return (
    <label {...commandTip(id, `Opacity of the ${name.toLowerCase()}`)}>
      <span>{name}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={value}
        aria-valuetext={`${Math.round(value * 100)} %`}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
}
