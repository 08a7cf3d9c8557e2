/** Products put the fields of a record into one object beside its id: `{"id": 1, "properties": {"email": …}}`. */

const WRAPPERS = ['properties', 'attributes', 'fields'];
const BESIDE_A_WRAPPER =
  /^(?:id|type|url|archived|created|updated|createdAt|updatedAt|createdTime|created_at|updated_at)$|^(?:links|relationships|associations|meta)\./;

/** What the columns are called: without the wrapper, where all fields of the records are in one. */
export function unwrapNames(names: readonly string[]): readonly string[] {
  const wrapper = WRAPPERS.find(
    (word) =>
      names.some((name) => name.startsWith(`${word}.`)) &&
      names.every((name) => name.startsWith(`${word}.`) || BESIDE_A_WRAPPER.test(name)),
  );
  if (wrapper === undefined) return names;
  const bare = names.map((name) => (name.startsWith(`${wrapper}.`) ? name.slice(wrapper.length + 1) : name));
  return new Set(bare).size === bare.length ? bare : names;
}
