"""Static files as they are served."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files; imports between our JavaScript modules follow the hashed names too."""

    support_js_module_import_aggregation = True
    # A name follows from the names of what a file imports: so many imports may stand in one row.
    max_post_process_passes = 20
