import { productDocuments } from "@muster/products/documents";

/** Prints every hook's SSM document, as JSON. */
process.stdout.write(JSON.stringify(productDocuments().map(({ name, content }) => ({ name, content }))));
