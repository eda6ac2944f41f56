// The body of an article in Wagtail's editor: figures come from the pages of the work, its menu does not offer them.
// Wagtail loads this as a plain script, after its own.

{
  const { StreamBlockDefinition } = window.wagtailStreamField.blocks;

  class Body extends StreamBlockDefinition {
    /** @param {ConstructorParameters<typeof StreamBlockDefinition>} parts */
    constructor(...parts) {
      super(...parts);
      for (const group of this.groupedChildBlockDefs) {
        group[1] = group[1].filter((block) => block.name !== "figures");
      }
    }
  }

  window.telepath.register("lantoa.portal.Body", Body);
}
