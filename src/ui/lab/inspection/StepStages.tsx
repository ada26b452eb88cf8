import { type ReactNode, useEffect, useRef } from 'react';
import { type ProbedFacts, STEP_STAGES, type StepStage } from '../../../state/inspection.ts';
import { useApp } from '../../appContext.ts';
import { percent } from '../../strings.ts';
import { fixedNumber, missingTerm, shortNumber, termWords } from './inspectionWords.ts';
import { PixelTitle } from './PixelCard.tsx';
import { BeforeAndNow, GradientBar, OutputFigures, OutputRows, ProbabilityParts } from './PixelFigures.tsx';
import { PixelPatch } from './PixelPatch.tsx';
import styles from './StepStages.module.css';
import { useOutputs } from './useOutputs.ts';

const TITLES: Readonly<Record<StepStage, string>> = {
  image: 'Image',
  logits: 'Logits',
  softmax: 'Softmax',
  loss: 'Loss',
  gradient: 'Gradient',
  weights: 'Weights',
};

/** The six stages of a step on one pixel, connected; the one that is under way is lit. */
export function StepStages({ probed }: { readonly probed: ProbedFacts }) {
  const lit = useApp((state) => state.inspection.stepStage);
  const litIndex = lit === null ? STEP_STAGES.length : STEP_STAGES.indexOf(lit);
  const litElement = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (lit !== null) litElement.current?.scrollIntoView({ block: 'nearest' });
  }, [lit]);
  return (
    <ol className={styles.stages} aria-label="Stages of a training step">
      {STEP_STAGES.map((stage, index) => (
        <li
          key={stage}
          ref={index === litIndex ? litElement : null}
          className={styles.stage}
          data-state={lit === null || index < litIndex ? 'passed' : index === litIndex ? 'lit' : 'coming'}
          aria-current={index === litIndex ? 'step' : undefined}
        >
          <span className={styles.marker} aria-hidden="true">
            {index + 1}
          </span>
          <h3 className={styles.title}>{TITLES[stage]}</h3>
          <div className={styles.content}>{contentOf(stage, probed)}</div>
        </li>
      ))}
    </ol>
  );
}

function contentOf(stage: StepStage, probed: ProbedFacts): ReactNode {
  switch (stage) {
    case 'image':
      return <Image probed={probed} />;
    case 'logits':
      return <Logits probed={probed} />;
    case 'softmax':
      return <Softmax probed={probed} />;
    case 'loss':
      return <Loss probed={probed} />;
    case 'gradient':
      return <Gradient probed={probed} />;
    case 'weights':
      return <Weights probed={probed} />;
  }
}

interface StageProps {
  readonly probed: ProbedFacts;
}

function Image({ probed }: StageProps) {
  const field = useApp((state) => state.training.receptiveFieldPx);
  return (
    <div className={styles.image}>
      <PixelPatch x={probed.now.x} y={probed.now.y} />
      <div>
        <PixelTitle probed={probed} />
        {field !== null && (
          <p className={styles.aside}>{`The network looks at up to ${field} × ${field} pixels around it.`}</p>
        )}
      </div>
    </div>
  );
}

function Logits({ probed: { now, before } }: StageProps) {
  const looks = useOutputs(now.outputs);
  return (
    <OutputFigures looks={looks} columns={2}>
      {(_, output) => (
        <BeforeAndNow before={numberAt(before?.logits, output, 2)} now={fixedNumber(now.logits[output] ?? 0, 2)} />
      )}
    </OutputFigures>
  );
}

function Softmax({ probed: { now } }: StageProps) {
  const looks = useOutputs(now.outputs);
  return (
    <>
      <ProbabilityParts looks={looks} values={now.probabilities} />
      <OutputFigures looks={looks} columns={3}>
        {(_, output) => percent(now.probabilities[output] ?? 0, 0)}
      </OutputFigures>
    </>
  );
}

function Loss({ probed: { now, before } }: StageProps) {
  const missing = missingTerm(now);
  if (missing !== null) {
    return (
      <p className={styles.line}>
        {now.target === null && <s>its term</s>} <span>{missing}</span>
      </p>
    );
  }
  const former = before?.term ?? null;
  return (
    <>
      <BeforeAndNow before={former === null ? null : shortNumber(former)} now={shortNumber(now.term ?? 0)} />
      <p className={styles.aside}>{termWords(now)}</p>
    </>
  );
}

function Gradient({ probed: { now } }: StageProps) {
  const looks = useOutputs(now.outputs);
  const { labelGradient, smoothnessGradient } = now;
  const greatest = Math.max(0, ...labelGradient.map(Math.abs).filter(Number.isFinite));
  const pull = smoothnessGradient?.reduce((sum, slope) => sum + Math.abs(slope), 0) ?? null;
  return (
    <>
      {greatest === 0 ? (
        <p className={styles.line}>Exactly 0 for every class: the label loss asks nothing of this pixel.</p>
      ) : (
        <OutputRows looks={looks}>
          {({ color }, output) => <GradientBar value={labelGradient[output] ?? 0} greatest={greatest} color={color} />}
        </OutputRows>
      )}
      {pull !== null && <p className={styles.aside}>{`Smoothness pulls, too, by ${shortNumber(pull)} in all.`}</p>}
    </>
  );
}

function Weights({ probed: { now } }: StageProps) {
  const looks = useOutputs(now.outputs);
  const { way } = now;
  if (way === null) return <p className={styles.line}>Take a step, and see how far it moves them.</p>;
  const steps = way.toStep === way.fromStep + 1 ? `Step ${way.toStep}` : `Steps ${way.fromStep + 1} to ${way.toStep}`;
  return (
    <>
      <p className={styles.aside}>
        {`${steps} moved all weights together by ${shortNumber(way.updateNorm)}; they are ${shortNumber(way.norm)} long. The output layer’s bias:`}
      </p>
      <OutputFigures looks={looks} columns={2}>
        {(_, output) => (
          <BeforeAndNow before={numberAt(way.biasBefore, output, 3)} now={fixedNumber(way.biasAfter[output] ?? 0, 3)} />
        )}
      </OutputFigures>
    </>
  );
}

function numberAt(values: readonly number[] | undefined, index: number, digits: number): string | null {
  const value = values?.[index];
  return value === undefined ? null : fixedNumber(value, digits);
}
