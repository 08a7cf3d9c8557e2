/** A list with `serializer=json`: each client with its contacts and documents beside it, in the manner of JSON:API [204]. */

interface Pagination {
  readonly current_page: number;
  readonly total_pages: number;
  readonly links: Readonly<Record<string, string>>;
}

interface Resource {
  readonly type: string;
  readonly id: unknown;
  readonly attributes: object;
}

const TYPES = {
  contacts: String.raw`App\Models\ClientContact`,
  documents: String.raw`App\Models\Document`,
  gateway_tokens: String.raw`App\Models\ClientGatewayToken`,
} as const;

/** `data` is the JSON of the page's clients, with commas; `address` is that of the list, without a query. */
export function renderAsJsonApi(data: string, pagination: Pagination, address: string): string {
  const included: Resource[] = [];
  const clients = (JSON.parse(`[${data}]`) as readonly Readonly<Record<string, unknown>>[]).map((client) => {
    const { id, contacts, documents, gateway_tokens: tokens, ...attributes } = client;
    const relate = (name: keyof typeof TYPES, parts: unknown): object => {
      const resources = toResources(TYPES[name], parts);
      included.push(...resources);
      return { data: resources.map((resource) => ({ type: resource.type, id: resource.id })) };
    };
    const relationships = {
      contacts: relate('contacts', contacts),
      documents: relate('documents', documents),
      gateway_tokens: relate('gateway_tokens', tokens),
    };
    return { type: String.raw`App\Models\Client`, id, attributes, relationships };
  });
  const { links: _, ...counts } = pagination;
  const links = linkPages(address, pagination);
  return JSON.stringify({
    data: { data: clients, ...(included.length === 0 ? {} : { included }), links },
    meta: { pagination: counts },
  });
}

function toResources(type: string, parts: unknown): readonly Resource[] {
  if (!Array.isArray(parts)) return [];
  return (parts as readonly Readonly<Record<string, unknown>>[]).map(({ id, ...attributes }) => ({
    type,
    id,
    attributes,
  }));
}

function linkPages(address: string, { current_page: page, total_pages: pages }: Pagination): object {
  const link = (number: number): string => `${address}?page=${number}`;
  return {
    self: link(page),
    first: link(1),
    ...(page > 1 ? { prev: link(page - 1) } : {}),
    ...(page < pages ? { next: link(page + 1) } : {}),
    last: link(pages),
  };
}
