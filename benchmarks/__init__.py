"""How fast is it, and what does it take? One module a question; each prints Markdown. Timings depend on the machine and are asserted nowhere."""
