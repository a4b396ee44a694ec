"""Decision tables (DMN 1.3): read, judged and applied by our own small evaluator. Nothing is ever evaluated as code."""
