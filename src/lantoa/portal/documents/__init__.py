"""The register of documents for the public: what it shows, who puts documents there, and its pages."""
