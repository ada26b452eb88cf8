import { makeScene } from '../../samples/scenes/makeScene.ts';
import type { SceneFile } from '../../samples/scenes/sceneMessages.ts';
import { DEFAULT_SCENE_SETTINGS, parseSceneId, type SceneSettings, sceneId } from '../../settings/scene.ts';
import type { AppStore } from '../../state/store.ts';
import type { ProjectActions } from '../project/projectActions.ts';

/** Seeds are below this: short enough to be read out, and there for everybody to type. */
const SEEDS = 100_000;

/** Generated pictures whose exact mask is known. */
export class SceneActions {
  readonly #store: AppStore;
  readonly #projects: ProjectActions;
  #latest: SceneSettings = DEFAULT_SCENE_SETTINGS;

  constructor(store: AppStore, projects: ProjectActions) {
    this.#store = store;
    this.#projects = projects;
  }

  /** What a person would change next: the open scene, else the one opened last. */
  get latest(): SceneSettings {
    return parseSceneId(this.#store.getState().project.sampleId ?? '') ?? this.#latest;
  }

  /** Another seed than the latest scene's. */
  get freshSeed(): number {
    const drawn = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % SEEDS;
    return drawn === this.latest.seed ? (drawn + 1) % SEEDS : drawn;
  }

  /** Opens the dialog with the knobs. */
  choose(): void {
    this.#store.setFacts({ view: { dialog: { name: 'scene' } } });
  }

  /** A scene to look at. Rejects with the signal's reason when it is aborted, with a sentence when it cannot be made. */
  preview(settings: SceneSettings, signal: AbortSignal): Promise<SceneFile> {
    return makeScene(settings, signal);
  }

  /** Opens a scene's project: with its starter strokes, or as it was left. */
  open(settings: SceneSettings): Promise<void> {
    this.#latest = settings;
    this.#store.setFacts({ view: { dialog: null } });
    return this.#projects.openExample(sceneId(settings));
  }

  /** Opens a scene like the latest, of another seed. */
  openFresh(): Promise<void> {
    return this.open({ ...this.latest, seed: this.freshSeed });
  }
}
