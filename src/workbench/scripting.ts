import type { Prediction } from './openDocument.ts';
import type { Workbench } from './workbench.ts';

/** `window.unlabeled`: what scripts and the console may read. Arrays are copies. */
export interface Scripting {
  /** The open picture's label planes, row-major; `null` before one is open. */
  getLabels(): { width: number; height: number; classIds: Uint8Array; strokeIds: Uint16Array } | null;
  /** The newest prediction of the open picture. */
  getPrediction(): Prediction | null;
  getStatus(): {
    phase: string;
    step: number;
    stepBudget: number;
    backend: string | null;
    maskedAccuracy: number | null;
    trueAccuracy: number | null;
    labeledPixels: number;
    loss: number | null;
    stepsPerSecond: number | null;
  };
}

declare global {
  interface Window {
    unlabeled?: Scripting;
  }
}

/** Puts the scripting object on the window. */
export function exposeScripting(workbench: Workbench): void {
  window.unlabeled = {
    getLabels() {
      const planes = workbench.activeDocument?.labels.planes;
      if (planes === undefined) return null;
      const { width, height, classIds, strokeIds } = planes;
      return { width, height, classIds: classIds.slice(), strokeIds: strokeIds.slice() };
    },
    getPrediction() {
      const prediction = workbench.activeDocument?.prediction ?? null;
      if (prediction === null) return null;
      return { ...prediction, classMap: prediction.classMap.slice(), confidence: prediction.confidence.slice() };
    },
    getStatus() {
      const state = workbench.store.getState();
      return {
        phase: state.phase,
        step: state.step,
        stepBudget: state.stepBudget,
        backend: state.backend?.backend ?? null,
        maskedAccuracy: state.scores?.maskedAccuracy ?? null,
        trueAccuracy: state.scores?.trueAccuracy ?? null,
        labeledPixels: state.labeledPixels,
        loss: state.loss,
        stepsPerSecond: state.stepsPerSecond,
      };
    },
  };
}
