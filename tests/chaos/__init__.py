"""What must hold whatever comes in: `make chaos` tries it at length, `make test` a little of it."""
