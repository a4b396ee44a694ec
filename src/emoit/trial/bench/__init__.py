"""What every measurement of this project shares (`harness`), and the measurements of dossiers and messages."""
