"""Static files as they are served."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files; imports between our JavaScript modules follow the hashed names too."""

    support_js_module_import_aggregation = True
