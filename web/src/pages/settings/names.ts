/** How the server calls the model of lines that name none; it is no name that a price could be set for. */
const UNKNOWN_MODEL = '(unknown model)';

/** Whether a model has a name of its own. */
export function isNamed(model: string): boolean {
  return model !== '' && model !== UNKNOWN_MODEL;
}
