import * as v from 'valibot';

/** Parses a stored text by a schema; `null` where it is absent, no JSON, or does not fit the schema. */
export function parseStoredJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string | null,
): v.InferOutput<Schema> | null {
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const result = v.safeParse(schema, json);
  return result.success ? result.output : null;
}
