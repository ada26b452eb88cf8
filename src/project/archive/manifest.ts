import * as v from 'valibot';
import { learnerSettingsSchema } from '../../settings/learner.ts';
import { curvesSchema, PROJECT_VERSION, projectStateSchema } from '../projectState.ts';
import { damagedFile, newerFile, notProjectFile } from './projectFileError.ts';

/** What every manifest names itself. */
export const ARCHIVE_FORMAT = 'unlabeled-project';

export const MANIFEST_PATH = 'manifest.json';
/** Most bytes of one of an archive's JSON files. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;

const MEDIA_TYPE = /^image\/[a-z0-9.+-]{1,60}$/;

/** The media type that an archive keeps for a picture's file: none but those of pictures. */
export function mediaTypeOf({ type }: Blob): string {
  return MEDIA_TYPE.test(type) ? type : '';
}

const pathSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** A picture's three files. */
const pictureFilesSchema = v.object({
  pictureId: v.string(),
  /** The file as it was opened. */
  picture: pathSchema,
  /** Its media type; empty where the browser knew none. */
  mediaType: v.union([v.literal(''), v.pipe(v.string(), v.regex(MEDIA_TYPE))]),
  /** Class ids, an 8-bit palette PNG, 255: unlabeled. */
  labels: pathSchema,
  /** Stroke ids, a 16-bit grey PNG, 0: unlabeled. */
  strokes: pathSchema,
});

export type PicturePaths = v.InferOutput<typeof pictureFilesSchema>;

/** `manifest.json`: a project's small facts and where the archive keeps the large ones. */
const manifestSchema = v.pipe(
  v.object({
    format: v.literal(ARCHIVE_FORMAT),
    version: v.literal(PROJECT_VERSION),
    state: projectStateSchema,
    /** One for each picture, in the state's order. */
    files: v.array(pictureFilesSchema),
    learner: v.nullable(v.object({ state: pathSchema, facts: pathSchema })),
  }),
  v.check(
    ({ state, files }) =>
      files.length === state.pictures.length && files.every(({ pictureId }, i) => pictureId === state.pictures[i]?.id),
    'the files are not those of the pictures',
  ),
  v.check(({ files, learner }) => {
    const paths = files.flatMap(({ picture, labels, strokes }) => [picture, labels, strokes]);
    if (learner !== null) paths.push(learner.state, learner.facts);
    return new Set(paths).size === paths.length;
  }, 'a file has two meanings'),
);

export type Manifest = v.InferOutput<typeof manifestSchema>;

/** `learner.json`: what `learner.bin` needs beside it. */
const learnerFactsSchema = v.object({ settings: learnerSettingsSchema, curves: curvesSchema });

export type LearnerFacts = v.InferOutput<typeof learnerFactsSchema>;

/** One step up: from the manifest of a version to that of the next. Values that it does not know stay as they are. */
type Migration = (manifest: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** By the version that they start from. */
const MIGRATIONS: readonly Migration[] = [fromPrototype];

/**
 * A manifest of any version as one of today's, not yet validated. Throws a `ProjectFileError` for something else and
 * for versions to come.
 */
export function migrateManifest(manifest: unknown): unknown {
  if (!isRecord(manifest) || manifest['format'] !== ARCHIVE_FORMAT) throw notProjectFile();
  const { version } = manifest;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) throw damagedFile();
  if (version > PROJECT_VERSION) throw newerFile();
  return MIGRATIONS.slice(version).reduce((older, step) => step(older), manifest);
}

/** The manifest of an archive of any version. Throws a `ProjectFileError` when it is not one. */
export function parseManifest(json: Uint8Array): Manifest {
  return validated(manifestSchema, migrateManifest(parseJson(json)));
}

/** The content of `learner.json`. Throws a `ProjectFileError` when it is something else. */
export function parseLearnerFacts(json: Uint8Array): LearnerFacts {
  return validated(learnerFactsSchema, parseJson(json));
}

/** Version 0, the prototype's: no class was hidden or locked, and a picture was for tests or not. */
function fromPrototype(manifest: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const state = isRecord(manifest['state']) ? manifest['state'] : {};
  const pictures: readonly unknown[] = Array.isArray(state['pictures']) ? state['pictures'] : [];
  return {
    ...manifest,
    version: 1,
    state: {
      ...state,
      version: 1,
      hiddenClassIds: [],
      lockedClassIds: [],
      pictures: pictures.map((picture) => {
        if (!isRecord(picture)) return picture;
        const { isTest, ...rest } = picture;
        return { ...rest, use: isTest === true ? 'test' : 'train' };
      }),
    },
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damagedFile(cause);
  }
}

function validated<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (!result.success) throw damagedFile(new v.ValiError(result.issues));
  return result.output;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
