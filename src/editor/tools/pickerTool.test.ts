import { expect, it } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { PickerTool } from './pickerTool.ts';
import { click, predictionOf, ToolStand } from './toolTestTools.ts';

it('picks the label under the pointer, else what is predicted there, else unlabeled', () => {
  const stand = new ToolStand();
  const picker = new PickerTool(stand);
  stand.label(2, (x) => x < 10);
  click(picker, 5.5, 5.5);
  click(picker, 15.5, 5.5);
  stand.predicted = predictionOf((x) => [x < 30 ? 7 : PREDICTED_UNLABELED, 3]);
  click(picker, 5.5, 5.5);
  click(picker, 15.5, 5.5);
  click(picker, 35.5, 5.5);
  expect(stand.picked).toEqual([2, UNLABELED, 2, 7, UNLABELED]);
  click(picker, -0.5, 5.5);
  click(picker, 5.5, 30);
  expect(stand.picked).toHaveLength(5);
  expect(stand.document.history).toHaveLength(1);
  expect(picker.finish()).toBe(false);
});
