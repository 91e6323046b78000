import type { LedgerStore } from '../ledger/ledger.store.js';
import type { ImportKind } from '../schools/dated-import.js';
import { resourceEntry } from './resource-entry.js';
import {
  RESOURCE_SERIES,
  detectResourceLayout,
  parseResource,
  type ResourceLayout,
} from './resource-row.js';
import type { ResourceText } from './resource.js';
import type { ResourcesStore } from './resources.store.js';

/** Resources from a CSV. */
export const resourceImport = (
  resources: ResourcesStore,
  ledger: LedgerStore,
): ImportKind<ResourceText, ResourceLayout> => ({
  series: RESOURCE_SERIES,
  detect: detectResourceLayout,
  lock: (tx) => resources.lock(tx),
  reader: async (tx, layout) => {
    const districts = await resources.districts(tx);
    return (cells) => parseResource(cells, layout, districts);
  },
  standing: (tx, texts) => resources.ofTopics(tx, [...new Set(texts.map(({ topic }) => topic))]),
  write: async (tx, { superseded, entered }, { importSha256, at }) => {
    await resources.supersede(tx, superseded, at);
    await resources.add(tx, entered, { at, by: null, importSha256 });
    await ledger.appendAll(
      tx,
      entered.map((resource) =>
        resourceEntry(resource.version === 1 ? 'resource.added' : 'resource.revised', resource, {
          ...{ at, actor: 'import', importSha256 },
        }),
      ),
    );
  },
});
