import type { ExportRequest } from '../../project/export/exportRequest.ts';
import { openTitle } from '../../state/selectors.ts';
import { useApp } from '../appContext.ts';
import { Choice, Field, NumberField, Toggle } from '../controls/fields.tsx';
import { pictureCount } from '../pictures/pictureWords.ts';
import styles from './ExportDialog.module.css';
import {
  ANNOTATION_WORDS,
  FIRST_CLEAN_UP,
  FIRST_REQUEST,
  hasFinalMasks,
  hasSize,
  impossibleBecause,
  LAYOUT_WORDS,
} from './exportChoices.ts';

const MAX_AREA_PX = 1024 * 1024;

interface ExportOptionsProps {
  readonly request: ExportRequest;
  readonly scope: 'picture' | 'all';
  readonly hasPrediction: boolean;
  onChange(request: ExportRequest): void;
  onScope(scope: 'picture' | 'all'): void;
}

/** What can be chosen about an export of the kind that was chosen. */
export function ExportOptions({ request, scope, hasPrediction, onChange, onScope }: ExportOptionsProps) {
  const title = useApp(openTitle);
  const count = useApp((state) => state.project.pictures.length);
  const change = (some: Partial<ExportRequest>) => onChange({ ...request, ...some });
  return (
    <div className={styles.options}>
      {count > 1 && (
        <Field label="Pictures" hint="Every picture of the project, or the one on the screen">
          <Choice
            label="Pictures"
            value={scope}
            options={[
              { value: 'all', name: `All ${pictureCount(count)}` },
              { value: 'picture', name: `Only “${title}”` },
            ]}
            onChange={onScope}
          />
        </Field>
      )}
      {request.what === 'dataset' && <DatasetOptions {...{ request, hasPrediction, change }} />}
      {hasSize(request) && <SizeOption {...{ request, change }} />}
      {request.what === 'overlays' && (
        <Field label="Opacity of the colours" hint="How much of each pixel is its class’s colour">
          <input
            type="range"
            aria-label="Opacity of the colours"
            min={0.1}
            max={1}
            step={0.05}
            value={request.opacity}
            aria-valuetext={`${Math.round(request.opacity * 100)} %`}
            onChange={(event) => change({ opacity: Number(event.target.value) })}
          />
        </Field>
      )}
      {hasFinalMasks(request) && <CleanUpOptions {...{ request, change }} />}
    </div>
  );
}

interface PartProps {
  readonly request: ExportRequest;
  change(some: Partial<ExportRequest>): void;
}

function SizeOption({ request, change }: PartProps) {
  const width = useApp((state) => state.document.width);
  const height = useApp((state) => state.document.height);
  const originalWidth = useApp((state) => state.document.originalWidth);
  const originalHeight = useApp((state) => state.document.originalHeight);
  return (
    <Field label="Size" hint="Of the files as they were opened, or the reduced one that is painted and learned at">
      <Choice
        label="Size"
        value={request.size}
        options={[
          { value: 'original', name: `Original (${originalWidth} × ${originalHeight})` },
          { value: 'working', name: `Working (${width} × ${height})` },
        ]}
        onChange={(size) => change({ size })}
      />
    </Field>
  );
}

function DatasetOptions({ request, hasPrediction, change }: PartProps & { readonly hasPrediction: boolean }) {
  const finalImpossible = impossibleBecause({ ...FIRST_REQUEST, what: 'dataset', annotations: 'final' }, hasPrediction);
  return (
    <>
      <Field label="Layout" hint="Folders and file names as this library’s data loaders expect them">
        <Choice
          label="Layout"
          value={request.layout}
          options={[
            { value: 'mmsegmentation', name: LAYOUT_WORDS.mmsegmentation },
            { value: 'fastai', name: LAYOUT_WORDS.fastai },
          ]}
          onChange={(layout) => change({ layout })}
        />
      </Field>
      <Field label="Masks" hint="What you painted, 255 elsewhere; or with the prediction where nothing was painted">
        <Choice
          label="Masks"
          value={request.annotations}
          options={[
            { value: 'labels', name: ANNOTATION_WORDS.labels },
            { value: 'final', name: ANNOTATION_WORDS.final, disabledBecause: finalImpossible },
          ]}
          onChange={(annotations) => change({ annotations })}
        />
      </Field>
    </>
  );
}

function CleanUpOptions({ request: { cleanUp }, change }: PartProps) {
  return (
    <>
      <Field label="Clean up small regions" hint="Takes away specks and holes of the prediction; your labels stay">
        <Toggle
          label="Clean up small regions"
          value={cleanUp !== null}
          onChange={(wanted) => change({ cleanUp: wanted ? FIRST_CLEAN_UP : null })}
        />
      </Field>
      {cleanUp !== null && (
        <>
          <Field
            label="Smallest region, px"
            hint="Smaller ones join the class around them (pixels of the working size)"
          >
            <NumberField
              label="Smallest region, px"
              value={cleanUp.minAreaPx}
              min={1}
              max={MAX_AREA_PX}
              whole
              onChange={(minAreaPx) => change({ cleanUp: { ...cleanUp, minAreaPx } })}
            />
          </Field>
          <Field label="Largest hole filled, px" hint="Regions enclosed by one class join it up to this area">
            <NumberField
              label="Largest hole filled, px"
              value={cleanUp.maxHolePx}
              min={0}
              max={MAX_AREA_PX}
              whole
              onChange={(maxHolePx) => change({ cleanUp: { ...cleanUp, maxHolePx } })}
            />
          </Field>
        </>
      )}
    </>
  );
}
