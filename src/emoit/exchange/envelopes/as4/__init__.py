"""AS4 (ebMS 3.0, one-way push): our profile of it, built on the package `as4`.

The package signs, encrypts, compresses and verifies. What it leaves to its caller is here: each signed thing stands at
its place and nowhere else (`shape`), every byte is read by our parser and our own MIME reader (`mime`), and what comes
of an error (`faults`). Retries, duplicates and missing receipts are the exchange's own.
"""
