"""Questions with known answers in, figures out. `from eval.harness import ...`; never `import eval`."""
