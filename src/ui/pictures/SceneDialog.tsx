import { Dices } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../../base/messageOf.ts';
import type { SceneFile } from '../../samples/scenes/sceneMessages.ts';
import { SCENE_LIMITS, type SceneLayout, type SceneSettings } from '../../settings/scene.ts';
import { isPageFileMissing, tellFailure } from '../../workbench/tellFailure.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { type Chip, Chips } from '../controls/Chips.tsx';
import controls from '../controls/controls.module.css';
import { NumberField } from '../controls/fields.tsx';
import { DialogButtons, ModalDialog } from '../controls/ModalDialog.tsx';
import { tip } from '../controls/tooltip.ts';
import styles from './SceneDialog.module.css';
import { SceneMask } from './SceneMask.tsx';

/** A slider that moves makes many scenes; so long it may rest before one is made. */
const SETTLE_MS = 60;

const LAYOUTS: readonly Chip<SceneLayout>[] = [
  { value: 'shapes', name: 'Things on a ground', hint: 'Ellipses, boxes, rings and blobs that do not overlap' },
  { value: 'mosaic', name: 'Mosaic', hint: 'The whole picture cut into cells' },
];

interface Knob {
  readonly name: Exclude<keyof typeof SCENE_LIMITS, 'seed'>;
  readonly label: string;
  readonly hint: string;
  readonly step: number;
  readonly unit: '' | ' %' | ' px';
}

const KNOBS: readonly Knob[] = [
  { name: 'classCount', label: 'Classes', hint: 'How many there are to tell apart', step: 1, unit: '' },
  { name: 'objects', label: 'Things', hint: 'How many there are, or cells of the mosaic', step: 1, unit: '' },
  {
    name: 'contrast',
    label: 'Contrast',
    hint: 'How far apart the classes’ colours are; at 0 only texture tells',
    step: 5,
    unit: ' %',
  },
  { name: 'texture', label: 'Texture', hint: 'How strong each class’s pattern is', step: 5, unit: ' %' },
  { name: 'textureScalePx', label: 'Texture size', hint: 'About how large a stripe or a dot is', step: 1, unit: ' px' },
  { name: 'noise', label: 'Noise', hint: 'Of every pixel and colour by itself', step: 5, unit: ' %' },
  {
    name: 'illumination',
    label: 'Shade',
    hint: 'How much darker it is on one side: colour alone no longer tells',
    step: 5,
    unit: ' %',
  },
  {
    name: 'sizePx',
    label: 'Size',
    hint: 'Side of the square picture; training is quicker on a small one',
    step: 32,
    unit: ' px',
  },
];

/** Makes a picture from knobs and a seed, with its exact mask beside it. */
export function SceneDialog() {
  const isOpen = useApp((state) => state.view.dialog?.name === 'scene');
  if (!isOpen) return null;
  return (
    <ModalDialog title="Generated scene">
      <SceneMaker />
    </ModalDialog>
  );
}

function SceneMaker() {
  const workbench = useWorkbench();
  const [settings, setSettings] = useState(workbench.scenes.latest);
  const change = (some: Partial<SceneSettings>) => setSettings((former) => ({ ...former, ...some }));
  const { scene, trouble } = useScenePreview(settings);
  return (
    <>
      <p className={styles.lead}>
        The same seed and knobs make the same picture on every device, and every pixel’s class is known: what the
        network makes of the pixels you did not paint can be checked.
      </p>
      <div className={styles.columns}>
        <div className={styles.preview}>
          <figure>
            {scene !== null && <img src={scene.url} alt="The scene" className={styles.picture} />}
            <figcaption>Picture</figcaption>
          </figure>
          <figure>
            {scene !== null && <SceneMask settings={scene.settings} mask={scene.mask} className={styles.picture} />}
            <figcaption>Exact mask</figcaption>
          </figure>
        </div>
        <div className={styles.knobs}>
          <Chips label="Layout" value={settings.layout} chips={LAYOUTS} onChange={(layout) => change({ layout })} />
          {KNOBS.map((knob) => (
            <KnobSlider
              key={knob.name}
              knob={knob}
              value={settings[knob.name]}
              onChange={(value) => change({ [knob.name]: value })}
            />
          ))}
          <div className={styles.seed}>
            <span {...tip('The number that all chance in the picture comes from')}>Seed</span>
            <NumberField
              label="Seed"
              value={settings.seed}
              min={SCENE_LIMITS.seed[0]}
              max={SCENE_LIMITS.seed[1]}
              whole
              onChange={(seed) => change({ seed })}
            />
            <button
              type="button"
              className={controls.button}
              onClick={() => change({ seed: workbench.scenes.freshSeed })}
              {...tip('Another picture of the same kind')}
            >
              <Dices size={16} />
              New seed
            </button>
          </div>
        </div>
      </div>
      <p role="status" className={styles.trouble}>
        {trouble}
      </p>
      <DialogButtons>
        <button type="button" className={controls.button} onClick={() => workbench.openDialog(null)}>
          Close
        </button>
        <button type="button" className={controls.primary} onClick={() => void workbench.scenes.open(settings)}>
          Open scene
        </button>
      </DialogButtons>
    </>
  );
}

interface KnobSliderProps {
  readonly knob: Knob;
  readonly value: number;
  onChange(value: number): void;
}

function KnobSlider({ knob, value, onChange }: KnobSliderProps) {
  const [min, max] = SCENE_LIMITS[knob.name];
  const shown = `${value}${knob.unit}`;
  return (
    <label className={styles.knob} {...tip(knob.hint)}>
      <span>{knob.label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={knob.step}
        value={value}
        aria-label={knob.label}
        aria-valuetext={shown}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output>{shown}</output>
    </label>
  );
}

interface ShownScene {
  readonly settings: SceneSettings;
  readonly mask: SceneFile['mask'];
  /** Of the picture's file. */
  readonly url: string;
}

/** The scene of these settings a moment later; until then the one before. */
function useScenePreview(settings: SceneSettings) {
  const workbench = useWorkbench();
  const [scene, setScene] = useState<ShownScene | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const isFirst = useRef(true);

  useEffect(() => {
    const aborted = new AbortController();
    const make = async () => {
      try {
        const { file, mask } = await workbench.scenes.preview(settings, aborted.signal);
        setTrouble(null);
        setScene({ settings, mask, url: URL.createObjectURL(file) });
      } catch (error) {
        if (aborted.signal.aborted) return;
        setTrouble(messageOf(error));
        // With the way on, which the dialog does not have.
        if (isPageFileMissing(error)) tellFailure(workbench, error);
      }
    };
    const timer = window.setTimeout(() => void make(), isFirst.current ? 0 : SETTLE_MS);
    isFirst.current = false;
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
  }, [workbench, settings]);

  useEffect(() => {
    if (scene === null) return undefined;
    return () => URL.revokeObjectURL(scene.url);
  }, [scene]);
  return { scene, trouble };
}
