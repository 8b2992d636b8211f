"""What surrounds the application on one machine: installation, embedded services, supervision. Never imported by it."""
