/** What Wagtail's editing pages offer to scripts of other apps: as much of it as ours use. */

interface WagtailBlock {
  name: string;
}

declare class StreamBlockDefinition {
  constructor(name: string, groups: [string, WagtailBlock[]][], initial: object, meta: object);
  groupedChildBlockDefs: [string, WagtailBlock[]][];
}

interface Window {
  telepath: { register(name: string, constructor: unknown): void };
  wagtailStreamField: { blocks: { StreamBlockDefinition: typeof StreamBlockDefinition } };
}
