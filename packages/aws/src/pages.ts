/** Every page of a paged read. */
export async function pages<P extends { NextToken?: string | undefined }>(
  read: (nextToken: string | undefined) => Promise<P>,
): Promise<P[]> {
  const all: P[] = [];
  let next: string | undefined;
  do {
    const page = await read(next);
    all.push(page);
    next = page.NextToken === "" ? undefined : page.NextToken;
  } while (next !== undefined);
  return all;
}
