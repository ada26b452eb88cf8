import { wayBackToGpu } from '../../workbench/training/backendChoice.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import styles from './BackendBadge.module.css';

const BACKEND_NAMES = { webgpu: 'WebGPU', wasm: 'WASM', webgl: 'WebGL', cpu: 'JavaScript' } as const;

/** Which backend trains, in a word; what it runs on and why, on a click. */
export function BackendBadge() {
  const { training } = useWorkbench();
  const backend = useApp((state) => state.training.backend);
  const avoidsGpu = useApp((state) => state.training.avoidsGpu);
  const failed = useApp((state) => (state.training.phase === 'stopped' ? state.training.notice : null));
  const parameterCount = useApp((state) => state.training.parameterCount);
  const receptiveFieldPx = useApp((state) => state.training.receptiveFieldPx);
  const stepsPerSecond = useApp((state) => state.training.stepsPerSecond);
  const name = failed !== null ? 'Not running' : backend === null ? 'Starting…' : BACKEND_NAMES[backend.backend];
  const tone = failed !== null ? styles.failed : backend === null ? styles.waiting : toneOf(backend.software);
  return (
    <div className={styles.anchor}>
      <button type="button" className={styles.badge} popoverTarget="backend-details" aria-label={`Backend: ${name}`}>
        <span className={`${styles.dot} ${tone}`} />
        <span>{name}</span>
      </button>
      <div id="backend-details" popover="auto" className={styles.details}>
        <dl>
          <dt>Backend</dt>
          <dd>{name}</dd>
          <dt>Adapter</dt>
          <dd>{backend?.adapter ?? '–'}</dd>
          <dt>Speed</dt>
          <dd>{stepsPerSecond === null ? '–' : `${stepsPerSecond.toFixed(1)} steps/s`}</dd>
          <dt>Network</dt>
          <dd>{parameterCount === null ? '–' : `${parameterCount.toLocaleString('en')} parameters`}</dd>
          <dt>Sees</dt>
          <dd>{receptiveFieldPx === null ? '–' : `${receptiveFieldPx} px around a pixel`}</dd>
        </dl>
        {avoidsGpu !== null ? (
          <>
            <p>{avoidsGpu.because}</p>
            <button
              type="button"
              className={`${controls.button} ${styles.again}`}
              popoverTarget="backend-details"
              popoverTargetAction="hide"
              onClick={() => training.tryGpuAgain()}
            >
              {wayBackToGpu(avoidsGpu)}
            </button>
          </>
        ) : (
          backend?.fallbackReason && <p>{backend.fallbackReason}</p>
        )}
        {failed !== null && <p>{failed}</p>}
        <p className={styles.promise}>Pictures, labels and weights never leave this device.</p>
      </div>
    </div>
  );
}

function toneOf(software: boolean): string | undefined {
  return software ? styles.software : styles.hardware;
}
