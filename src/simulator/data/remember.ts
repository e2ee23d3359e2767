/** Makes each thing once, however often it is asked for by its index. */
export function remember<T>(make: (index: number) => T): (index: number) => T {
  const made: T[] = [];
  return (index) => {
    made[index] ??= make(index);
    return made[index] as T;
  };
}
