"""The demonstration: a district as it was in 2023, its people generated, its story written through the services."""
