import { SAMPLES } from '../../samples/samples.ts';

/** Built-in pictures as the gallery shows them. */
export const EXAMPLES = SAMPLES.map(({ id, title, domain, picture, truth }) => ({
  sampleId: id,
  title,
  domain,
  thumbnail: picture,
  hasTruth: truth !== null,
}));
