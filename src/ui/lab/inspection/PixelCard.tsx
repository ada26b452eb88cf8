import type { ProbedFacts } from '../../../state/inspection.ts';
import { useWorkbench } from '../../appContext.ts';
import { tip } from '../../controls/tooltip.ts';
import { fixedNumber, missingTerm, shortNumber, termWords } from './inspectionWords.ts';
import styles from './PixelCard.module.css';
import { GradientBar, ProbabilityBar, Swatch } from './PixelFigures.tsx';
import { useOutputs } from './useOutputs.ts';

/** One pixel: its label, what the network says of it, what that costs, and where the loss pulls it. */
export function PixelCard({
  probed,
  shows,
}: {
  readonly probed: ProbedFacts;
  readonly shows: 'labelLoss' | 'smoothness';
}) {
  const { now } = probed;
  const looks = useOutputs(now.outputs);
  const gradient = (shows === 'labelLoss' ? now.labelGradient : now.smoothnessGradient) ?? [];
  const greatest = Math.max(0, ...gradient.map(Math.abs).filter(Number.isFinite));
  const missing = missingTerm(now);
  return (
    <section className={styles.card} aria-label={`Pixel ${now.x}, ${now.y}`}>
      <PixelTitle probed={probed} />
      <table className={styles.figures}>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">Logit</th>
            <th scope="col">Softmax</th>
            <th
              scope="col"
              {...tip('A step goes against it: a bar to the left raises the logit, one to the right lowers it')}
            >
              Gradient
            </th>
          </tr>
        </thead>
        <tbody>
          {looks.map((look, output) => (
            <tr key={look.id} data-target={output === now.target}>
              <th scope="row">
                <span className={styles.output}>
                  <Swatch color={look.color} />
                  <span className={styles.name}>{look.name}</span>
                </span>
              </th>
              <td className={styles.number}>{fixedNumber(now.logits[output] ?? Number.NaN, 2)}</td>
              <td>
                <ProbabilityBar value={now.probabilities[output] ?? 0} color={look.color} />
              </td>
              <td>
                <GradientBar value={gradient[output] ?? 0} greatest={greatest} color={look.color} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shows === 'labelLoss' && (
        <p className={styles.term}>
          {now.target === null ? <s>Loss term</s> : <span>Loss term</span>}
          {missing === null ? <strong>{shortNumber(now.term ?? 0)}</strong> : <em>{missing}</em>}
          {missing === null && <small>{termWords(now)}</small>}
        </p>
      )}
    </section>
  );
}

/** What a pixel is labeled as, and what it is trained as where that is something else. */
export function PixelTitle({ probed: { now } }: { readonly probed: ProbedFacts }) {
  const workbench = useWorkbench();
  const looks = useOutputs(now.outputs);
  const label = now.label === null ? null : looks[now.label];
  const target = now.target === null ? null : looks[now.target];
  const { planes } = workbench.picture?.labels ?? { planes: null };
  const strokeId = planes?.strokeIds[now.y * planes.width + now.x] ?? 0;
  const isHeldOut = label === null && (workbench.picture?.heldOut.has(strokeId) ?? false);
  return (
    <p className={styles.title}>
      <Swatch color={label?.color ?? null} />
      <strong>{label?.name ?? (isHeldOut ? 'Held out' : 'Unlabeled')}</strong>
      {target !== null && target !== label && <span className={styles.trainedAs}>{`trained as ${target?.name}`}</span>}
      <span className={styles.place}>{`${now.x}, ${now.y}`}</span>
    </p>
  );
}
