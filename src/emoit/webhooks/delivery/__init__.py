"""From the table to the receivers: lend, post, settle, and what makes up for dead workers."""
