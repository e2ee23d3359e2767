/** The forms in which secrets are seen in an output, each as `form of "abc…"`: plain, escaped, URL-encoded, in base64. */
export function leaks(output: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) =>
    Object.entries(formsOf(secret))
      .filter(([, forms]) => forms.some((form) => output.includes(form)))
      .map(([name]) => `${name} of "${secret.slice(0, 4)}…"`),
  );
}

function formsOf(secret: string): { [name: string]: string[] } {
  return {
    plain: [secret, JSON.stringify(secret).slice(1, -1)],
    url: [encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)],
    base64: base64(secret),
    hex: [Buffer.from(secret).toString('hex')],
  };
}

/** What every base64 text holds that has the secret somewhere inside: the whole groups of three, for each way it may fall. */
function base64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((start) => {
    const groups = bytes.subarray(start, start + Math.floor((bytes.length - start) / 3) * 3);
    return groups.length < 6 ? [] : [groups.toString('base64'), groups.toString('base64url')];
  });
}
