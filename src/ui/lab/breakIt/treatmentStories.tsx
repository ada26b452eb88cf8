import type { ReactNode } from 'react';
import type { Treatment } from '../../../settings/learner.ts';
import { Cases, Formula, Fraction, Part, Sum, Var } from './Formula.tsx';

/** What the lab tells of a treatment. */
interface TreatmentStory {
  readonly formula: ReactNode;
  /** Two sentences. */
  readonly what: string;
  readonly lookFor: string;
  /** Where people met it. */
  readonly metIn: string;
}

const cost = <Var name="ℓ" index="i" />;
const mask = <Var name="v" index="i" />;
const weight = (label: string) => (
  <span>
    <i>w</i>
    <span>[</span>
    <Var name={label} index="i" />
    <span>]</span>
  </span>
);

const relabeled = (instead: ReactNode) => (
  <>
    <Part>
      <Var name="L" /> <span>=</span>
      <Fraction
        over={
          <>
            <Sum />
            <span>
              <i>ℓ</i>
              <span>(</span>
              <Var name="ỹ" index="i" />
              <span>)</span>
            </span>
          </>
        }
        under={
          <>
            <Sum /> {weight('ỹ')}
          </>
        }
      />
      <span>,</span>
    </Part>
    <Part>
      <Var name="ỹ" index="i" /> <span>=</span>
      <Cases
        cases={[
          [<Var key="y" name="y" index="i" />, 'painted'],
          [instead, 'unpainted'],
        ]}
      />
    </Part>
  </>
);

/** i: a pixel; ℓ: its cost; v: 1 where it is labeled, else 0; y: its label; w: class weights; N: all pixels. */
export const TREATMENT_STORIES: Readonly<Record<Treatment, TreatmentStory>> = {
  ignore: {
    formula: (
      <Formula spoken="L is the sum of v i times l i, divided by the sum of v i times the weight of y i">
        <Var name="L" /> <span>=</span>
        <Fraction
          over={
            <>
              <Sum /> {mask} {cost}
            </>
          }
          under={
            <>
              <Sum /> {mask} {weight('y')}
            </>
          }
        />
      </Formula>
    ),
    what: 'Unlabeled pixels are left out of the sum and out of what it is divided by. The network may predict anything there, and every labeled pixel pulls at full strength.',
    lookFor: 'The prediction spreads from your strokes over what you did not paint.',
    metIn:
      'PyTorch’s cross_entropy(ignore_index=255) does this. With no labeled pixel at all it returns NaN, on purpose since pull request #64572; issue #70348 asks for 0, which is what you get here.',
  },
  allPixelMean: {
    formula: (
      <Formula spoken="L is the sum of v i times l i, divided by N, the number of all pixels">
        <Var name="L" /> <span>=</span>
        <Fraction
          over={
            <>
              <Sum /> {mask} {cost}
            </>
          }
          under={<Var name="N" />}
        />
      </Formula>
    ),
    what: 'The mask is right, but the sum is divided by all pixels instead of the labeled ones. The fewer you paint, the smaller are the loss and every gradient.',
    lookFor: 'A loss that looks splendid from the first step, and under SGD a prediction that hardly moves.',
    metIn:
      'mmsegmentation’s cross-entropy, until pull request #1409 brought avg_non_ignore, which is off unless asked for. MONAI issue #4193 says the same of MaskedLoss around cross-entropy.',
  },
  zeroedInput: {
    formula: (
      <Formula spoken="L is s times the masked L, plus one minus s times the logarithm of C">
        <Var name="L" /> <span>=</span> <Var name="s" /> <Var name="L" index="ignore" /> <span>+</span>{' '}
        <span>
          <span>(1 − </span>
          <Var name="s" />
          <span>) log </span>
          <Var name="C" />
        </span>
      </Formula>
    ),
    what: 'Logits and labels are multiplied by the mask, and then the cross-entropy of all pixels is taken. A zeroed pixel still has a softmax, the uniform one: it costs log C whatever the network does, and counts in the mean.',
    lookFor: 'A loss that comes to rest on the floor below, and under SGD a prediction that hardly moves.',
    metIn:
      'Published for fast.ai in the blog post “Image segmentation with unlabeled areas with fast.ai” as FlattenedLossWithUnlabeled. MONAI issue #657 reports it for MaskedDiceLoss(softmax=True): the zeroing came before the softmax.',
  },
  asBackground: {
    formula: (
      <Formula spoken="L is the weighted mean of the costs of all pixels, where an unpainted pixel has the background’s label">
        {relabeled('background')}
      </Formula>
    ),
    what: 'Every pixel you did not paint is trained as one of your classes. Most labels are wrong then, and there are far more of them than strokes.',
    lookFor: 'One class eats the picture: what you did not paint is erased, and only the strokes keep their colour.',
    metIn:
      'Common where masks are drawn as polygons: labelme’s example script makes unlabeled regions background (issue #899), and luxonis-ml puts pixels without annotation into class 0 (pull request #191).',
  },
  extraClass: {
    formula: (
      <Formula spoken="L is the weighted mean of the costs of all pixels over C plus 1 classes, where an unpainted pixel has class C plus 1">
        {relabeled(
          <span>
            <i>C</i> + 1
          </span>,
        )}
      </Formula>
    ),
    what: '“Unlabeled” becomes a class with a channel of its own. The network learns where you painted, not what things are.',
    lookFor: 'Hatching: the network answers “unlabeled” wherever nobody painted.',
    metIn:
      'The fast.ai forum’s thread “To forbide a category in image segmentation”: the gap between two classes was filled with “I don’t know”, and the model learned to draw the gap.',
  },
};
