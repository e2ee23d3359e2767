/** Whether a text is computed where Qlik takes it for a text otherwise: it begins with an equals sign. */
export function isComputed(text: string | undefined): boolean {
  return text?.trimStart().startsWith('=') ?? false;
}
