import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import {
  changesForRecipe,
  DEFAULT_LEARNER_SETTINGS,
  defaultReduction,
  type LearnerSettings,
  learnerSettingsSchema,
} from '../settings/learner.ts';
import { builtInSets } from './builtInPictures.bench.ts';
import { decodePicture, parseEvaluationManifest } from './evaluationData.ts';
import { strokedClasses } from './evaluationPicture.ts';
import { type QualityBackend, runTasks, serveTrainer, TRAINER_ARGUMENT } from './qualityProcess.bench.ts';
import type { Mode, QualityRow } from './qualityRow.ts';
import { formatQualityTable, standingSentences } from './qualityTable.ts';
import { type Configuration, type LoadedSet, tasksOf } from './qualityTask.ts';
import { parseReferences, type References } from './references.ts';

// How good masks from few strokes are: mean IoU on pictures whose whole truth is known.
//
//   npm run bench:quality [-- --data FOLDER] [--mode single|multi] [--size 128] [--seeds 3] [--sets a,b]
//                         [--rows default,plain,whole,painters] [--try JSON] [--backend wasm|webgpu] [--json FILE]
//
// FOLDER holds manifest.json and SET/SIZE/{images,masks,scribbles}/ID.png; without it, the built-in pictures with an exact
// mask are scored. What other methods reach on its pictures is in FOLDER/references.json, where that is there
// (makeReferences.py), and beside the rows. The row `whole` learns from the whole mask, over the same steps and three times as many.
// `painters` (single) begins with one stroke a class; somebody then paints a further one after every twenty steps, where the
// page points to or in places drawn at random, which tells what *Where to paint next?* is worth.
// --try '{"learningRate":0.01}' adds a row with such changes of the page's settings; it may be given several times.

const WASM_FOLDER = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';
/** The row that learns from the whole mask in place of the strokes. */
const WHOLE = 'whole';
/** The rows that paint further strokes, and when: after a short training, then after as many steps each time. */
const PAINTERS = 'painters';
const PAINTED_BUDGET = 60;
const STEPS_A_STROKE = 20;
const FURTHER_STROKES = 6;
/** Quarter, half and whole budget. */
const SHARES = [0.25, 0.5, 1];

function readOptions() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      mode: { type: 'string', default: 'single' },
      size: { type: 'string', default: '128' },
      seeds: { type: 'string', default: '3' },
      sets: { type: 'string' },
      rows: { type: 'string' },
      try: { type: 'string', multiple: true, default: [] },
      backend: { type: 'string', default: 'wasm' },
      json: { type: 'string' },
    },
  });
  const mode = v.parse(v.picklist(['single', 'multi']), values.mode) satisfies Mode;
  const backend = v.parse(v.picklist(['wasm', 'webgpu']), values.backend) satisfies QualityBackend;
  const natural = v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1));
  const [sizePx, seeds] = [v.parse(natural, values.size), v.parse(natural, values.seeds)];
  const sets = values.sets?.split(',') ?? null;
  const { data = null, json = null } = values;
  const rows = (values.rows ?? (data === null ? 'default,plain,whole' : 'default,plain')).split(',');
  return { data, mode, backend, sizePx, seeds, sets, rows, tries: values.try, json };
}

type Options = ReturnType<typeof readOptions>;

/** What the page starts with at this size and backend. */
function pageDefault({ sizePx, backend }: Options): LearnerSettings {
  const stride = defaultReduction(sizePx, backend === 'wasm');
  return { ...DEFAULT_LEARNER_SETTINGS, network: { ...DEFAULT_LEARNER_SETTINGS.network, stride } };
}

function configurationsOf(options: Options): Configuration[] {
  const settings = pageDefault(options);
  const known: Readonly<Record<string, LearnerSettings>> = {
    default: settings,
    // Masked cross-entropy and nothing else.
    plain: { ...settings, ...changesForRecipe(settings, 'plain') },
  };
  const named = options.rows
    .filter((name) => name !== '' && name !== WHOLE && name !== PAINTERS)
    .map((name): Configuration => {
      const found = known[name];
      if (found === undefined)
        throw new Error(`Rows are ${[...Object.keys(known), WHOLE].join(', ')} and ${PAINTERS}, not ${name}.`);
      return { name, settings: found, learnsFrom: 'strokes', painter: null };
    });
  const tried = options.tries.map((text): Configuration => {
    const changed = v.parse(learnerSettingsSchema, merge(settings, JSON.parse(text)));
    return { name: text.replaceAll('"', '').slice(1, -1), settings: changed, learnsFrom: 'strokes', painter: null };
  });
  const painted = options.rows.includes(PAINTERS) ? paintersOf(settings) : [];
  if (!options.rows.includes(WHOLE)) return [...named, ...tried, ...painted];
  const whole = [1, 3].map((times): Configuration => {
    const stepBudget = times * settings.stepBudget;
    const name = times === 1 ? 'whole mask' : `whole mask, ${times} × the steps`;
    return { name, settings: { ...settings, stepBudget }, learnsFrom: 'truth', painter: null };
  });
  return [...named, ...tried, ...painted, ...whole];
}

function paintersOf(settings: LearnerSettings): Configuration[] {
  const shares = Array.from({ length: FURTHER_STROKES + 1 }, (_, i) => 1 + (i * STEPS_A_STROKE) / PAINTED_BUDGET);
  const shared = { settings: { ...settings, stepBudget: PAINTED_BUDGET }, learnsFrom: 'strokes' } as const;
  return [
    { ...shared, name: 'strokes where it doubts', painter: { where: 'doubt', shares } },
    { ...shared, name: 'strokes at random', painter: { where: 'random', shares } },
  ];
}

/** Changes of nested settings leave their neighbours as they are. */
function merge(settings: object, changes: unknown): object {
  if (typeof changes !== 'object' || changes === null) throw new Error('Changes of settings are a JSON object.');
  const merged: Record<string, unknown> = { ...settings };
  for (const [key, value] of Object.entries(changes)) {
    const former = merged[key];
    merged[key] = typeof former === 'object' && former !== null ? merge(former, value) : value;
  }
  return merged;
}

function loadSets(folder: string, { sizePx, sets, mode }: Options): LoadedSet[] {
  const manifest = parseEvaluationManifest(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
  return manifest
    .filter(
      ({ name, pictures }) => (sets?.includes(name) ?? true) && (mode === 'single' || pictures[0]?.split !== 'single'),
    )
    .map(({ name, pictures }) => ({
      name,
      pictures: pictures.map(({ id, split }) => {
        const read = (part: string) => readFileSync(path.join(folder, name, String(sizePx), part, `${id}.png`));
        const files = { image: read('images'), mask: read('masks'), scribbles: read('scribbles') };
        return { split, picture: decodePicture(id, files) };
      }),
    }));
}

function loadReferences(folder: string | null): References {
  const file = path.join(folder ?? '', 'references.json');
  return folder !== null && existsSync(file) ? parseReferences(readFileSync(file, 'utf8')) : {};
}

async function main(): Promise<void> {
  const options = readOptions();
  const { data, backend, mode, sizePx, seeds, json } = options;
  const all = data === null ? await builtInSets('public', sizePx, options.sets) : loadSets(data, options);
  // A picture with strokes of fewer than two classes is not scored.
  const sets = all.map(({ name, pictures }) => ({
    name,
    pictures: pictures.filter(({ picture }) => strokedClasses([picture.strokes]).length > 1),
  }));
  const plan = { mode, sizePx, backend, seeds, shares: SHARES };
  const tasks = tasksOf(sets, configurationsOf(options), plan);
  const rows: QualityRow[] = [];
  const start = performance.now();
  await runTasks(tasks, { backend, wasmFolder: WASM_FOLDER }, (task, checkpoints) => {
    rows.push({ ...task.row, checkpoints });
    const { configuration, set, picture, seed } = task.row;
    const score = checkpoints.at(-1)?.meanIou.toFixed(3);
    console.log(`${rows.length}/${tasks.length} ${configuration}, ${set} ${picture ?? ''}, seed ${seed}: ${score}`);
  });
  const order = new Map(tasks.map(({ row }, i) => [JSON.stringify(row), i]));
  const place = ({ checkpoints: _, ...row }: QualityRow) => order.get(JSON.stringify(row)) ?? 0;
  rows.sort((a, b) => place(a) - place(b));
  if (json !== null) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
  const references = loadReferences(data);
  const table = [formatQualityTable(rows, references), '', ...standingSentences(rows, references)].join('\n');
  console.log(`\nMean IoU, ${mode}, ${sizePx} px, ${backend}, ${seeds} seeds\n\n${table}`);
  console.log(`\n${((performance.now() - start) / 60_000).toFixed(1)} minutes in all`);
}

if (process.argv.includes(TRAINER_ARGUMENT)) serveTrainer();
else await main();
