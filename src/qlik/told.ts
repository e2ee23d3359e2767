/**
 * A text in which nothing of a tenant stands, by the way it is made: of our own words, of counts, and of names that the code knows.
 * The compiler keeps texts that came from the tenant out of it.
 */
export class Told {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Words with counts among them. */
  static words(this: void, words: TemplateStringsArray, ...facts: readonly (number | Told)[]): Told {
    return new Told(
      String.raw({ raw: words }, ...facts.map((fact) => (fact instanceof Told ? fact.text : Number(fact)))),
    );
  }

  /** A name, if it is one of those that are known. */
  static name(name: string, known: readonly string[]): Told {
    return new Told(known.includes(name) ? name : 'something unknown');
  }

  /** One after the other, or what is said where there are none. */
  static list(parts: readonly Told[], separator = ', ', none = 'none'): Told {
    return new Told(parts.map(({ text }) => text).join(separator) || none);
  }
}

export const told = Told.words;
