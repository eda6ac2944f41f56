"""The look of the product: layouts, components, forms, tables and the registries that upper apps fill."""
